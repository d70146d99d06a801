/**
 * The connector before a Gmail that others made (npm `emulate`), as far as that goes: it has no profile, does not know
 * `-in:` in searches, forgets no history and plays no faults.
 */
import assert from "node:assert/strict";
import { createEmulator } from "emulate";
import { z } from "zod";
import { createEgress, type Egress } from "@shared/http/egress.ts";
import { createLog } from "@shared/http/log.ts";
import { createGmailConnector } from "./gmail.ts";
import { MailStore } from "./gmail/mail_store.ts";
import { createGoogleClient } from "./google/google_client.ts";

const ana = "ana@firm.example";
const bo = "bo@firm.example";
const DAY = 86_400_000;
const listed = z.object({ historyId: z.string() });

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}

/** A letter as it comes over the wire, with a file and a head of encoded words. */
const source = [
  `From: =?UTF-8?Q?J=C3=BCrgen?= <bo@firm.example>`,
  `To: ${ana}`,
  "Subject: =?UTF-8?B?R3LDvMOfZSDwn5qA?=",
  "Message-ID: <wire@firm.example>",
  "Date: nonsense",
  "MIME-Version: 1.0",
  'Content-Type: multipart/mixed; boundary="b"',
  "",
  "--b",
  'Content-Type: text/plain; charset="UTF-8"',
  "",
  "With a file.",
  "--b",
  'Content-Type: application/pdf; name="plan.pdf"',
  'Content-Disposition: attachment; filename="plan.pdf"',
  "Content-Transfer-Encoding: base64",
  "",
  btoa("%PDF"),
  "--b--",
  "",
].join("\r\n");

const base64url = (text: string) =>
  btoa(String.fromCharCode(...new TextEncoder().encode(text))).replaceAll("+", "-").replaceAll("/", "_");

