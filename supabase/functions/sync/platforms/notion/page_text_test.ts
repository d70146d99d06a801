import assert from "node:assert/strict";
import { startWorkplace, type Workplace } from "../../../../../scripts/local/workplace/workplace.ts";
import type { NotionBlock } from "./notion_answers.ts";
import type { NotionClient } from "./notion_client.ts";
import { readPageText } from "./page_text.ts";
import { openNotion } from "./workplace_notion.ts";

async function openWorkplace(): Promise<Workplace> {
  const workplace = await startWorkplace({ seed: 7, days: 1, now: () => new Date("2026-11-05T10:00:20Z") });
  workplace.notion.rateLimits.enforced = false;
  return workplace;
}

const { signal } = new AbortController();
const read = (client: NotionClient, id: string, most = 10_000) =>
  readPageText(client, id, { most, distrustEmpty: false, signal });

Deno.test("the handbook reads as a person would write it down", async () => {
  await using workplace = await openWorkplace();
  const { client } = openNotion(workplace, workplace.notion.connection);
  const { text, borrows, cut } = await read(client, workplace.notion.workspace.places.handbook);
  const says = (...lines: string[]) =>
    assert.ok(text.includes(lines.join("\n")), `${lines.join("\n")}\n\n${text}`);
  says(
    "- Production (level 2)",
    "    - Database (level 3)",
    "      Read only (level 4)",
    "        - Replica (level 5)",
  );
  says("Its name is heron-replica (level 6).");
  says("## Folded chapter", "  1. First, unlock the screen.", "  2. Then read on.");
  says("Meeting | When | Who", "Stand-up | daily, 10:00 | engineering");
  says("[x] Order a badge", "[ ] Meet the support team", "  [ ] Sit in on one call");
  says("---", "### Tools", "- The ticket tracker");
  says("> Ask early, ask twice.");
  says("Never share a password.", "  Not even with us.");
  says("runway = cash / burn");
  says("Our promise: an answer within one working day.");
  says("Page: Holidays and sick days");
  assert.match(text, /Your buddy is @\S.*\. Start on 2026-01-07, read the style guide and be kind\./);
  assert.match(text, /https:\/\/files\.\S+office\.png The office on a quiet day/);
  assert.deepEqual([borrows, cut], [true, false]);
});

Deno.test("a synced copy inside of its own original, and an original inside of a copy, are read once and end", async () => {
  await using workplace = await openWorkplace();
  const { client } = openNotion(workplace, workplace.notion.connection);
  const { library } = workplace.notion.workspace;
  const page = library.createPage({ title: "Circle" });
  workplace.notion.connection.roots.add(page.id);
  const original = library.appendBlock({
    to: page.id,
    block: { type: "synced_block", children: [{ type: "paragraph", text: "Once" }] },
  });
  const other = library.appendBlock({
    to: page.id,
    block: { type: "synced_block", children: [{ type: "paragraph", text: "Twice" }] },
  });
  library.appendBlock({ to: original.id, block: { type: "synced_block", syncedFrom: other.id } });
  library.appendBlock({ to: other.id, block: { type: "synced_block", syncedFrom: original.id } });
  const { text } = await read(client, page.id);
  assert.deepEqual(text.split("\n").toSorted(), ["Once", "Once", "Twice", "Twice"]);
});

Deno.test("forty levels of nesting are read to the ground, and so is a page of several answers", async () => {
  await using workplace = await openWorkplace();
  const { client } = openNotion(workplace, workplace.notion.connection);
  const { library, places } = workplace.notion.workspace;
  const page = library.createPage({ in: places.hq, title: "Deep" });
  let to = page.id;
  for (let level = 1; level <= 40; level += 1) {
    to = library.appendBlock({ to, block: { type: "bulleted_list_item", text: `Level ${level}` } }).id;
  }
  const { text } = await read(client, page.id);
  assert.ok(text.endsWith("- Level 40"));
  assert.equal(text.split("\n").length, 40);
  const long = await read(client, places.deploys);
  const blocks = workplace.notion.truth().pages.find(({ id }) => id === places.deploys)?.blocks ?? [];
  assert.ok(blocks.length > 100);
  assert.equal(long.text.split("\n").length, blocks.length);
});

Deno.test("reading stops where enough is read, and says that there was more", async () => {
  await using workplace = await openWorkplace();
  const { client } = openNotion(workplace, workplace.notion.connection);
  const { journal, workspace: { places } } = workplace.notion;
  const mark = journal.latest;
  const { text, cut } = await read(client, places.deploys, 500);
  assert.ok(cut && text.length > 500 && text.length < 700);
  assert.equal(journal.latest - mark, 1);
});

const block = (id: number, hasChildren = false): NotionBlock => ({
  ...{ id: `b${id}`, type: "paragraph", hasChildren },
  content: { rich_text: [{ plain_text: `Block ${id}` }] },
});

/** A client that answers listings from a script, by block and cursor. */
function scripted(answers: Record<string, unknown>): NotionClient {
  const children = (id: string, cursor: string | null) => {
    const answer = answers[`${id} ${cursor ?? ""}`.trim()];
    return answer === undefined
      ? Promise.reject(new Error(`not scripted: ${id} ${cursor}`))
      : Promise.resolve(answer);
  };
  return Object.assign(Object.create(null), { children });
}

const list = (results: NotionBlock[], next: string | null = null) => ({
  ...{ results, next_cursor: next, has_more: next !== null },
});

Deno.test("a listing that repeats itself, or promises more and sends none, is the platform's fault", async () => {
  const broken = [
    { page: list([block(1)], "b1"), "page b1": list([block(1)], "b1") },
    { page: list([block(1)], "b2"), "page b2": list([]) },
    { page: { results: [block(1)], next_cursor: null, has_more: true } },
  ];
  for (const answers of broken) {
    await assert.rejects(read(scripted(answers), "page"), { code: "provider_down" });
  }
});

Deno.test("a page without end, of blocks that say nothing, is given up on", async () => {
  const endless = {
    children: (id: string) => Promise.resolve(list([{ ...block(0, true), id: `${id}x`, content: {} }])),
  };
  const { text, cut } = await read(Object.assign(Object.create(null), endless), "page");
  assert.deepEqual([text, cut], ["", false]);
  let [nth, calls] = [0, 0];
  const wide = {
    children: () => {
      calls += 1;
      return Promise.resolve(list([{ ...block(nth += 1), content: {} }], `c${nth}`));
    },
  };
  assert.equal((await read(Object.assign(Object.create(null), wide), "page")).cut, true);
  assert.equal(calls, 300);
});
