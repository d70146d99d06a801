import assert from "node:assert/strict";
import { startWorkplace, type Workplace } from "../workplace.ts";
import { all, OPENING, refusalOf, sdkClient } from "./sdk_client.ts";

const open = (): Promise<Workplace> => startWorkplace({ seed: 7, days: 5, now: () => OPENING });

/** A plain call, as a client without the SDK makes it. */
async function get(workplace: Workplace, path: string, headers: Record<string, string> = {}) {
  const { token } = workplace.notion.connection;
  const answer = await fetch(`${workplace.notionApiUrl}/v1/${path}`, {
    headers: { authorization: `Bearer ${token}`, ...headers },
  });
  const body: Record<string, unknown> = await answer.json();
  return { status: answer.status, body };
}

Deno.test("a call without a version, or with an unknown one, is refused before anything else", async () => {
  await using workplace = await open();
  const missing = await get(workplace, "users/me");
  assert.deepEqual([missing.status, missing.body.code, missing.body.object], [
    400,
    "missing_version",
    "error",
  ]);
  const old = await get(workplace, "users/me", { "notion-version": "2022-06-28" });
  assert.deepEqual([old.status, old.body.code], [400, "validation_error"]);
  const url = await get(workplace, "nowhere", { "notion-version": "2026-03-11" });
  assert.deepEqual([url.status, url.body.code], [400, "invalid_request_url"]);
  const wrong = await get(workplace, "pages/x", { "notion-version": "2026-03-11" });
  assert.deepEqual([wrong.status, wrong.body.code], [400, "validation_error"]);
});

Deno.test("the two versions name a trashed page and meeting notes differently", async () => {
  await using workplace = await open();
  const { library, places } = workplace.notion.workspace;
  library.trash({ page: places.deploys });
  const read = async (version: "2025-09-03" | "2026-03-11") => {
    const page = await get(workplace, `pages/${places.deploys}`, { "notion-version": version });
    const blocks = await sdkClient(workplace, { version }).blocks.children.list({
      block_id: places.handbook,
    });
    const types = blocks.results.map((block) => "type" in block ? String(block.type) : "");
    const notes = types.filter((type) => type === "transcription" || type === "meeting_notes");
    return [page.status, page.body.in_trash, page.body.archived, ...notes];
  };
  assert.deepEqual(await read("2025-09-03"), [200, true, true, "transcription"]);
  assert.deepEqual(await read("2026-03-11"), [200, true, undefined, "meeting_notes"]);
});

Deno.test("people are listed in pages, the bot with them, and found one by one", async () => {
  await using workplace = await open();
  const client = sdkClient(workplace);
  const people = await all((cursor) =>
    client.users.list({ page_size: 5, ...(cursor && { start_cursor: cursor }) })
  );
  assert.deepEqual(people.map(({ name }) => name), [
    ...workplace.team.company.people.map(({ name }) => name),
    "Assistant",
  ]);
  const [first] = people;
  const person = await client.users.retrieve({ user_id: first?.id ?? "" });
  assert.ok(person.type === "person" && person.person.email?.endsWith(".example"));
  const me = await client.users.me({});
  assert.ok(
    me.type === "bot" && "workspace_id" in me.bot && me.bot.workspace_id === workplace.notion.workspace.id,
  );
  assert.equal(
    await refusalOf(client.users.retrieve({ user_id: crypto.randomUUID() })),
    "404 object_not_found",
  );
});

Deno.test("a page carries 25 relations and says that there are more; their own endpoint has them all", async () => {
  await using workplace = await open();
  const client = sdkClient(workplace);
  const { places, library, company } = workplace.notion.workspace;
  const row = places.projects.get(company.projects[0]?.name ?? "")?.row ?? "";
  const page = await client.pages.retrieve({ page_id: row });
  assert.ok("properties" in page);
  const tasks = page.properties.Tasks;
  assert.ok(tasks?.type === "relation");
  assert.equal(tasks.relation.length, 25);
  assert.equal("has_more" in tasks && tasks.has_more, true);
  const related = await all(async (cursor) => {
    const list = await client.pages.properties.retrieve({
      ...{ page_id: row, property_id: tasks.id, page_size: 40 },
      ...(cursor && { start_cursor: cursor }),
    });
    assert.ok(list.object === "list");
    return list;
  });
  const count = page.properties["Task count"];
  assert.ok(count?.type === "rollup" && count.rollup.type === "number");
  assert.equal(count.rollup.number, related.length);
  assert.ok(related.length > 25 && related.length < library.dataSource(places.tables.tasks).rows.length);
});

