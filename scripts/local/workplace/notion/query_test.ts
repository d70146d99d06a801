import assert from "node:assert/strict";
import { startWorkplace, type Workplace } from "../workplace.ts";
import { all, OPENING, refusalOf, sdkClient } from "./sdk_client.ts";

const open = (): Promise<Workplace> => startWorkplace({ seed: 7, days: 5, now: () => OPENING });

/** Ids of the tasks that pass a filter, by plain fetch: the SDK's types know each filter apart. */
async function tasks(workplace: Workplace, filter: object): Promise<string[]> {
  const { token, workspace } = workplace.notion.connection;
  const ids: string[] = [];
  let cursor: string | null = null;
  do {
    const answer: Response = await fetch(
      `${workplace.notionApiUrl}/v1/data_sources/${workspace.places.tables.tasks}/query`,
      {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "notion-version": "2026-03-11" },
        body: JSON.stringify({ filter, ...(cursor !== null && { start_cursor: cursor }) }),
      },
    );
    const page: { results?: { id: string }[]; next_cursor?: string | null; code?: string } = await answer
      .json();
    assert.equal(answer.status, 200, JSON.stringify(page));
    ids.push(...(page.results ?? []).map(({ id }) => id));
    cursor = page.next_cursor ?? null;
  } while (cursor !== null);
  return ids;
}

Deno.test("rows come in pages of at most a hundred, and a deleted row breaks a cursor that names it", async () => {
  await using workplace = await open();
  const client = sdkClient(workplace);
  const { library, places: { tables } } = workplace.notion.workspace;
  const first = await client.dataSources.query({ data_source_id: tables.tasks });
  assert.deepEqual([first.results.length, first.has_more], [100, true]);
  const next = { data_source_id: tables.tasks, start_cursor: first.next_cursor ?? "" };
  const rest = await client.dataSources.query(next);
  assert.equal(first.results.length + rest.results.length, library.dataSource(tables.tasks).rows.length);
  library.trash({ page: first.next_cursor ?? "" });
  assert.equal(await refusalOf(client.dataSources.query(next)), "400 validation_error");
  assert.equal(
    await refusalOf(client.dataSources.query({ data_source_id: tables.tasks, page_size: 101 })),
    "400 validation_error",
  );
});

Deno.test("the filter on last_edited_time sees whole minutes", async () => {
  await using workplace = await open();
  const { library, places: { tables } } = workplace.notion.workspace;
  const [row = ""] = library.dataSource(tables.tasks).rows;
  workplace.clock.advance(3_600_000 + 42_000);
  library.setProperty({ page: row, name: "Estimate", value: 99 });
  const minute = "2026-11-05T11:00:00.000Z";
  const edited = (condition: object) =>
    tasks(workplace, { timestamp: "last_edited_time", last_edited_time: condition });
  assert.deepEqual(await edited({ on_or_after: minute }), [row]);
  assert.deepEqual(await edited({ after: minute }), []);
  assert.deepEqual(await edited({ equals: minute }), [row]);
});

Deno.test("rows are filtered by their columns, alone and together", async () => {
  await using workplace = await open();
  const { library, places: { tables, projects } } = workplace.notion.workspace;
  const { rows, columns } = library.dataSource(tables.tasks);
  const column = (name: string) => columns.find((one) => one.name === name)?.id ?? "";
  const where = (name: string, test: (value: unknown) => boolean) =>
    rows.filter((id) => test(library.page(id).values.get(column(name))));
  const done = where("Status", (value) => value === "Done");
  assert.ok(done.length > 0 && done.length < rows.length);
  assert.deepEqual(await tasks(workplace, { property: "Status", status: { equals: "Done" } }), done);
  assert.deepEqual(
    await tasks(workplace, { property: "Finished", formula: { checkbox: { equals: true } } }),
    done,
  );
  const big = where("Estimate", (value) => Number(value) >= 10);
  assert.deepEqual(
    await tasks(workplace, { property: "Estimate", number: { greater_than_or_equal_to: 10 } }),
    big,
  );
  const bugs = where("Labels", (value) => Array.isArray(value) && value.includes("bug"));
  const isBug = { property: column("Labels"), multi_select: { contains: "bug" } };
  const both = { and: [isBug, { property: "Status", status: { equals: "Done" } }] };
  assert.deepEqual(await tasks(workplace, both), bugs.filter((id) => done.includes(id)));
  const either = await tasks(workplace, { or: [isBug, { property: "Status", status: { equals: "Done" } }] });
  assert.equal(new Set(either).size, new Set([...bugs, ...done]).size);
  const project = [...projects.values()][0]?.row ?? "";
  const related = where("Project", (value) => Array.isArray(value) && value.includes(project));
  assert.deepEqual(await tasks(workplace, { property: "Project", relation: { contains: project } }), related);
  const undated = where("Due", (value) => value === null || value === undefined);
  assert.deepEqual(await tasks(workplace, { property: "Due", date: { is_empty: true } }), undated);
});

