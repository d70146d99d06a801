import assert from "node:assert/strict";
import type { StoredItem } from "../connector.ts";
import { history } from "./gmail_answers.ts";
import { changesIn, planChanges } from "./history_changes.ts";

interface Told {
  added?: readonly string[] | null;
  on?: readonly string[];
  off?: readonly string[];
  deleted?: boolean;
}

type Step = readonly [id: string, told: Told];

/** Records in Gmail's form: each a mail and what happened to it. `added: null` is a mail whose labels are not told. */
function records(...steps: Step[]) {
  const list = steps.map(([id, { added, on, off, deleted }], at) => {
    const message = { id, threadId: id };
    return {
      id: String(at + 1),
      ...(added !== undefined && {
        messagesAdded: [{ message: added === null ? message : { ...message, labelIds: added } }],
      }),
      ...(on && { labelsAdded: [{ message, labelIds: on }] }),
      ...(off && { labelsRemoved: [{ message, labelIds: off }] }),
      ...(deleted && { messagesDeleted: [{ message }] }),
    };
  });
  return list.flatMap((one) => history.parse({ history: [one], historyId: "99" }).history);
}

const held = (...sources: string[]): StoredItem => ({
  ...{ sources, metadata: {}, editedAt: null, sourceTimestamp: "2026-11-01T00:00:00Z", deleted: false },
});
const labels = ["INBOX", "SENT", "Label_1"];

function plan(stored: Readonly<Record<string, StoredItem>>, ...steps: Step[]) {
  const { seen, gone, wanted, isMuch } = planChanges(
    changesIn(records(...steps)),
    new Map(Object.entries(stored)),
    labels,
  );
  return {
    seen: Object.fromEntries(seen.map(({ item_id, sources }) => [item_id, sources])),
    gone: gone.map(({ item_id }) => item_id),
    wanted: wanted.map(({ id }) => id),
    isMuch,
  };
}
const nothing = { seen: {}, gone: [], wanted: [], isMuch: false };

Deno.test("new mail is fetched when it is under a selected label, or when Gmail does not say under which", () => {
  const made = plan(
    {},
    ["a", { added: ["INBOX", "UNREAD"] }],
    ["b", { added: ["CATEGORY_SOCIAL"] }],
    ["c", { added: null }],
    ["d", { added: ["INBOX", "SPAM"] }],
    ["e", { added: ["SENT", "DRAFT"] }],
    ["f", { added: ["UNREAD"] }],
    ["f", { on: ["Label_1"] }],
    ["g", { added: ["INBOX"] }],
    ["g", { off: ["INBOX"] }],
  );
  assert.deepEqual(made, { ...nothing, wanted: ["a", "c", "f"] });
});

Deno.test("what arrived and was deleted since is neither fetched nor told as gone", () => {
  assert.deepEqual(plan({}, ["a", { added: ["INBOX"] }], ["a", { deleted: true }]), nothing);
});

Deno.test("the last word on each label counts, and unselected ones do not", () => {
  const made = plan(
    { a: held("INBOX"), b: held("INBOX", "SENT"), c: held("Label_1") },
    ["a", { on: ["Label_1", "STARRED"] }],
    ["a", { off: ["Label_1"] }],
    ["a", { on: ["Label_1"] }],
    ["b", { off: ["INBOX", "UNREAD"] }],
    ["c", { off: ["Label_1"] }],
  );
  assert.deepEqual(made, { ...nothing, seen: { a: ["INBOX", "Label_1"], b: ["SENT"], c: [] } });
});

Deno.test("trash, spam and deletion are gone; what is back and still stored only counts as seen", () => {
  const made = plan(
    { a: held("INBOX"), b: held("INBOX"), c: held("INBOX"), d: held("INBOX") },
    ["a", { on: ["TRASH"], off: ["INBOX"] }],
    ["b", { on: ["SPAM"] }],
    ["c", { deleted: true }],
    ["d", { on: ["TRASH"], off: ["INBOX"] }],
    ["d", { off: ["TRASH"], on: ["INBOX"] }],
    ["unknown", { on: ["TRASH"] }],
  );
  assert.deepEqual(made, { ...nothing, gone: ["a", "b", "c"], seen: { d: ["INBOX"] } });
});

Deno.test("what comes out of the trash is fetched, whether it was held once or never", () => {
  const made = plan({ a: { ...held("INBOX"), deleted: true } }, ["a", { off: ["TRASH"] }], ["b", {
    off: ["SPAM"],
  }]);
  assert.deepEqual(made, { ...nothing, wanted: ["a", "b"] });
});

Deno.test("read twice, the same records lead to the same end", () => {
  const steps: Step[] = [
    ["a", { on: ["Label_1"] }],
    ["a", { off: ["INBOX"] }],
    ["a", { on: ["SENT"] }],
    ["a", { off: ["SENT"] }],
  ];
  const once = plan({ a: held("INBOX") }, ...steps);
  assert.deepEqual(once.seen, { a: ["Label_1"] });
  assert.deepEqual(plan({ a: held("Label_1") }, ...steps), once);
});

Deno.test("a person who files a thousand old mails is not asked for a thousand fetches", () => {
  const filed = Array.from({ length: 1000 }, (_, at) => [`m${at}`, { on: ["Label_1"] }] as const);
  const made = plan({}, ["new", { added: ["INBOX"] }], ...filed);
  assert.deepEqual(made, { ...nothing, wanted: ["new"], isMuch: true });
  const arrived = Array.from({ length: 1000 }, (_, at) => [`n${at}`, { added: ["INBOX"] }] as const);
  const much = plan({}, ...arrived);
  assert.deepEqual([much.wanted.length, much.isMuch], [600, true]);
});
