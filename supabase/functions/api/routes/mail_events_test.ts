import assert from "node:assert/strict";
import { Webhook } from "standardwebhooks";
import { createApp } from "../app.ts";
import { contextStandIn } from "../context_stand_in.ts";

const secret = `whsec_${btoa("a secret that both of us know")}`;

async function send(event: unknown, options: { signed?: boolean; secret?: string; fails?: boolean } = {}) {
  const now = new Date();
  const context = contextStandIn({
    now: () => now,
    variables: { RESEND_WEBHOOK_SECRET: options.secret ?? secret },
    answers: {
      apply_mail_event: () => options.fails ? Promise.reject(new Error("no database")) : true,
    },
  });
  const body = typeof event === "string" ? event : JSON.stringify(event);
  const answer = await createApp(context).request("/api/webhooks/resend", {
    method: "POST",
    body,
    headers: {
      "content-type": "application/json",
      "svix-id": "msg_1",
      "svix-timestamp": String(Math.floor(now.getTime() / 1_000)),
      "svix-signature": options.signed === false ? "v1,AAAA" : new Webhook(secret).sign("msg_1", now, body),
    },
  });
  return { status: answer.status, body: await answer.json(), asked: context.database.asked };
}

const mail = (type: string, more: Record<string, unknown> = {}) => ({
  type,
  created_at: "2026-11-05T10:00:00.000Z",
  data: {
    email_id: "4ef9a417",
    from: "us@yarnnn.example",
    to: ["ada@yarnnn.example"],
    subject: "Hi",
    ...more,
  },
});

Deno.test("what became of a mail is told to the database under the event's id", async () => {
  const kinds = {
    "email.delivered": "delivered",
    "email.delivery_delayed": "delayed",
    "email.complained": "complained",
  };
  for (const [type, p_kind] of Object.entries(kinds)) {
    const { status, body, asked } = await send(mail(type));
    assert.deepEqual([status, body], [200, { applied: true }]);
    const args = { p_event_id: "msg_1", p_kind, p_provider_id: "4ef9a417" };
    assert.deepEqual(asked, [{ name: "apply_mail_event", args }]);
  }
});

Deno.test("a mail names its delivery by its tag, in either form of tags; what is none of ours is left out", async () => {
  const id = "3f0e9a3e-9c86-4c51-a9a9-0d1c3a3f0f10";
  const told = async (tags: unknown) =>
    Object((await send(mail("email.delivered", { tags }))).asked[0]?.args).p_delivery;
  assert.equal(await told({ delivery_id: id }), id);
  assert.equal(await told([{ name: "other", value: "x" }, { name: "delivery_id", value: id }]), id);
  for (
    const tags of [undefined, {}, [], { delivery_id: "no id" }, "delivery_id", [{ name: "delivery_id" }]]
  ) {
    assert.equal(await told(tags), undefined);
  }
});

Deno.test("why a mail did not arrive is one short line without characters that nobody sees", async () => {
  const told = async (type: string, more: Record<string, unknown>) => {
    const { asked } = await send(mail(type, more));
    const { p_kind, p_detail } = Object(asked[0]?.args);
    return [p_kind, p_detail];
  };
  const bounce = { type: "Permanent", subType: "Suppressed", message: "550\r\n no \u202esuch\u0007 mailbox" };
  assert.deepEqual(await told("email.bounced", { bounce }), [
    "bounced",
    "Permanent, Suppressed: 550 no such mailbox",
  ]);
  assert.deepEqual(await told("email.failed", { failed: { reason: "reached_daily_quota" } }), [
    "bounced",
    "reached_daily_quota",
  ]);
  const suppressed = { type: "OnAccountSuppressionList", message: "It bounced before" };
  assert.deepEqual(await told("email.suppressed", { suppressed }), [
    "bounced",
    "OnAccountSuppressionList: It bounced before",
  ]);
  const [, long] = await told("email.bounced", { bounce: { message: "x".repeat(5_000) } });
  assert.equal(long.length, 301);
});

Deno.test("what is nothing to us is taken without a call, so that it is not sent again", async () => {
  const nothing = [
    mail("email.opened"),
    mail("email.bounced", { email_id: 7 }),
    { type: "contact.created" },
    [],
    "x",
  ];
  for (const event of nothing) {
    const { status, body, asked } = await send(event);
    assert.deepEqual([status, body, asked], [200, { applied: false }, []], JSON.stringify(event));
  }
});

Deno.test("without a signature, and without a secret, nothing is believed", async () => {
  const forged = await send(mail("email.bounced"), { signed: false });
  assert.deepEqual([forged.status, forged.body.code, forged.asked], [401, "webhook_signature_wrong", []]);
  const unset = await send(mail("email.bounced"), { secret: "" });
  assert.deepEqual([unset.status, unset.body.code, unset.asked], [503, "environment_incomplete", []]);
});

Deno.test("when the database does not take an event, Resend is told to send it again", async () => {
  assert.equal((await send(mail("email.bounced"), { fails: true })).status, 500);
});

Deno.test("a body of more than 256 KB is not read", async () => {
  const { status, asked } = await send(mail("email.bounced", { subject: "x".repeat(300_000) }));
  assert.deepEqual([status, asked], [413, []]);
});
