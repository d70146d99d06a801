import assert from "node:assert/strict";
import { rpcStandIn } from "@shared/db/rpc_stand_in.ts";
import { type ResendStandIn, startResendStandIn } from "@shared/delivery/resend_stand_in.ts";
import { createEgress } from "@shared/http/egress.ts";
import { createLog } from "@shared/http/log.ts";
import { PipelineError } from "@shared/http/problem.ts";
import { claimedTicket, queueStandIn } from "@shared/work/queue_stand_in.ts";
import { runTicket } from "@shared/work/run_ticket.ts";
import type { ClaimedTicket } from "@shared/work/ticket.ts";
import { type Crash, guardOf, whole } from "./crash_stand_in.ts";
import type { EmailDelivery } from "./delivery.ts";
import { deliverVersion } from "./deliver_version.ts";
import { deliveryOf, environment } from "./delivery_stand_in.ts";

const ticket = claimedTicket({ kind: "deliver_version", payload: { delivery_id: deliveryOf().id } });
const anHourAgo = () => new Date(Date.now() - 3600 * 1000).toISOString();
const twentyFiveHours = 25 * 3600;
/** A delivery that somebody tried before; its fate is unknown. */
const triedBefore = (seconds: number, parts: Partial<EmailDelivery> = {}) =>
  deliveryOf({ status: "sending", sent_before: anHourAgo(), sent_before_seconds: seconds, ...parts });

interface Turn {
  readonly delivery?: EmailDelivery;
  readonly begin?: () => never;
  readonly finish?: () => undefined;
  readonly crash?: Crash;
  /** Takes the idempotency key from every request. */
  readonly keyless?: boolean;
  /** The ticket's checkpoint at its claim. */
  readonly progress?: ClaimedTicket["progress"];
}

interface Mail {
  readonly resend: ResendStandIn;
  /** The bodies and keys of all sends. */
  readonly sends: { key: string | null; body: string }[];
  /** How many looked for a mail that was sent. */
  readonly lookUps: () => number;
  /** One turn of the ticket: what the queue was told, how the line in the log ends, and what the database was asked. */
  turn(options?: Turn): Promise<{
    readonly told: readonly (readonly unknown[])[];
    readonly outcome: Record<string, unknown> | undefined;
    readonly finished: unknown[];
    readonly calls: number;
  }>;
}

async function withMail(body: (mail: Mail) => Promise<void>) {
  const resend = startResendStandIn();
  const sends: Mail["sends"] = [];
  const fault: { answer?: ResendStandIn["fault"] } = {};
  // Records every send, and lets a test's own fault speak first.
  const recording: ResendStandIn["fault"] = async (request, taken) => {
    if (request.method === "POST") {
      sends.push({ key: request.headers.get("idempotency-key"), body: await request.clone().text() });
    }
    return await fault.answer?.(request, taken);
  };
  Object.defineProperty(resend, "fault", {
    get: () => recording,
    set: (answer: ResendStandIn["fault"]) => fault.answer = answer,
  });
  const mail: Mail = {
    resend,
    sends,
    lookUps: () => resend.requests.filter(({ method }) => method === "GET").length,
    async turn({ delivery = deliveryOf(), begin, finish, progress = {}, crash, keyless = false } = {}) {
      const guard = guardOf(crash);
      const lines: Record<string, unknown>[] = [];
      const log = createLog({ write: (line) => lines.push(JSON.parse(line)) });
      const database = rpcStandIn({
        begin_delivery: () => guard.make(() => begin?.() ?? { ...delivery }),
        finish_delivery: () => guard.make(() => finish?.()),
      });
      const queue = queueStandIn({
        instead: {
          save: (tickets) =>
            guard.make(() => tickets.map(({ id }) => ({ id, held: true, cancelAsked: false }))),
        },
      });
      const handlers = {
        deliver_version: deliverVersion({
          environment: {
            ...environment,
            RESEND_API_KEY: "re_test",
            RESEND_BASE_URL: resend.base,
            RESEND_FROM_EMAIL: "YARNNN <noreply@mail.example.com>",
          },
          database,
          log,
          egress: createEgress({
            log,
            overrides: [resend.base],
            timeoutMs: 5_000,
            transport: (input, init) =>
              guard.make(async () => {
                const headers = new Headers(init?.headers);
                if (keyless) headers.delete("idempotency-key");
                return await whole(fetch(input, { ...init, headers }));
              }),
          }),
        }),
      };
      await runTicket({ ...ticket, progress }, {
        queue,
        handlers,
        log,
        stop: new AbortController(),
        clock: () => 0,
      });
      assert.deepEqual(database.argumentsOf("begin_delivery"), [{
        p_ticket: 1,
        p_lease: ticket.lease_token,
      }]);
      return {
        told: queue.told.filter(([verb]) => verb !== "save"),
        outcome: lines.find(({ event }) => event === "ticket_ended"),
        finished: database.argumentsOf("finish_delivery"),
        calls: guard.calls,
      };
    },
  };
  try {
    await body(mail);
  } finally {
    await resend.close();
  }
}

