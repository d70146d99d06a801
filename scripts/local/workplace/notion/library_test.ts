import assert from "node:assert/strict";
import { startWorkplace, type Workplace } from "../workplace.ts";
import { minuteOf } from "./minute.ts";
import { OPENING, refusalOf, sdkClient } from "./sdk_client.ts";
import { truth } from "./truth.ts";

const open = (): Promise<Workplace> => startWorkplace({ seed: 7, days: 3, now: () => OPENING });

function held(workplace: Workplace, id: string) {
  return truth(workplace.notion.connection).pages.find((page) => page.id === id);
}

Deno.test("a page is written, edited, lengthened and cut, and the truth follows each step", async () => {
  await using workplace = await open();
  const { library, places } = workplace.notion.workspace;
  const page = library.createPage({
    ...{ in: places.hq, title: "Plan" },
    blocks: [{ type: "toggle", text: "One", children: [{ type: "paragraph", text: "Two" }] }],
  });
  assert.equal(held(workplace, page.id)?.text, "One\nTwo");
  const [toggle = ""] = library.childrenOf(page.id);
  const [inner = ""] = library.childrenOf(toggle);
  library.editBlock({ block: inner, text: "Second" });
  library.appendBlock({ to: page.id, after: toggle, block: { type: "code", text: "x = 1" } });
  assert.equal(held(workplace, page.id)?.text, "One\nSecond\nx = 1");
  library.deleteBlock({ block: toggle });
  assert.equal(held(workplace, page.id)?.text, "x = 1");
  library.rename({ page: page.id, title: "Plan B" });
  assert.equal(held(workplace, page.id)?.title, "Plan B");
});

Deno.test("an edit moves the page's last_edited_time to its minute; a second one in that minute does not show", async () => {
  await using workplace = await open();
  const client = sdkClient(workplace);
  const { library, places: { handbook, hq } } = workplace.notion.workspace;
  const edited = async (page_id: string) => {
    const page = await client.pages.retrieve({ page_id });
    return "last_edited_time" in page ? page.last_edited_time : "";
  };
  const hqBefore = await edited(hq);
  workplace.clock.advance(61_000);
  const { id } = library.appendBlock({ to: handbook, block: { type: "paragraph", text: "a" } });
  const first = await edited(handbook);
  assert.equal(first, "2026-11-05T10:01:00.000Z");
  workplace.clock.advance(50_000);
  library.editBlock({ block: id, text: "b" });
  assert.equal(await edited(handbook), first);
  workplace.clock.advance(10_000);
  library.editBlock({ block: id, text: "c" });
  assert.equal(await edited(handbook), "2026-11-05T10:02:00.000Z");
  assert.equal(await edited(hq), hqBefore);
});

Deno.test("moving, sharing and restoring leave last_edited_time alone; the parents of a move show it", async () => {
  await using workplace = await open();
  const { library, places: { handbook, hq, meetings } } = workplace.notion.workspace;
  const page = library.createPage({ in: handbook, title: "Wanderer", at: OPENING.getTime() - 86_400_000 });
  const before = held(workplace, page.id)?.lastEditedTime;
  workplace.clock.advance(3_600_000);
  library.move({ page: page.id, to: meetings });
  library.unshare({ page: page.id });
  assert.equal(held(workplace, page.id), undefined);
  library.share({ page: page.id });
  library.trash({ page: page.id });
  assert.equal(held(workplace, page.id), undefined);
  library.restore({ page: page.id });
  assert.deepEqual(held(workplace, page.id)?.path, [meetings, hq]);
  assert.equal(held(workplace, page.id)?.lastEditedTime, before);
  assert.equal(held(workplace, handbook)?.lastEditedTime, minuteOf(workplace.clock.now().getTime()));
  assert.equal(held(workplace, meetings)?.lastEditedTime, minuteOf(workplace.clock.now().getTime()));
});

