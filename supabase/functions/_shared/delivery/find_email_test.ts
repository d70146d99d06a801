import assert from "node:assert/strict";
import { createEmulator } from "emulate";
import { createEgress } from "../http/egress.ts";
import { createLog } from "../http/log.ts";
import { type EmailMessage, sendEmail } from "./email.ts";
import { findEmail, type FindOptions } from "./find_email.ts";
import { type ResendStandIn, startResendStandIn } from "./resend_stand_in.ts";

const log = createLog({ write: () => {} });
const start = Date.parse("2026-11-23T09:00:00Z");
const hour = 3_600_000;

const message = (deliveryId: string, to = "ana@example.com"): EmailMessage => ({
  deliveryId,
  from: "noreply@example.com",
  to: [to],
  subject: "Digest",
  html: "<p>Hi</p>",
  text: "Hi",
});

async function withResend(body: (standIn: ResendStandIn, options: FindOptions) => Promise<void>) {
  const standIn = startResendStandIn();
  const egress = createEgress({ overrides: [standIn.base], log });
  try {
    await body(standIn, { apiKey: "re_test", baseUrl: standIn.base, egress });
  } finally {
    await standIn.close();
  }
}

/** Fills the stand-in with one mail an hour, `d0` the oldest. */
async function send(
  standIn: ResendStandIn,
  options: FindOptions,
  count: number,
  to?: (at: number) => string,
) {
  for (let at = 0; at < count; at += 1) {
    standIn.now = () => new Date(start + at * hour);
    await sendEmail(message(`d${at}`, to?.(at)), options);
  }
}

Deno.test("a mail that was sent is found by its delivery id, on whatever page it stands", async () => {
  await withResend(async (standIn, options) => {
    await send(standIn, options, 230);
    for (const at of [229, 130, 129, 0]) {
      const found = await findEmail(`d${at}`, new Date(start), { ...options, maxOpened: 500 });
      assert.deepEqual(found, {
        outcome: "found",
        providerId: standIn.emails[at]?.id,
        lastEvent: "delivered",
      });
    }
  });
});

Deno.test("a mail that was not sent is absent, and only mails since then are looked at", async () => {
  await withResend(async (standIn, options) => {
    await send(standIn, options, 130);
    standIn.requests.length = 0;
    assert.deepEqual(await findEmail("never", new Date(start + 126 * hour), options), { outcome: "absent" });
    // One page; of it the mails of hours 126 to 129.
    assert.equal(standIn.requests.filter(({ path }) => path === "/emails").length, 1);
    assert.equal(standIn.requests.length, 1 + 4);
  });
});

Deno.test("mails of other recipients are not opened", async () => {
  await withResend(async (standIn, options) => {
    await send(standIn, options, 40, (at) => at === 7 ? "Bo@Example.com" : "ana@example.com");
    standIn.requests.length = 0;
    assert.equal(
      (await findEmail("d7", new Date(start), { ...options, to: "bo@example.com" })).outcome,
      "found",
    );
    assert.equal(standIn.requests.length, 2);
  });
});

Deno.test("a bound that is reached leaves the question open instead of answering no", async () => {
  await withResend(async (standIn, options) => {
    await send(standIn, options, 120);
    const opened = await findEmail("d0", new Date(start), { ...options, maxOpened: 10 });
    const listed = await findEmail("d0", new Date(start), {
      ...options,
      maxListed: 100,
      to: "nobody@example.com",
    });
    for (const found of [opened, listed]) {
      assert.ok(found.outcome === "unknown" && found.problem.code === "email_lookup_bound_reached");
    }
  });
});

Deno.test("short waits that the provider asks for are kept, and the search goes on where it was", async () => {
  await withResend(async (standIn, options) => {
    await send(standIn, options, 12);
    let asked = 0;
    standIn.fault = () =>
      ++asked % 3 === 0
        ? Response.json({ name: "rate_limit_exceeded", message: "" }, {
          status: 429,
          headers: { "retry-after": "1" },
        })
        : undefined;
    const pauses: number[] = [];
    const pause = (seconds: number) => {
      pauses.push(seconds);
      return Promise.resolve();
    };
    assert.equal((await findEmail("d0", new Date(start), { ...options, pause })).outcome, "found");
    assert.deepEqual(pauses, [1, 1, 1, 1, 1, 1]);
  });
});

Deno.test("a long wait, a key that may only send, a fault and nonsense leave the question open", async () => {
  await withResend(async (standIn, options) => {
    await send(standIn, options, 1);
    const refusal = (name: string, status: number, headers = {}) => () =>
      Response.json({ name, message: "" }, { status, headers });
    const cases: [() => Response, string, number | undefined][] = [
      [refusal("rate_limit_exceeded", 429, { "retry-after": "60" }), "email_lookup_refused", 60],
      [refusal("restricted_api_key", 401), "email_lookup_refused", undefined],
      [refusal("internal_server_error", 500), "email_lookup_refused", undefined],
      [() => Response.json({ data: [{ id: 1 }] }), "email_answer_unreadable", undefined],
      [() => new Response("<html>"), "email_answer_unreadable", undefined],
    ];
    for (const [fault, code, wait] of cases) {
      standIn.fault = fault;
      const found = await findEmail("d0", new Date(start), options);
      assert.ok(found.outcome === "unknown", code);
      assert.equal(found.problem.code, code);
      assert.equal(found.retryAfterSeconds, wait);
    }
  });
});

Deno.test("a mail that the provider forgot between list and look does not end the search", async () => {
  await withResend(async (standIn, options) => {
    await send(standIn, options, 3);
    const gone = standIn.emails[2]?.id;
    standIn.fault = (request) =>
      request.url.endsWith(`/${gone}`)
        ? Response.json({ name: "not_found", message: "" }, { status: 404 })
        : undefined;
    assert.equal((await findEmail("d1", new Date(start), options)).outcome, "found");
  });
});

Deno.test({
  name: "the emulator of another author agrees: sent once, tagged, found, and absent when it never was",
  // It keeps its listening socket's timers for itself.
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    const port = freePort();
    const emulator = await createEmulator({ service: "resend", port });
    try {
      const egress = createEgress({ overrides: [emulator.url], log });
      const options = { apiKey: "re_test", baseUrl: emulator.url, egress };
      const since = new Date(Date.now() - 1_000);
      const first = await sendEmail(message("delivery-1"), options);
      assert.deepEqual(await sendEmail(message("delivery-1"), options), first);
      assert.equal(first.outcome, "accepted");
      assert.equal((await sendEmail(message("delivery-2"), options)).outcome, "accepted");
      const found = await findEmail("delivery-1", since, options);
      assert.ok(
        found.outcome === "found" && first.outcome === "accepted" && found.providerId === first.providerId,
      );
      assert.equal((await findEmail("delivery-3", since, options)).outcome, "absent");
      const other = await sendEmail({ ...message("delivery-1"), text: "Changed" }, options);
      assert.ok(other.outcome === "retry" && other.problem.code === "email_sent_with_other_text");
    } finally {
      await emulator.close();
    }
  },
});

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}
