import assert from "node:assert/strict";
import { startWorkplace, type Workplace } from "../workplace.ts";
import { all, OPENING, refusalOf, sdkClient } from "./sdk_client.ts";
import { truth } from "./truth.ts";

const open = (): Promise<Workplace> => startWorkplace({ seed: 7, days: 5, now: () => OPENING });
const newestFirst = { timestamp: "last_edited_time", direction: "descending" } as const;

Deno.test("search lists newest edits first, in pages, each page and data source once", async () => {
  await using workplace = await open();
  const client = sdkClient(workplace);
  const found = await all((cursor) =>
    client.search({ sort: newestFirst, page_size: 30, ...(cursor && { start_cursor: cursor }) })
  );
  const { pages, databases } = truth(workplace.notion.connection);
  const sources = databases.flatMap(({ dataSources }) => dataSources);
  assert.equal(found.length, pages.length + sources.length);
  assert.equal(new Set(found.map(({ id }) => id)).size, found.length);
  const times = found.map((one) => "last_edited_time" in one ? one.last_edited_time : "");
  assert.deepEqual(times, [...times].sort().reverse());
});

Deno.test("search finds by words of the title and by kind", async () => {
  await using workplace = await open();
  const client = sdkClient(workplace);
  const page = { property: "object", value: "page" } as const;
  const wiki = await client.search({ query: "ONBOARDING", filter: page });
  assert.deepEqual(wiki.results.map(({ id }) => id), [workplace.notion.workspace.places.handbook]);
  const sources = await client.search({ filter: { property: "object", value: "data_source" } });
  assert.deepEqual(sources.results.map(({ object }) => object), Array(4).fill("data_source"));
  const { token } = workplace.notion.connection;
  const answer = await fetch(`${workplace.notionApiUrl}/v1/search`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${token}`,
      "notion-version": "2025-09-03",
      "content-type": "application/json",
    },
    body: JSON.stringify({ filter: { property: "object", value: "database" } }),
  });
  assert.equal(answer.status, 400);
  assert.equal((await answer.json()).code, "validation_error");
});

Deno.test("what is trashed, purged or unshared is not found, and comes back when restored or shared", async () => {
  await using workplace = await open();
  const client = sdkClient(workplace);
  const { library, places } = workplace.notion.workspace;
  const found = async () =>
    (await all((cursor) => client.search({ ...(cursor && { start_cursor: cursor }) }))).length;
  const before = await found();
  library.trash({ page: places.handbook });
  assert.equal(await found(), before - 8);
  library.restore({ page: places.handbook });
  library.unshare({ page: places.handbook });
  assert.equal(await found(), before - 8);
  assert.equal(await refusalOf(client.pages.retrieve({ page_id: places.handbook })), "404 object_not_found");
  library.share({ page: places.handbook });
  assert.equal(await found(), before);
  library.purge({ page: places.handbook });
  assert.equal(await found(), before - 8);
  assert.equal(await refusalOf(client.pages.retrieve({ page_id: places.handbook })), "404 object_not_found");
});

Deno.test("search can be made to loop for ever", async () => {
  await using workplace = await open();
  workplace.notion.search.loops = true;
  const client = sdkClient(workplace);
  const seen: string[] = [];
  let cursor: string | undefined;
  for (let round = 0; round < 12; round++) {
    const page = await client.search({ page_size: 100, ...(cursor && { start_cursor: cursor }) });
    assert.equal(page.has_more, true);
    seen.push(page.results[0]?.id ?? "");
    cursor = page.next_cursor ?? undefined;
  }
  assert.ok(new Set(seen).size < seen.length);
});

Deno.test("a page that was just written is not found until the index has seen it", async () => {
  await using workplace = await open();
  workplace.notion.search.indexDelayMs = 60_000;
  const client = sdkClient(workplace);
  const { library, places } = workplace.notion.workspace;
  const page = library.createPage({ in: places.hq, title: "Brand new" });
  const found = async () => (await client.search({ query: "Brand new" })).results.length;
  assert.equal(await found(), 0);
  assert.equal((await client.pages.retrieve({ page_id: page.id })).id, page.id);
  workplace.clock.advance(60_000);
  assert.equal(await found(), 1);
});

Deno.test("an edit between two pages moves a page to the front, where the second page no longer shows it", async () => {
  await using workplace = await open();
  const client = sdkClient(workplace);
  const first = await client.search({ sort: newestFirst, page_size: 100 });
  const { library, places } = workplace.notion.workspace;
  assert.ok(!first.results.some(({ id }) => id === places.handbook));
  library.appendBlock({ to: places.handbook, block: { type: "paragraph", text: "New line" } });
  const rest = await all((cursor) =>
    client.search({ sort: newestFirst, start_cursor: cursor ?? first.next_cursor ?? "" })
  );
  assert.ok(!rest.some(({ id }) => id === places.handbook));
  const [newest] = (await client.search({ sort: newestFirst, page_size: 2 })).results;
  assert.equal(newest?.id, places.handbook);
});