async function openMailboxes(now: Date) {
  const daysAgo = (days: number) => new Date(now.getTime() - days * DAY).toISOString();
  const letter = { user_email: ana, from: `Bo Berg <${bo}>`, to: ana, label_ids: ["INBOX"] };
  const emulator = await createEmulator({
    service: "google",
    port: freePort(),
    seed: {
      tokens: { "token-ana": { login: ana }, "token-bo": { login: bo } },
      google: {
        users: [{ email: ana, name: "Ana" }, { email: bo, name: "Bo Berg" }],
        labels: [{ id: "Label_1", user_email: ana, name: "Plans" }],
        messages: [
          {
            ...letter,
            id: "m1",
            thread_id: "t1",
            subject: "Plain",
            body_text: "First words",
            date: daysAgo(1),
          },
          {
            ...{ ...letter, id: "m2", thread_id: "t1", subject: "Rich", date: daysAgo(2) },
            body_html: "<p>5 &lt; 6 &amp; <b>gr\u00fcn</b></p><p>second</p>",
            label_ids: ["INBOX", "Label_1"],
          },
          { ...letter, id: "m3", thread_id: "t3", subject: "Old", body_text: "Too old", date: daysAgo(40) },
          {
            ...letter,
            id: "m4",
            thread_id: "t4",
            subject: "Away",
            body_text: "x",
            date: daysAgo(1),
            label_ids: ["TRASH"],
          },
          {
            ...letter,
            id: "m5",
            thread_id: "t5",
            subject: "Filed",
            body_text: "Plans",
            date: daysAgo(3),
            label_ids: ["Label_1"],
          },
          {
            id: "m6",
            thread_id: "t6",
            user_email: ana,
            raw: base64url(source),
            label_ids: ["INBOX"],
            date: daysAgo(4),
          },
          {
            ...letter,
            id: "b1",
            user_email: bo,
            to: bo,
            thread_id: "t7",
            subject: "Of Bo",
            body_text: "Only Bo",
            date: daysAgo(1),
          },
        ],
      },
    },
  });
  /** What the emulator lacks and Gmail has. */
  const guard = (token: string): Egress => async (input, init) => {
    const url = new URL(String(input));
    const search = url.searchParams.get("q");
    if (search !== null) url.searchParams.set("q", search.replace("-in:drafts", "-label:drafts"));
    if (!url.pathname.endsWith("/profile")) return await fetch(url, init);
    const history = new URL(url.href.replace("/profile", "/history?startHistoryId=1"));
    const answer = await fetch(history, { headers: { authorization: `Bearer ${token}` } });
    const { historyId } = listed.parse(await answer.json());
    return Response.json({ emailAddress: ana, historyId });
  };
  const connectorOf = (token: string, email: string) =>
    createGmailConnector({
      account: { id: email, email },
      client: createGoogleClient({
        accessToken: { current: () => Promise.resolve(token), renewed: () => Promise.resolve(token) },
        budget: { take: () => Promise.resolve(), holdBack: () => Promise.resolve() },
        baseUrl: emulator.url,
        egress: createEgress({
          log: createLog({ write: () => {} }),
          overrides: [emulator.url],
          transport: guard(token),
        }),
        signal: new AbortController().signal,
      }),
    });
  return {
    ana: connectorOf("token-ana", ana),
    bo: connectorOf("token-bo", bo),
    /** Ana changes something. */
    call: async (method: string, path: string, body: Record<string, unknown> = {}) => {
      const answer = await fetch(`${emulator.url}/gmail/v1/users/me/${path}`, {
        method,
        headers: { authorization: "Bearer token-ana", "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      assert.ok(answer.ok, `${method} ${path}: ${answer.status}`);
      await answer.body?.cancel();
    },
    [Symbol.asyncDispose]: () => emulator.close(),
  };
}

/** What is held: subject, text and labels. */
const held = (store: MailStore) =>
  [...store.rows.values()].filter(({ deleted, sources }) => !deleted && sources.length > 0)
    .map(({ item, sources }) => [item.title, item.content, sources.toSorted().join(" ")]).toSorted();

/** The emulator begins to make a key for tokens of its own when it is loaded, and waits for it nowhere. */
const options = { sanitizeOps: false };

Deno.test(
  "another Gmail is discovered, read, and followed through new mail, labels, trash and deletion",
  options,
  async () => {
    const now = new Date();
    await using mailboxes = await openMailboxes(now);
    const { sources, ranked } = await mailboxes.ana.discover();
    assert.deepEqual(ranked.slice(0, 3), ["INBOX", "SENT", "STARRED"]);
    assert.equal(sources.find(({ external_id }) => external_id === "Label_1")?.name, "Plans");

    const labels = ["INBOX", "SENT", "Label_1"];
    let later = 0;
    const store = new MailStore(() => new Date(now.getTime() + later));
    await store.sync(mailboxes.ana, labels);
    assert.deepEqual(held(store), [
      ["Filed", "Plans", "Label_1"],
      ["Gr\u00fc\u00dfe \u{1F680}", "With a file.", "INBOX"],
      ["Plain", "First words", "INBOX"],
      ["Rich", "5 < 6 & gr\u00fcn\n\nsecond", "INBOX Label_1"],
    ]);
    const wire = store.rows.get("m6")?.item;
    assert.deepEqual([wire?.author, wire?.author_id], ["J\u00fcrgen", bo]);
    assert.equal(wire?.metadata["message_id"], "<wire@firm.example>");
    assert.match(JSON.stringify(wire?.metadata["attachments"]), /plan\.pdf/);

    await mailboxes.call("POST", "messages/m1/modify", {
      removeLabelIds: ["INBOX"],
      addLabelIds: ["Label_1"],
    });
    await mailboxes.call("POST", "messages/m5/trash");
    await mailboxes.call("DELETE", "messages/m6");
    await mailboxes.call("POST", "messages/m4/untrash");
    await mailboxes.call("POST", "messages/m4/modify", { addLabelIds: ["INBOX"] });
    const sent = `From: Ana <${ana}>\r\nTo: ${bo}\r\nSubject: Sent\r\n\r\nMy words`;
    await mailboxes.call("POST", "messages/send", { raw: base64url(sent) });
    later = 60_000;
    await store.sync(mailboxes.ana, labels);
    assert.deepEqual(held(store), [
      ["Away", "x", "INBOX"],
      ["Plain", "First words", "Label_1"],
      ["Rich", "5 < 6 & gr\u00fcn\n\nsecond", "INBOX Label_1"],
      ["Sent", "My words", "SENT"],
    ]);
    assert.deepEqual(store.deletions.map(({ id, told }) => [id, told]).toSorted(), [["m5", true], [
      "m6",
      true,
    ]]);
    const own = [...store.rows.values()].filter(({ item }) => item.is_user_authored);
    assert.deepEqual(own.map(({ item }) => item.title), ["Sent"]);
  },
);

Deno.test("two people of another Gmail get their own mail and nobody else's", options, async () => {
  const now = new Date();
  await using mailboxes = await openMailboxes(now);
  const store = new MailStore(() => now);
  await store.sync(mailboxes.bo, ["INBOX"]);
  assert.deepEqual(held(store), [["Of Bo", "Only Bo", "INBOX"]]);
});
