import assert from "node:assert/strict";
import { startWorkplace, type Workplace } from "../workplace.ts";
import { GoogleClient, OPENING, type Part, reasonOf, textOfData } from "./google_client.ts";
import type { TruthMail } from "./mail_truth.ts";
import { READING_SCOPES, SCOPE } from "./scopes.ts";

const open = async (): Promise<Workplace> => {
  const workplace = await startWorkplace({ seed: 7, now: () => OPENING });
  workplace.google.quotas.enforced = false;
  return workplace;
};
const squeeze = (text: string) => text.replace(/\s+/g, " ").trim();
const header = (part: Part | undefined, name: string) =>
  part?.headers?.find((one) => one.name === name)?.value ?? "";

/** Words of a message, read as a connector would: plain parts first, else HTML without its markup. */
function wordsOf(part: Part | undefined): string {
  const leaves = (one: Part, type: string): string[] => [
    ...(one.mimeType === type && !one.filename ? [textOfData(one.body?.data ?? "")] : []),
    ...(one.parts ?? []).flatMap((inner) => leaves(inner, type)),
  ];
  if (part === undefined) return "";
  const plain = leaves(part, "text/plain");
  if (plain.length > 0) return plain.join("\n\n");
  return leaves(part, "text/html").join("\n").replace(/<(style|script)[\s\S]*?<\/\1>|<!--[\s\S]*?-->/g, "")
    .replace(/<[^>]+>/g, " ").replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'").replaceAll("&amp;", "&");
}

/** Decodes encoded words, where the API leaves them in. */
function decodeWords(text: string): string {
  return text.replace(/\?= =\?/g, "?==?").replace(/(?:=\?UTF-8\?[BQ]\?[^?]*\?=)+/g, (words) => {
    const bytes = [...words.matchAll(/=\?UTF-8\?([BQ])\?([^?]*)\?=/g)].map(([, kind, word = ""]) =>
      kind === "B"
        ? atob(word)
        : word.replaceAll("_", " ").replace(/=(..)/g, (_all, hex: string) =>
          String.fromCharCode(parseInt(hex, 16)))
    ).join("");
    return new TextDecoder().decode(Uint8Array.from(bytes, (one) => one.charCodeAt(0)));
  });
}

/** Ids of a listing, page by page. */
async function idsOf(
  client: GoogleClient,
  params: Record<string, string | number | string[]> = {},
): Promise<string[]> {
  const { pages } = await client.pages((pageToken) => client.gmail("messages", { ...params, pageToken }));
  return pages.flatMap(({ messages = [] }) => messages.map(({ id }) => id));
}

const told = ({ id, threadId, labelIds, subject, internalDate, text }: TruthMail) => ({
  id,
  threadId,
  labelIds,
  subject,
  internalDate: String(internalDate),
  text: squeeze(text),
});

Deno.test("what a plain reader gets of every mail equals the truth", async () => {
  await using workplace = await open();
  const client = new GoogleClient(workplace);
  const truth = workplace.google.grant.account.mailbox.truth();
  const read = [];
  for (const id of await idsOf(client, { maxResults: 500 })) {
    const { body } = await client.gmail(`messages/${id}`);
    const { threadId, labelIds = [], internalDate, payload } = body;
    const subject = decodeWords(header(payload, "Subject"));
    read.push({
      id,
      threadId,
      labelIds: labelIds.sort(),
      subject,
      internalDate,
      text: squeeze(wordsOf(payload)),
    });
  }
  assert.deepEqual(read.reverse(), truth.map(told));
  // The story has all that makes mail hard.
  const { messages } = workplace.google.grant.account.mailbox;
  const forms = new Set([...messages.values()].map(({ letter }) => letter.root.mimeType));
  assert.deepEqual([...forms].sort(), [
    "multipart/alternative",
    "multipart/mixed",
    "text/html",
    "text/plain",
  ]);
  const dates = [...messages.values()].map(({ letter }) => Date.parse(letter.dateHeader));
  assert.ok(dates.some(Number.isNaN) && truth.some(({ subject }) => /\u{1F680}/u.test(subject)));
  const threads = Map.groupBy(truth, ({ threadId }) => threadId);
  assert.ok(Math.max(...[...threads.values()].map(({ length }) => length)) >= 8);
  assert.ok(
    truth.some(({ labelIds }) =>
      labelIds.filter((label) => /^(INBOX|STARRED|Label_\d+)$/.test(label)).length > 1
    ),
  );
  assert.ok(truth.some(({ attachments }) => attachments.length > 1));
});

