/** The search for what was edited: one call tells it of a hundred pages. */
import { type Page, PlatformError } from "../connector.ts";
import type { NotionPage } from "./notion_answers.ts";
import { refusalOf } from "./notion_client.ts";
import { isSameSources, toInstant } from "./notion_item.ts";
import { before, type Finding, readAll, type RoundContext } from "./round_context.ts";
import { noteFailing } from "./sync_pages.ts";

/** A search that goes on longer, in one round, is going in circles; its results are a hundred each. */
const mostCalls = 100;

/**
 * Reads the selected pages that the search shows as edited, and notes pages that left all selected sources. Rows of
 * selected databases are their listing's business.
 *
 * A search that cannot be believed (it turns in circles, as Notion's has been seen to do) hands over to asking for each
 * page: `round.pages` is `every` then.
 */
export async function* syncFeed(context: RoundContext): AsyncGenerator<Page, void, void> {
  const { cursor, round } = context;
  const floor = before(cursor.watermark ?? round.began);
  const met = new Set<string>();
  while (!round.feed.done) {
    const asked = round.feed.cursor;
    const answer = await search(context);
    if (answer === "restart") continue;
    const fresh = answer.results.filter(({ id }) => !met.has(id));
    for (const { id } of fresh) met.add(id);
    const { next_cursor: next, has_more } = answer;
    const last = answer.results.at(-1);
    const atEnd = last === undefined || !has_more || toInstant(last.last_edited_time) < floor;
    const circles = !atEnd &&
      (fresh.length === 0 || next === null || next === asked || round.feed.calls >= mostCalls);

    const pages: NotionPage[] = [];
    for (const hit of fresh) {
      if (toInstant(hit.last_edited_time) < floor) continue;
      if (hit.object === "page") pages.push(hit);
      else noteDataSource(context, hit.id, hit.parent.database_id);
    }
    const left = yield* readFound(context, pages);
    round.feed = {
      cursor: next,
      calls: round.feed.calls + 1,
      done: atEnd || circles,
    };
    if (circles) round.pages = "every";
    yield context.page(left);
  }
}

async function search({ client, round }: RoundContext) {
  const { cursor } = round.feed;
  try {
    const answer = await client.search(cursor);
    if (answer.results.length > 0) return answer;
    if (cursor !== null) {
      throw new PlatformError("provider_down", "Notion promised more search results and sent none.");
    }
    // An empty answer is believed when it comes twice.
    return await client.search(null);
  } catch (thrown) {
    if (cursor === null || refusalOf(thrown) !== "validation_error") throw thrown;
    // A cursor of an earlier turn that Notion has forgotten.
    round.feed = { ...round.feed, cursor: null };
    return "restart" as const;
  }
}

/** A new data source in a selected database: its listing begins with asking for all of them. */
function noteDataSource({ cursor }: RoundContext, id: string, database: string | undefined): void {
  const known = database === undefined ? undefined : cursor.databases[database];
  if (known !== undefined && !known.dataSources.includes(id)) known.dataSources = [];
}

async function* readFound(
  context: RoundContext,
  found: readonly NotionPage[],
): AsyncGenerator<Page, Finding, void> {
  const { reader, round } = context;
  const live = found.filter(({ in_trash }) => !in_trash);
  const selected = new Set(context.pages.map(({ externalId }) => externalId));
  const { stale, seen, storedOf } = await reader.sort(live, (page) => context.sourcesOf(page), round);
  const wasStored = (id: string) => storedOf.get(id)?.deleted === false;
  const unlisted = stale.filter(({ page }) => !selected.has(page.id));
  const finding = {
    seen: [
      ...seen.filter(({ item_id }) => wasStored(item_id)),
      // Moved out of every selected source. Those that stay in a database are read with it.
      ...unlisted.filter(({ page, sources, stored }) =>
        wasStored(page.id) && !isSameSources(stored?.sources ?? [], sources)
      ).map(({ page, sources }) => ({ container_id: "", item_id: page.id, sources })),
    ],
    gone: found.filter(({ in_trash }) => in_trash).map(({ id }) => ({ container_id: "", item_id: id })),
  };
  const ours = stale.filter(({ page }) => selected.has(page.id));
  return yield* readAll(context, finding, ours, ({ vanished }) => {
    noteFailing(context, vanished);
  });
}
