import assert from "node:assert/strict";
import { mail as answer } from "./gmail_answers.ts";
import { itemOf } from "./gmail_item.ts";

const account = { id: "1234", email: "Ana@Firm.example" };

const mail = (change: Record<string, unknown> = {}, headers: Record<string, string> = {}, text = "Words.") =>
  answer.parse({
    id: "18c0ffee",
    threadId: "18c0aaaa",
    labelIds: ["INBOX", "UNREAD"],
    snippet: "",
    internalDate: "1762336820123",
    payload: {
      mimeType: "text/plain",
      headers: Object.entries({
        "From": "Mika <Mika@elsewhere.example>",
        "Subject": "=?UTF-8?Q?Caf=C3=A9?=",
        "Date": "no date at all",
        ...headers,
      }).map(([name, value]) => ({ name, value })),
      body: { data: btoa(text) },
    },
    ...change,
  });

Deno.test("a mail is dated by Gmail and not by its sender, and leads to its thread in the right account", () => {
  const item = itemOf(mail(), account, ["INBOX"]);
  assert.equal(item.source_timestamp, "2025-11-05T10:00:20.123Z");
  assert.equal(item.permalink, "https://mail.google.com/mail/u/?authuser=ana%40firm.example#all/18c0aaaa");
  assert.deepEqual([item.item_id, item.container_id, item.thread_id], ["18c0ffee", "", "18c0aaaa"]);
  assert.deepEqual([item.title, item.content, item.author, item.author_id], [
    ...["Café", "Words.", "Mika", "mika@elsewhere.example"],
  ]);
  assert.deepEqual([item.content_type, item.edited_at, item.sources], ["email", null, ["INBOX"]]);
});

Deno.test("a mail is the person's own when it stands in SENT or comes from the account", () => {
  assert.equal(itemOf(mail(), account, []).is_user_authored, false);
  assert.equal(itemOf(mail({ labelIds: ["SENT"] }), account, []).is_user_authored, true);
  assert.equal(itemOf(mail({}, { From: "ana@firm.example" }), account, []).is_user_authored, true);
  assert.equal(itemOf(mail({}, { From: "ana@firm.example.evil" }), account, []).is_user_authored, false);
});

Deno.test("a mail of which nothing is readable is still an item", () => {
  for (const payload of [undefined, null, 7, { parts: "no" }, { mimeType: "text/plain", headers: [] }]) {
    const item = itemOf(mail({ payload, snippet: "It&#39;s 1 &lt; 2 &amp; so <b>on" }), account, ["INBOX"]);
    assert.equal(item.content, "It's 1 < 2 & so <b>on");
    assert.deepEqual([item.title, item.author, item.author_id], [null, null, null]);
  }
});

Deno.test("nothing that a sender writes makes metadata large", () => {
  const many = Array.from({ length: 5000 }, (_, at) => `"${"x".repeat(400)}" <p${at}@firm.example>`).join(
    ", ",
  );
  const labelIds = Array.from({ length: 900 }, (_, at) => `Label_${at}`);
  const headers = { To: many, Cc: many, Subject: "s".repeat(9000), "Message-ID": `<${"m".repeat(9000)}>` };
  const item = itemOf(mail({ labelIds }, { ...headers, "List-Unsubscribe": "u".repeat(9000) }), account, []);
  assert.ok(JSON.stringify(item.metadata).length < 20_000, String(JSON.stringify(item.metadata).length));
  assert.equal(item.title?.length, 500);
});

Deno.test("a clock that is off by a century leaves a date that can be stored", () => {
  const dates = ["999999999999999", "-999999999999999"].map((internalDate) =>
    itemOf(mail({ internalDate }), account, []).source_timestamp
  );
  assert.deepEqual(dates, ["2100-01-01T00:00:00.000Z", "1970-01-01T00:00:00.000Z"]);
});