Deno.test("pages join without gaps, an empty list has no messages, foreign page tokens are refused", async () => {
  await using workplace = await open();
  const client = new GoogleClient(workplace);
  const all = await idsOf(client, { maxResults: 500 });
  assert.deepEqual(await idsOf(client, { maxResults: 7 }), all);
  const none = await client.gmail("messages", { q: "from:nobody@nowhere.example" });
  assert.deepEqual(none.body, { resultSizeEstimate: 0 });
  assert.equal((await client.gmail("messages", { pageToken: "xyz" })).status, 400);
  assert.equal((await client.gmail("messages", { labelIds: "Label_99" })).status, 400);
  assert.equal((await client.gmail("messages/00000000000000ff")).status, 404);
});

Deno.test("labels, spam and trash are listed as Gmail does", async () => {
  await using workplace = await open();
  const client = new GoogleClient(workplace);
  const { mail, company } = workplace.google.domain;
  const me = company.people[0]?.key ?? "";
  const letter = mail.send({ from: company.people[1]?.key ?? "", to: [me], subject: "Bin me", text: "Now" });
  const id = mail.mailbox(me).copyOf(letter)?.id ?? "";
  const ref = { mailbox: me, id };
  mail.label(ref, "Customers/Kestrel Freight", "STARRED");
  assert.ok((await idsOf(client, { q: "label:customers-kestrel-freight is:starred" })).includes(id));
  const { labels = [] } = (await client.gmail("labels")).body;
  const own = labels.find(({ name }) => name === "Customers/Kestrel Freight")?.id ?? "";
  assert.equal(
    (await client.gmail(`labels/${own}`)).body.messagesTotal,
    mail.mailbox(me).truth()
      .filter(({ labelIds }) => labelIds.includes(own)).length,
  );
  assert.ok((await idsOf(client, { labelIds: [own, "INBOX"] })).includes(id));
  mail.trash(ref);
  assert.ok(!(await idsOf(client)).includes(id));
  assert.ok((await idsOf(client, { labelIds: "TRASH" })).includes(id));
  assert.ok((await idsOf(client, { q: "in:anywhere" })).includes(id));
  assert.ok((await idsOf(client, { includeSpamTrash: "true" })).includes(id));
  mail.untrash(ref);
  assert.equal((await idsOf(client))[0], id);
  mail.delete(ref);
  assert.equal((await client.gmail(`messages/${id}`)).status, 404);
});

Deno.test("history tells every change once, in order, and answers 404 when it is too old", async () => {
  await using workplace = await open();
  const client = new GoogleClient(workplace);
  const { grant: { account }, domain: { mail, company } } = workplace.google;
  const start = (await client.gmail("profile")).body.historyId ?? "";
  assert.deepEqual((await client.gmail("history", { startHistoryId: start })).body, { historyId: start });
  const letter = mail.send({
    from: company.people[1]?.key ?? "",
    to: [account.email],
    subject: "A",
    text: "B",
  });
  const answer = mail.reply(letter, { from: account.email, text: "C" });
  const ref = { mailbox: account.email, id: account.mailbox.copyOf(letter)?.id ?? "" };
  mail.unlabel(ref, "UNREAD");
  mail.label(ref, "Later");
  mail.delete(ref);
  const { pages, last } = await client.pages((pageToken) =>
    client.gmail("history", { startHistoryId: start, maxResults: 2, pageToken })
  );
  const records = pages.flatMap(({ history = [] }) => history);
  const kinds = records.map((one) => Object.keys(one).find((name) => /Added|Deleted|Removed/.test(name)));
  assert.deepEqual(kinds, [
    "messagesAdded",
    "messagesAdded",
    "labelsRemoved",
    "labelsAdded",
    "messagesDeleted",
  ]);
  assert.equal(
    records[1]?.messagesAdded?.[0]?.message.threadId,
    records[0]?.messagesAdded?.[0]?.message.threadId,
  );
  assert.equal(records[1]?.messagesAdded?.[0]?.message.id, account.mailbox.copyOf(answer)?.id);
  assert.equal(last.historyId, String(account.mailbox.historyId));
  const deleted = await client.gmail("history", { startHistoryId: start, historyTypes: ["messageDeleted"] });
  assert.equal(deleted.body.history?.length, 1);
  workplace.clock.advance(7 * 86_400_000 + 1);
  client.token = workplace.google.grants.accessToken(workplace.google.grant);
  assert.equal((await client.gmail("history", { startHistoryId: start })).status, 404);
  const fresh = (await client.gmail("profile")).body.historyId ?? "";
  assert.equal((await client.gmail("history", { startHistoryId: fresh })).status, 200);
  account.mailbox.expireHistory();
  assert.equal(reasonOf(await client.gmail("history", { startHistoryId: fresh })), "notFound");
});

