import assert from "node:assert/strict";
import { createEgress, type Egress } from "../http/egress.ts";
import { createLog } from "../http/log.ts";
import { type EmailMessage, sendEmail, type SendOutcome } from "./email.ts";
import { type ResendStandIn, startResendStandIn } from "./resend_stand_in.ts";

const message: EmailMessage = {
  deliveryId: "6f9619ff-8b86-4011-b42d-00c04fc964ff",
  from: "YARNNN <noreply@mail.example.com>",
  to: ["ana@example.com"],
  subject: "Digest\r\nBcc: evil@example.com",
  html: "<p>Hi</p>",
  text: "Hi",
  threadId: "deliverable-1",
  unsubscribeUrl: "https://app.example.com/unsubscribe?t=1",
};

async function withResend(
  body: (
    standIn: ResendStandIn,
    send: (changes?: Partial<EmailMessage>, signal?: AbortSignal) => Promise<SendOutcome>,
  ) => Promise<void>,
  timeoutMs = 5_000,
) {
  const standIn = startResendStandIn();
  const log = createLog({ write: () => {} });
  const egress = createEgress({ overrides: [standIn.base], log, timeoutMs });
  try {
    await body(
      standIn,
      (changes, signal) =>
        sendEmail({ ...message, ...changes }, { apiKey: "re_test", baseUrl: standIn.base, egress, signal }),
    );
  } finally {
    await standIn.close();
  }
}