const finishedWith = (providerId: string | undefined) => [{
  p_ticket: 1,
  p_lease: ticket.lease_token,
  p_provider_id: providerId,
}];
const refusal = (status: number, name: string, headers: Record<string, string> = {}) =>
  Response.json({ statusCode: status, name, message: "a text of theirs with ana@example.com" }, {
    status,
    headers,
  });
const failure = (told: readonly (readonly unknown[])[]) => {
  const [verb, , problem, how] = told[0] ?? [];
  assert.deepEqual([verb, told.length], ["fail", 1]);
  return [(problem as { code: string }).code, (how as { final: boolean }).final];
};

Deno.test("a version is sent once, under its delivery's id as key and tag, and its ticket ends with the provider's id", async () => {
  await withMail(async ({ resend, sends, lookUps, turn }) => {
    const { told, outcome, finished } = await turn();
    const [email] = resend.emails;
    assert.equal(resend.emails.length, 1);
    assert.deepEqual([email?.to, email?.subject], [["ana@example.com"], "Launch digest"]);
    assert.deepEqual(email?.tags, [{ name: "delivery_id", value: deliveryOf().id }]);
    assert.equal(sends[0]?.key, deliveryOf().id);
    assert.deepEqual(finished, finishedWith(email?.id));
    assert.deepEqual([told, outcome?.["outcome"], lookUps()], [[], "done", 0]);
  });
});

Deno.test("a delivery that was accepted already is finished without sending or looking", async () => {
  await withMail(async ({ resend, turn }) => {
    const { finished } = await turn({
      delivery: triedBefore(90_000, { status: "accepted", provider_id: "re_1" }),
    });
    assert.deepEqual(finished, finishedWith("re_1"));
    assert.deepEqual(resend.requests, []);
  });
});

Deno.test("after a crash between acceptance and record the same bytes go out under the same key: one mail", async () => {
  await withMail(async ({ resend, sends, turn }) => {
    const crash = () => {
      throw new PipelineError({ code: "database_unreachable", message: "gone", status: 503 });
    };
    const first = await turn({ finish: crash });
    assert.deepEqual(failure(first.told), ["database_unreachable", false]);
    const second = await turn({ delivery: triedBefore(40) });
    assert.deepEqual(second.finished, finishedWith(resend.emails[0]?.id));
    assert.deepEqual([resend.emails.length, sends.length], [1, 2]);
    assert.deepEqual(sends[1], sends[0]);
  });
});

Deno.test("after a crash at any call there is one mail, also a day later; without the key there are more", async () => {
  await withMail(async ({ resend, turn }) => {
    const { calls } = await turn();
    const mailsOf = (id: string) =>
      resend.emails.filter(({ tags }) => tags?.some(({ value }) => value === id)).length;
    let doubled = 0;
    for (let at = 1; at <= calls; at += 1) {
      for (const when of ["before", "after"] as const) {
        for (const seconds of [60, twentyFiveHours]) {
          const delivery = { id: crypto.randomUUID() };
          await turn({ delivery: deliveryOf(delivery), crash: { at, when } });
          const { finished } = await turn({ delivery: triedBefore(seconds, delivery) });
          assert.equal(finished.length, 1);
          assert.equal(mailsOf(delivery.id), 1, `${at} ${when} ${seconds}`);
        }
        const unprotected = { id: crypto.randomUUID() };
        await turn({ delivery: deliveryOf(unprotected), crash: { at, when }, keyless: true });
        await turn({ delivery: triedBefore(60, unprotected), keyless: true });
        doubled += mailsOf(unprotected.id) - 1;
      }
    }
    assert.ok(calls >= 4 && doubled > 0, `${calls} ${doubled}`);
  });
});