Deno.test("rows are sorted by columns and by time", async () => {
  await using workplace = await open();
  const client = sdkClient(workplace);
  const { library, places: { tables } } = workplace.notion.workspace;
  const sorted = await all((cursor) =>
    client.dataSources.query({
      data_source_id: tables.tasks,
      sorts: [{ timestamp: "last_edited_time", direction: "descending" }],
      ...(cursor && { start_cursor: cursor }),
    })
  );
  const times = sorted.map((row) => "last_edited_time" in row ? row.last_edited_time : "");
  assert.deepEqual(times, [...times].sort().reverse());
  const bySize = await client.dataSources.query({
    data_source_id: tables.tasks,
    sorts: [{ property: "Estimate", direction: "ascending" }, {
      property: "Task name",
      direction: "descending",
    }],
  });
  const estimate = library.dataSource(tables.tasks).columns.find(({ name }) => name === "Estimate")?.id ?? "";
  const keys = bySize.results.map(({ id }) =>
    [Number(library.page(id).values.get(estimate)), library.title(id)] as const
  );
  for (const [index, [size, title]] of keys.slice(1).entries()) {
    const [before = 0, titleBefore = ""] = keys[index] ?? [];
    assert.ok(before < size || (before === size && titleBefore.toLowerCase() >= title.toLowerCase()));
  }
});

Deno.test("a wrong filter, sort or id is refused by name", async () => {
  await using workplace = await open();
  const client = sdkClient(workplace);
  const data_source_id = workplace.notion.workspace.places.tables.tasks;
  const refused = (more: object) => refusalOf(client.dataSources.query({ data_source_id, ...more }));
  assert.equal(
    await refused({ filter: { property: "Nope", checkbox: { equals: true } } }),
    "400 validation_error",
  );
  assert.equal(
    await refused({ filter: { property: "Status", checkbox: { equals: true } } }),
    "400 validation_error",
  );
  assert.equal(
    await refused({ filter: { property: "Status", status: { like: "x" } } }),
    "400 validation_error",
  );
  assert.equal(
    await refused({ sorts: [{ property: "Nope", direction: "ascending" }] }),
    "400 validation_error",
  );
  const database = workplace.notion.workspace.library.dataSource(data_source_id).database;
  assert.equal(
    await refusalOf(client.dataSources.query({ data_source_id: database })),
    "404 object_not_found",
  );
  assert.equal(await refusalOf(client.dataSources.retrieve({ data_source_id: "x" })), "400 validation_error");
});

Deno.test("rows in the trash are listed only when asked for", async () => {
  await using workplace = await open();
  const client = sdkClient(workplace, { version: "2026-03-11" });
  const { library, places: { tables } } = workplace.notion.workspace;
  const [row = ""] = library.dataSource(tables.customers).rows;
  library.trash({ page: row });
  const live = await client.dataSources.query({ data_source_id: tables.customers });
  assert.ok(!live.results.some(({ id }) => id === row));
  const trashed = await client.dataSources.query({ data_source_id: tables.customers, in_trash: true });
  assert.deepEqual(trashed.results.map(({ id }) => id), [row]);
});