Deno.test("a mail is accepted once, with key, tag, thread and one-click unsubscribe, however often it is sent", async () => {
  await withResend(async (standIn, send) => {
    const first = await send();
    assert.deepEqual(await send(), first);
    assert.equal(first.outcome, "accepted");
    assert.equal(standIn.emails.length, 1);
    const [email] = standIn.emails;
    assert.ok(first.outcome === "accepted" && email?.id === first.providerId);
    assert.equal(standIn.requests[0]?.key, message.deliveryId);
    assert.equal(standIn.requests[0]?.authorization, "Bearer re_test");
    assert.equal(email.subject, "Digest Bcc: evil@example.com");
    assert.deepEqual(email.tags, [{ name: "delivery_id", value: message.deliveryId }]);
    assert.deepEqual(email.headers, {
      "References": "<deliverable-1@mail.example.com>",
      "In-Reply-To": "<deliverable-1@mail.example.com>",
      "List-Unsubscribe": "<https://app.example.com/unsubscribe?t=1>",
      "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    });
    assert.deepEqual([email.html, email.text], ["<p>Hi</p>", "Hi"]);
  });
});

Deno.test("each answer of the provider becomes accepted, retry or refused, and never its own words", async () => {
  const cases: [number, string, string, Record<string, string>][] = [
    [429, "rate_limit_exceeded", "retry not_sent email_rate_limited 7", { "retry-after": "7" }],
    [429, "rate_limit_exceeded", "retry not_sent email_rate_limited 1", {}],
    [429, "daily_quota_exceeded", "retry not_sent email_quota_used_up 3600", {}],
    [429, "monthly_quota_exceeded", "retry not_sent email_quota_used_up 21600", {}],
    [429, "something_new", "retry not_sent email_rate_limited 1", {}],
    [409, "concurrent_idempotent_requests", "retry unknown email_send_in_progress 5", {}],
    [500, "internal_server_error", "retry unknown email_provider_failing -", {}],
    [503, "application_error", "retry unknown email_provider_failing 30", { "retry-after": "30" }],
    [401, "missing_api_key", "refused email_key_refused", {}],
    [403, "invalid_api_key", "refused email_key_refused", {}],
    [401, "restricted_api_key", "refused email_key_refused", {}],
    [401, "something_new", "refused email_key_refused", {}],
    [403, "validation_error", "refused email_sender_refused", {}],
    [422, "invalid_from_address", "refused email_sender_refused", {}],
    [422, "validation_error", "refused email_refused", {}],
    [422, "missing_required_field", "refused email_refused", {}],
    [400, "invalid_idempotency_key", "refused email_refused", {}],
    [404, "not_found", "refused email_refused", {}],
    [405, "method_not_allowed", "refused email_refused", {}],
    [451, "security_error", "refused email_refused", {}],
  ];
  await withResend(async (standIn, send) => {
    for (const [status, name, expected, headers] of cases) {
      standIn.fault = () =>
        Response.json({ name, message: "CANARY ana@example.com", statusCode: status }, { status, headers });
      const outcome = await send();
      assert.notEqual(outcome.outcome, "accepted");
      if (outcome.outcome === "accepted") continue;
      const told = outcome.outcome === "refused"
        ? `refused ${outcome.problem.code}`
        : `retry ${outcome.fate} ${outcome.problem.code} ${outcome.retryAfterSeconds ?? "-"}`;
      assert.equal(told, expected, `${status} ${name}`);
      assert.doesNotMatch(JSON.stringify(outcome), /CANARY|ana@/);
    }
    assert.equal(standIn.emails.length, 0);
  });
});

Deno.test("an answer lost after the mail was taken leaves its fate unknown, and sending again does not send twice", async () => {
  await withResend(async (standIn, send) => {
    const losses: ((taken: () => Promise<Response>) => Promise<Response>)[] = [
      async (taken) => (await taken(), new Response("<html>bad gateway</html>", { status: 502 })),
      async (taken) => (await taken(), new Response("{", { status: 200 })),
      async (taken) => (await taken(), Response.json({ hello: 1 })),
    ];
    for (const [at, loss] of losses.entries()) {
      standIn.fault = (_request, taken) => loss(taken);
      const deliveryId = `lost-${at}`;
      const outcome = await send({ deliveryId });
      assert.ok(
        outcome.outcome === "retry" && outcome.fate === "unknown",
        `${at}: ${JSON.stringify(outcome)}`,
      );
      standIn.fault = undefined;
      assert.equal((await send({ deliveryId })).outcome, "accepted");
      assert.equal(standIn.emails.length, at + 1);
    }
  });
});

Deno.test("a provider that takes the mail and never answers leaves its fate unknown", async () => {
  const release = Promise.withResolvers<Response>();
  await withResend(async (standIn, send) => {
    standIn.fault = async (_request, taken) => (await taken(), await release.promise);
    const outcome = await send();
    assert.ok(
      outcome.outcome === "retry" && outcome.fate === "unknown" && outcome.problem.code === "egress_timeout",
    );
    assert.equal(standIn.emails.length, 1);
    release.resolve(new Response());
  }, 150);
});

Deno.test("the same key with another text is not sent, and says that the first one was", async () => {
  await withResend(async (standIn, send) => {
    await send();
    const outcome = await send({ text: "Changed" });
    assert.ok(outcome.outcome === "retry" && outcome.fate === "unknown");
    assert.equal(outcome.problem.code, "email_sent_with_other_text");
    assert.equal(standIn.emails.length, 1);
  });
});

Deno.test("the caller's signal is thrown, because whoever lost the lease decides nothing", async () => {
  const [release, reached] = [Promise.withResolvers<Response>(), Promise.withResolvers<void>()];
  await withResend(async (standIn, send) => {
    standIn.fault = () => (reached.resolve(), release.promise);
    const controller = new AbortController();
    const sending = send({}, controller.signal);
    await reached.promise;
    const reason = new Error("lease lost");
    controller.abort(reason);
    await assert.rejects(() => sending, (error) => error === reason);
    release.resolve(new Response());
  });
});

Deno.test("the caller's signal reaches the connection itself", async () => {
  const controller = new AbortController();
  const signals: unknown[] = [];
  const egress: Egress = (_input, init) => {
    signals.push(init?.signal);
    return Promise.resolve(Response.json({ id: "1" }));
  };
  await sendEmail(message, { apiKey: "re_test", egress, signal: controller.signal });
  assert.deepEqual(signals, [controller.signal]);
});

Deno.test("a closed port leaves the fate unknown, an address off the list is refused without being asked", async () => {
  const log = createLog({ write: () => {} });
  const standIn = startResendStandIn();
  await standIn.close();
  const closed = await sendEmail(message, {
    apiKey: "re_test",
    baseUrl: standIn.base,
    egress: createEgress({ overrides: [standIn.base], log }),
  });
  assert.ok(
    closed.outcome === "retry" && closed.fate === "unknown" && closed.problem.code === "egress_unreachable",
  );
  const offList = await sendEmail(message, {
    apiKey: "re_test",
    baseUrl: standIn.base,
    egress: createEgress({ log }),
  });
  assert.ok(offList.outcome === "refused" && offList.problem.code === "egress_refused");
});

Deno.test("what cannot be a mail is refused before anything is sent, naming the field and not its text", async () => {
  const wrong: [Partial<EmailMessage>, string][] = [
    [{ to: [] }, "to"],
    [{ to: ["CANARY"] }, "to"],
    [{ to: ["ana@example.com\r\nBcc: CANARY@example.com"] }, "to"],
    [{ to: ["ana@example.com, CANARY@example.com"] }, "to"],
    [{ to: ["Ana <CANARY@example.com>"] }, "to"],
    [{ to: Array.from({ length: 51 }, (_, at) => `a${at}@example.com`) }, "to"],
    [{ from: "noreply" }, "from"],
    [{ from: "X\r\nBcc: CANARY@example.com <a@example.com>" }, "from"],
    [{ replyTo: "CANARY\n" }, "replyTo"],
    [{ deliveryId: "" }, "deliveryId"],
    [{ deliveryId: "CANARY\r\nX: 1" }, "deliveryId"],
    [{ threadId: "CANARY> <x" }, "threadId"],
    [{ unsubscribeUrl: "https://x.example/>\r\nBcc: CANARY" }, "unsubscribeUrl"],
    [{ unsubscribeUrl: "http://x.example/CANARY" }, "unsubscribeUrl"],
    [{ unsubscribeUrl: "mailto:CANARY@x.example" }, "unsubscribeUrl"],
    [{ text: "" }, "text"],
    [{ html: "" }, "html"],
  ];
  await withResend(async (standIn, send) => {
    for (const [changes, field] of wrong) {
      const outcome = await send(changes);
      assert.ok(outcome.outcome === "refused", JSON.stringify(changes));
      assert.deepEqual(outcome.problem.details, { field });
      assert.doesNotMatch(JSON.stringify(outcome), /CANARY/);
    }
    assert.equal(standIn.requests.length, 0);
  });
});