Deno.test("within 23 hours nothing is looked up: the key protects", async () => {
  await withMail(async ({ resend, lookUps, turn }) => {
    await turn({ delivery: triedBefore(23 * 3600) });
    assert.deepEqual([resend.emails.length, lookUps()], [1, 0]);
  });
});

Deno.test("later than that an earlier mail is looked up first, and when it is found nothing is sent", async () => {
  await withMail(async ({ resend, sends, lookUps, turn }) => {
    await turn();
    const { finished, told } = await turn({ delivery: triedBefore(twentyFiveHours) });
    assert.deepEqual(finished, finishedWith(resend.emails[0]?.id));
    assert.deepEqual([sends.length, resend.emails.length, told], [1, 1, []]);
    assert.ok(lookUps() >= 2);
  });
});

Deno.test("when every mail since then was looked at and none is this one, it is sent", async () => {
  await withMail(async ({ resend, lookUps, turn }) => {
    await turn({ delivery: deliveryOf({ id: "88888888-8888-4888-8888-888888888888" }) });
    const { finished } = await turn({ delivery: triedBefore(twentyFiveHours) });
    assert.equal(resend.emails.length, 2);
    assert.deepEqual(finished, finishedWith(resend.emails[1]?.id));
    assert.ok(lookUps() >= 2, "the list, and the other mail to the same person");
  });
});

Deno.test("while it is not known whether it was sent, nothing is sent", async () => {
  await withMail(async ({ resend, sends, turn }) => {
    resend.fault = () => refusal(401, "restricted_api_key");
    assert.deepEqual(failure((await turn({ delivery: triedBefore(twentyFiveHours) })).told), [
      "email_lookup_refused",
      false,
    ]);
    resend.fault = () => refusal(429, "rate_limit_exceeded", { "retry-after": "60" });
    assert.deepEqual((await turn({ delivery: triedBefore(twentyFiveHours) })).told, [
      ["yield", 1, { step: "looking" }, 60, "email_lookup_refused"],
    ]);
    assert.deepEqual(sends, []);
  });
});

Deno.test("a provider that asks to wait is waited for, as long as it says, at no cost", async () => {
  await withMail(async ({ resend, turn }) => {
    const cases: [Response, number, string, string][] = [
      [refusal(429, "rate_limit_exceeded", { "retry-after": "7" }), 7, "email_rate_limited", "not_sent"],
      [refusal(429, "daily_quota_exceeded"), 3600, "email_quota_used_up", "not_sent"],
      [refusal(409, "concurrent_idempotent_requests"), 5, "email_send_in_progress", "sending"],
    ];
    for (const [answer, seconds, code, step] of cases) {
      resend.fault = () => answer;
      assert.deepEqual((await turn()).told, [["yield", 1, { step }, seconds, code]]);
    }
    assert.deepEqual(resend.emails, []);
  });
});

Deno.test("what is known not to have been sent is not looked up; what may have been, stays so until it was", async () => {
  await withMail(async ({ resend, sends, lookUps, turn }) => {
    const wait = () => refusal(429, "rate_limit_exceeded", { "retry-after": "7" });
    resend.fault = wait;
    const first = await turn();
    assert.deepEqual(first.told[0]?.[2], { step: "not_sent" });
    const second = await turn({ delivery: triedBefore(60), progress: { step: "sending" } });
    assert.deepEqual(second.told[0]?.[2], { step: "sending" }, "an earlier attempt may be out");
    resend.fault = undefined;
    await turn({ delivery: triedBefore(twentyFiveHours), progress: { step: "not_sent" } });
    assert.deepEqual([sends.length, lookUps(), resend.emails.length], [3, 0, 1]);
  });
});

Deno.test("a provider that fails, with or without taking the mail, costs an attempt, and the next sends one mail", async () => {
  await withMail(async ({ resend, turn }) => {
    resend.fault = async (_request, taken) => {
      await (await taken()).body?.cancel();
      return refusal(502, "application_error");
    };
    assert.deepEqual(failure((await turn()).told), ["email_provider_failing", false]);
    resend.fault = () => new Response("<html>", { status: 500 });
    assert.deepEqual(failure((await turn({ delivery: triedBefore(5) })).told), [
      "email_provider_failing",
      false,
    ]);
    resend.fault = undefined;
    const { finished } = await turn({ delivery: triedBefore(10) });
    assert.deepEqual(finished, finishedWith(resend.emails[0]?.id));
    assert.equal(resend.emails.length, 1);
  });
});

