import assert from "node:assert/strict";
import { Resend } from "resend";
import { startMail } from "./mail.ts";

const mail = await startMail({ verifiedDomains: ["sender.example"] });
Deno.test.afterAll(() => mail.close());

const resend = new Resend(mail.apiKey, { baseUrl: mail.url });
const letter = {
  from: "Digest <digest@sender.example>",
  to: "ana@reader.example",
  subject: "Hello",
  text: "Hi",
  html: "<p>Hi</p>",
};

Deno.test("a mail is accepted once under its idempotency key, and can be read back by its id with its tags", async () => {
  const before = mail.accepted.length;
  const tags = [{ name: "delivery", value: "d-1" }];
  const first = await resend.emails.send({ ...letter, tags }, { idempotencyKey: "d-1" });
  const second = await resend.emails.send({ ...letter, tags }, { idempotencyKey: "d-1" });
  assert.equal(first.error, null);
  assert.equal(second.data?.id, first.data?.id);
  assert.deepEqual(
    mail.accepted.slice(before).map(({ idempotencyKey, to, calls }) => ({ idempotencyKey, to, calls })),
    [
      { idempotencyKey: "d-1", to: ["ana@reader.example"], calls: 2 },
    ],
  );
  const read = await resend.emails.get(first.data?.id ?? "");
  assert.equal(read.data?.subject, "Hello");
  assert.deepEqual(Object(read.data).tags, tags);
  const other = await resend.emails.send({ ...letter, subject: "Other" }, { idempotencyKey: "d-1" });
  assert.equal(other.error?.name, "invalid_idempotent_request");
});

Deno.test("a wrong key, an unverified domain and a bad address are refused as Resend refuses them", async () => {
  const before = mail.accepted.length;
  const stranger = await new Resend("re_wrong", { baseUrl: mail.url }).emails.send(letter);
  assert.deepEqual([stranger.error?.statusCode, stranger.error?.name], [403, "invalid_api_key"]);
  const unverified = await resend.emails.send({ ...letter, from: "a@elsewhere.example" });
  assert.deepEqual([unverified.error?.statusCode, unverified.error?.name], [403, "validation_error"]);
  assert.match(unverified.error?.message ?? "", /elsewhere\.example domain is not verified/);
  const bad = await resend.emails.send({ ...letter, to: "nobody" });
  assert.deepEqual([bad.error?.statusCode, bad.error?.name], [422, "validation_error"]);
  assert.equal(mail.accepted.length, before);
});

Deno.test("a fault strikes at its call: refused, dropped, or accepted without an answer", async () => {
  const before = mail.accepted.length;
  mail.faultNext({ kind: "status", status: 429, retryAfter: 7 });
  const limited = await resend.emails.send(letter);
  assert.deepEqual([limited.error?.name, limited.headers?.["retry-after"]], ["rate_limit_exceeded", "7"]);
  mail.faultNext({ kind: "status", status: 500 });
  assert.equal((await resend.emails.send(letter)).error?.statusCode, 500);
  mail.faultNext({ kind: "drop" });
  assert.ok((await resend.emails.send(letter)).error);
  assert.equal(mail.accepted.length, before);
  mail.faultNext({ kind: "accept_then_drop" });
  assert.ok((await resend.emails.send(letter, { idempotencyKey: "dropped" })).error);
  assert.equal(mail.accepted.length, before + 1);
  assert.equal(
    (await resend.emails.send(letter, { idempotencyKey: "dropped" })).data?.id,
    mail.accepted.at(-1)?.id,
  );
  assert.equal(mail.accepted.length, before + 1);
});

Deno.test("a caller that gives up at a timeout finds nothing sent", async () => {
  const before = mail.accepted.length;
  mail.faultNext({ kind: "timeout" });
  const given = fetch(`${mail.url}/emails`, {
    method: "POST",
    headers: { authorization: `Bearer ${mail.apiKey}` },
    body: JSON.stringify(letter),
    signal: AbortSignal.timeout(100),
  });
  await assert.rejects(given);
  assert.equal(mail.accepted.length, before);
});

Deno.test("hooks run before a mail is accepted and between that and the answer", async () => {
  const seen: string[] = [];
  mail.hooks.before = (call) => void seen.push(`before ${call.send.subject}, ${mail.accepted.length}`);
  mail.hooks.after = (call) => void seen.push(`after ${call.id === mail.accepted.at(-1)?.id}`);
  const before = mail.accepted.length;
  await resend.emails.send({ ...letter, subject: "Hooked" });
  assert.deepEqual(seen, [`before Hooked, ${before}`, "after true"]);
  mail.hooks.before = mail.hooks.after = undefined;
});

Deno.test("the inbox is a page that needs no key", async () => {
  const page = await fetch(mail.inboxUrl);
  assert.equal(page.status, 200);
  assert.match(await page.text(), /Hello/);
});

Deno.test("a key is forgotten after a day, and mails are listed by page, newest first, by the server's own clock and without their tags", async () => {
  let now = Date.parse("2026-11-24T06:00Z");
  await using office = await startMail({ verifiedDomains: ["sender.example"], now: () => new Date(now) });
  const client = new Resend(office.apiKey, { baseUrl: office.url });
  const send = async () => (await client.emails.send(letter, { idempotencyKey: "d-2" })).data?.id ?? "";
  const first = await send();
  now += 24 * 60 * 60 * 1000 - 1;
  assert.equal(await send(), first);
  now += 1;
  const second = await send();
  assert.notEqual(second, first);
  assert.equal(await send(), second);
  assert.deepEqual(office.accepted.map(({ id, calls }) => [id, calls]), [[first, 2], [second, 2]]);
  const page = await client.emails.list({ limit: 1 });
  const [newest] = page.data?.data ?? [];
  assert.deepEqual([newest?.id, newest?.created_at, page.data?.has_more], [
    second,
    "2026-11-25T06:00:00.000Z",
    true,
  ]);
  assert.equal("tags" in Object(newest), false);
  const rest = await client.emails.list({ limit: 1, after: second });
  assert.deepEqual([rest.data?.data.map(({ id }) => id), rest.data?.has_more], [[first], false]);
  assert.equal((await client.emails.get(first)).data?.created_at, "2026-11-24T06:00:00.000Z");
});