Deno.test("a row is added and its columns are set; computed columns follow without an edit", async () => {
  await using workplace = await open();
  const { library, places: { tables, projects } } = workplace.notion.workspace;
  const project = [...projects.values()].at(-1)?.row ?? "";
  const property = (page: string, name: string) =>
    held(workplace, page)?.properties.find((one) => one.name === name)?.text;
  const [count, before] = [property(project, "Task count"), held(workplace, project)?.lastEditedTime];
  workplace.clock.advance(3_600_000);
  const row = library.addRow({
    dataSource: tables.tasks,
    title: "New",
    values: { Project: [project], Estimate: 2 },
  });
  assert.equal(property(row.id, "Hours"), "16");
  assert.equal(property(project, "Task count"), String(Number(count) + 1));
  assert.equal(held(workplace, project)?.lastEditedTime, before);
  library.setProperty({ page: row.id, name: "Estimate", value: 3 });
  assert.equal(property(row.id, "Hours"), "24");
  assert.match(property(row.id, "ID") ?? "", /^TASK-\d+$/);
});

Deno.test("what no person could enter is refused", async () => {
  await using workplace = await open();
  const { library, places: { tables, hq } } = workplace.notion.workspace;
  const { id: page } = library.addRow({ dataSource: tables.tasks, title: "Row" });
  const enter = (name: string, value: string | number) => () => library.setProperty({ page, name, value });
  assert.throws(enter("Nope", 1), /no column 'Nope'/);
  assert.throws(enter("Hours", 1), /Cannot enter 1 in the formula column/);
  assert.throws(enter("Status", "Nearly"), /Cannot enter "Nearly" in the status column/);
  assert.throws(enter("Billable", 1), /checkbox/);
  assert.throws(() => library.setProperty({ page: hq, name: "Status", value: "Done" }), /is no row/);
  assert.throws(() => library.editBlock({ block: "made-up", text: "x" }), /no block 'made-up'/);
});

Deno.test("a synced copy shows its original, stops when that is kept apart, and may stand in itself", async () => {
  await using workplace = await open();
  const client = sdkClient(workplace);
  const { library, places: { hq, handbook } } = workplace.notion.workspace;
  const source = library.createPage({
    in: handbook,
    title: "Source",
    blocks: [{ type: "synced_block", children: [{ type: "paragraph", text: "Shared" }] }],
  });
  const [original = ""] = library.childrenOf(source.id);
  const target = library.createPage({
    in: hq,
    title: "Target",
    blocks: [{ type: "synced_block", syncedFrom: original }],
  });
  const [copy = ""] = library.childrenOf(target.id);
  const children = async (block_id: string) =>
    (await client.blocks.children.list({ block_id })).results.length;
  assert.deepEqual([held(workplace, target.id)?.text, await children(copy)], ["Shared", 1]);
  library.appendBlock({ to: original, block: { type: "synced_block", syncedFrom: original } });
  assert.equal(held(workplace, target.id)?.text, "Shared");
  assert.equal(await children(copy), 2);
  assert.ok((await client.pages.retrieveMarkdown({ page_id: target.id })).markdown.includes("Shared"));
  library.unshare({ page: source.id });
  assert.deepEqual([held(workplace, target.id)?.text, await children(copy)], ["", 0]);
});

Deno.test("a purged page takes everything in it along, whoever ticked it", async () => {
  await using workplace = await open();
  const { library, places: { handbook, hq, tables } } = workplace.notion.workspace;
  const [block = ""] = library.childrenOf(handbook);
  const client = sdkClient(workplace);
  assert.equal((await client.blocks.retrieve({ block_id: block })).id, block);
  library.purge({ page: handbook });
  assert.equal(await refusalOf(client.blocks.retrieve({ block_id: block })), "404 object_not_found");
  const [row = ""] = library.dataSource(tables.tasks).rows;
  library.purge({ page: hq });
  assert.equal(await refusalOf(client.pages.retrieve({ page_id: row })), "404 object_not_found");
  const left = truth(workplace.notion.connection);
  assert.deepEqual(left.databases.map(({ title }) => title), ["Customers and requests"]);
  assert.equal(
    left.pages.length,
    left.databases.flatMap(({ dataSources }) => dataSources.flatMap((one) => one.rows)).length,
  );
});

Deno.test("long text comes in items of at most 2000 characters and is whole again when joined", async () => {
  await using workplace = await open();
  const { library, places: { hq } } = workplace.notion.workspace;
  const text = "0123456789".repeat(450);
  const { id } = library.appendBlock({ to: hq, block: { type: "paragraph", text } });
  const block = await sdkClient(workplace).blocks.retrieve({ block_id: id });
  assert.ok("type" in block && block.type === "paragraph");
  assert.deepEqual(block.paragraph.rich_text.map(({ plain_text: plain }) => plain.length), [2000, 2000, 500]);
});