Deno.test("what the provider refuses for good ends the delivery for good, with a reason and none of its text", async () => {
  await withMail(async ({ resend, turn }) => {
    const cases: [Response, string][] = [
      [refusal(401, "invalid_api_key"), "email_key_refused"],
      [refusal(403, "invalid_from_address"), "email_sender_refused"],
      [refusal(422, "validation_error"), "email_refused"],
    ];
    for (const [answer, code] of cases) {
      resend.fault = () => answer;
      const { told, finished } = await turn();
      assert.deepEqual(failure(told), [code, true]);
      assert.doesNotMatch(JSON.stringify(told), /ana@example/);
      assert.deepEqual(finished, []);
    }
  });
});

Deno.test("a recipient that is no address is refused for good, and nobody is asked", async () => {
  await withMail(async ({ resend, turn }) => {
    for (
      const target of [
        "#general",
        "ana@example.com, evil@example.com",
        "Ana <ana@example.com>\r\nBcc: e@x.io",
      ]
    ) {
      assert.deepEqual(failure((await turn({ delivery: deliveryOf({ target }) })).told), [
        "email_recipient_invalid",
        true,
      ]);
    }
    assert.deepEqual(resend.requests, []);
  });
});

Deno.test("when the text changed after a mail went out, that mail is found and no second one is sent", async () => {
  await withMail(async ({ resend, sends, turn }) => {
    await turn({
      finish: () => {
        throw new PipelineError({ code: "database_unreachable", message: "gone", status: 503 });
      },
    });
    const renamed = { id: deliveryOf().deliverable.id, title: "Another title" };
    const { finished } = await turn({ delivery: triedBefore(60, { deliverable: renamed }) });
    assert.deepEqual(finished, finishedWith(resend.emails[0]?.id));
    assert.deepEqual([resend.emails.length, sends.length], [1, 2]);
    assert.equal(resend.emails[0]?.subject, "Launch digest");
  });
});

Deno.test("when that mail cannot be found, or not yet, nothing is sent and it is asked again", async () => {
  await withMail(async ({ resend, turn }) => {
    const posts = (get: () => Response | undefined) => (request: Request) =>
      request.method === "POST" ? refusal(409, "invalid_idempotent_request") : get();
    resend.fault = posts(() => undefined);
    assert.deepEqual(failure((await turn({ delivery: triedBefore(60) })).told), [
      "email_sent_with_other_text",
      false,
    ]);
    resend.fault = posts(() => refusal(429, "rate_limit_exceeded", { "retry-after": "60" }));
    assert.deepEqual((await turn({ delivery: triedBefore(60) })).told, [
      ["yield", 1, { step: "sending" }, 60, "email_lookup_refused"],
    ]);
    assert.deepEqual(resend.emails, []);
  });
});

Deno.test("a title with line breaks and markup is one harmless line of the mail", async () => {
  await withMail(async ({ resend, turn }) => {
    const title = "Digest\r\nBcc: evil@example.com\u202e <script>x</script>";
    await turn({ delivery: deliveryOf({ deliverable: { id: deliveryOf().deliverable.id, title } }) });
    const [email] = resend.emails;
    assert.equal(email?.subject, "Digest Bcc: evil@example.com <script>x</script>");
    assert.deepEqual(email.to, ["ana@example.com"]);
    assert.doesNotMatch(email.html, /<script/);
  });
});

Deno.test("a delivery that does not exist any more ends for good, and a lost lease ends quietly", async () => {
  await withMail(async ({ resend, turn }) => {
    const raising = (code: string) => () => {
      throw new PipelineError({ code, message: code, status: 404 });
    };
    for (const code of ["unknown_delivery", "audience_cannot_read"]) {
      assert.deepEqual(failure((await turn({ begin: raising(code) })).told), [code, true]);
    }
    const lost = await turn({ begin: raising("lease_lost") });
    assert.deepEqual([lost.told, lost.outcome?.["outcome"]], [[], "lease_lost"]);
    assert.deepEqual(resend.requests, []);

    const late = await turn({ finish: raising("lease_lost") });
    assert.deepEqual([late.told, late.outcome?.["outcome"]], [[], "lease_lost"]);
  });
});