Deno.test("raw mail is RFC 5322 with everything in it, and files are fetched by their id", async () => {
  await using workplace = await open();
  const client = new GoogleClient(workplace);
  const { domain: { mail }, grant: { account } } = workplace.google;
  const attachments = [{ filename: "a.csv", mimeType: "text/csv", content: "x,y\n1,\u00fc\n" }];
  const text = "Gr\u00fc\u00dfe \u{1F680}\n\n5 < 6 & = 7";
  const letter = mail.send({
    from: account.email,
    to: ["b@c.example"],
    subject: "\u00dcber \u{1F680}",
    text,
    packing: "nested",
    attachments,
  });
  const id = account.mailbox.copyOf(letter)?.id ?? "";
  const raw = textOfData((await client.gmail(`messages/${id}`, { format: "raw" })).body.raw ?? "");
  const [head = "", ...rest] = raw.split("\r\n\r\n");
  assert.ok(/^[\x20-\x7e\r\n]*$/.test(head) && !head.includes("\u00dc"));
  assert.equal(decodeWords(/^Subject: (.*)$/m.exec(head)?.[1]?.trim() ?? ""), letter.subject);
  assert.ok(rest.join("").includes("Gr=C3=BC=C3=9Fe =F0=9F=9A=80"));
  const { payload } = (await client.gmail(`messages/${id}`)).body;
  assert.equal(wordsOf(payload), text.replaceAll("\n", "\r\n"));
  const file = payload?.parts?.find(({ filename }) => filename === "a.csv");
  const got = await client.gmail(`messages/${id}/attachments/${file?.body?.attachmentId}`);
  assert.equal(textOfData(got.body.data ?? ""), attachments[0]?.content);
  const bare =
    (await client.gmail(`messages/${id}`, { format: "metadata", metadataHeaders: ["Subject"] })).body;
  assert.deepEqual(bare.payload?.headers?.map(({ name }) => name), ["Subject"]);
});

Deno.test("threads show their mails, and the metadata scope sees no words", async () => {
  await using workplace = await open();
  const client = new GoogleClient(workplace);
  const { threads: [thread] = [] } = (await client.gmail("threads", { maxResults: 1 })).body;
  const truth = workplace.google.grant.account.mailbox.truth().filter(({ threadId }) =>
    threadId === thread?.id
  );
  const shown = (await client.gmail(`threads/${thread?.id}`, { format: "minimal" })).body.messages ?? [];
  assert.deepEqual(shown.map(({ id }) => id), truth.map(({ id }) => id));
  const scopes = [SCOPE.gmailMetadata, ...READING_SCOPES.filter((scope) => scope !== SCOPE.gmailReadonly)];
  const narrow = new GoogleClient(workplace, workplace.google.addAccount({ scopes }));
  assert.equal((await narrow.gmail("messages")).status, 200);
  assert.equal((await narrow.gmail("messages", { q: "x" })).status, 403);
  assert.equal((await narrow.gmail(`messages/${shown[0]?.id}`)).status, 403);
  assert.equal((await narrow.gmail(`messages/${shown[0]?.id}`, { format: "metadata" })).status, 200);
});