Deno.test("a page's blocks come in pages, and a block deleted in between breaks the cursor", async () => {
  await using workplace = await open();
  const client = sdkClient(workplace);
  const { library, places: { deploys } } = workplace.notion.workspace;
  const first = await client.blocks.children.list({ block_id: deploys });
  assert.deepEqual([first.results.length, first.has_more], [100, true]);
  library.deleteBlock({ block: first.next_cursor ?? "" });
  const next = client.blocks.children.list({ block_id: deploys, start_cursor: first.next_cursor ?? "" });
  assert.equal(await refusalOf(next), "400 validation_error");
  assert.equal(
    await refusalOf(client.blocks.retrieve({ block_id: first.next_cursor ?? "" })),
    "404 object_not_found",
  );
  const whole = await all((cursor) =>
    client.blocks.children.list({ block_id: deploys, ...(cursor && { start_cursor: cursor }) })
  );
  assert.equal(whole.length, library.childrenOf(deploys).length);
});

Deno.test("child pages and databases stand among the blocks, those kept apart do not", async () => {
  await using workplace = await open();
  const client = sdkClient(workplace);
  const { library, places: { hq } } = workplace.notion.workspace;
  const blocks = await all((cursor) =>
    client.blocks.children.list({ block_id: hq, ...(cursor && { start_cursor: cursor }) })
  );
  const titles = blocks.flatMap((block) => {
    if (!("type" in block)) return [];
    if (block.type === "child_page") return [block.child_page.title];
    return block.type === "child_database" ? [block.child_database.title] : [];
  });
  for (const title of ["Meeting notes", "Tasks", "Projects", ""]) assert.ok(titles.includes(title), title);
  for (const title of ["Salary bands", "Plans of last year"]) assert.ok(!titles.includes(title), title);
  const apart = library.pageTitled("Salary bands").id;
  assert.equal(await refusalOf(client.blocks.children.list({ block_id: apart })), "404 object_not_found");
});

Deno.test("an id is taken with and without dashes", async () => {
  await using workplace = await open();
  const { hq } = workplace.notion.workspace.places;
  const page = await sdkClient(workplace).pages.retrieve({ page_id: hq.replaceAll("-", "") });
  assert.equal(page.id, hq);
});

Deno.test("comments of a page are listed in their threads", async () => {
  await using workplace = await open();
  const { library, places: { handbook } } = workplace.notion.workspace;
  const { discussion } = library.comment({ on: handbook, text: "Is this right?" });
  library.comment({
    on: handbook,
    text: [{ user: workplace.team.company.people[1]?.key ?? "" }, " yes"],
    discussion,
  });
  const { results } = await sdkClient(workplace).comments.list({ block_id: handbook });
  const shown = results.map((one) =>
    "rich_text" in one ? one.rich_text.map((item) => item.plain_text).join("") : ""
  );
  assert.deepEqual(shown, ["Is this right?", `@${workplace.team.company.people[1]?.name} yes`]);
  assert.equal(new Set(results.map((one) => "discussion_id" in one ? one.discussion_id : "")).size, 1);
});

Deno.test("a page can be read at once as Markdown, with what it cannot say named", async () => {
  await using workplace = await open();
  const { handbook } = workplace.notion.workspace.places;
  const { markdown, truncated, unknown_block_ids } = await sdkClient(workplace).pages.retrieveMarkdown({
    page_id: handbook,
  });
  assert.equal(truncated, false);
  assert.equal(unknown_block_ids.length, 1);
  assert.match(markdown, /^# Welcome to /m);
  assert.match(markdown, /^\t{5}Its name is heron-replica/m);
  assert.match(markdown, /\| All hands \| monthly \| everyone \|/);
  assert.match(markdown, /- \[x\] Order a badge/);
});

Deno.test("a data source describes its columns, the two ends of a relation and what a rollup reads", async () => {
  await using workplace = await open();
  const { tables } = workplace.notion.workspace.places;
  const read = async (data_source_id: string) => {
    const source = await sdkClient(workplace).dataSources.retrieve({ data_source_id });
    assert.ok("properties" in source && "parent" in source);
    return source.properties;
  };
  const [tasks, projects] = [await read(tables.tasks), await read(tables.projects)];
  assert.equal(Object.keys(tasks).length, 18);
  const [forth, back, sum] = [tasks.Project, projects.Tasks, projects["Total estimate"]];
  assert.ok(forth?.type === "relation" && back?.type === "relation" && sum?.type === "rollup");
  assert.deepEqual([forth.relation.data_source_id, back.relation.data_source_id], [
    tables.projects,
    tables.tasks,
  ]);
  assert.ok(forth.relation.type === "dual_property" && back.relation.type === "dual_property");
  assert.equal(forth.relation.dual_property.synced_property_id, back.id);
  assert.equal(back.relation.dual_property.synced_property_id, forth.id);
  assert.deepEqual(
    [sum.rollup.function, sum.rollup.relation_property_id, sum.rollup.rollup_property_id],
    ["sum", back.id, tasks.Estimate?.id],
  );
});
