/** The selected pages, asked for one by one. */
import type { ItemName } from "../../content/item.ts";
import type { Enumeration, Page, SourceFailure, SourceToRead } from "../connector.ts";
import { inFlight } from "../in_flight.ts";
import type { NotionPage } from "./notion_answers.ts";
import { orderOf } from "./notion_cursor.ts";
import { callsAtOnce } from "./page_reader.ts";
import { failureOf, type Finding, inTrash, readAll, type RoundContext } from "./round_context.ts";

/** So many are asked for before the ones that changed are read. */
const batchSize = 12;
const mostFailing = 200;

/** Checks each selected page, or those that are not stored yet when the search told of the others. */
export async function* syncPages(context: RoundContext): AsyncGenerator<Page, void, void> {
  const { pages, round } = context;
  const waiting = pages.filter(({ externalId }) => orderOf("page", externalId) > round.after);
  for (let at = 0; at < waiting.length; at += batchSize) {
    const batch = waiting.slice(at, at + batchSize);
    const left = yield* checkPages(context, await unchecked(context, batch));
    const last = batch.at(-1);
    if (last !== undefined) round.after = orderOf("page", last.externalId);
    yield context.page(left);
  }
}

/** Pages that the search cannot have told of: new in the selection, or not to be read at their last attempt. */
async function unchecked(
  { pass, round, cursor }: RoundContext,
  batch: readonly SourceToRead[],
): Promise<readonly SourceToRead[]> {
  if (round.pages === "every") return batch;
  const stored = await pass.stored("", batch.map(({ externalId }) => externalId));
  return batch.filter(({ externalId: id }) => {
    const own = stored.get(id);
    return own === undefined || own.deleted || !own.sources.includes(id) || cursor.failing.includes(id);
  });
}

async function* checkPages(
  context: RoundContext,
  sources: readonly SourceToRead[],
): AsyncGenerator<Page, Finding, void> {
  const { client, reader, cursor, round } = context;
  const found: NotionPage[] = [];
  const failed: SourceFailure[] = [];
  const gone: ItemName[] = [];
  const enumerated: Enumeration[] = [];
  const answers = inFlight(callsAtOnce, sources, async ({ externalId: id }) => {
    try {
      return await client.page(id);
    } catch (thrown) {
      return failureOf(id, thrown);
    }
  });
  for await (const answer of answers) {
    if ("error" in answer) {
      failed.push(answer);
      // Deleted, or only not shared for the moment: missed once. Another pass must miss it too before it is gone.
      if (answer.error === "not_found") {
        enumerated.push({ began: round.began, container_id: "", source: answer.source, told: true });
      }
    } else if (answer.in_trash) {
      failed.push(inTrash(answer.id));
      gone.push({ container_id: "", item_id: answer.id });
    } else {
      found.push(answer);
    }
  }
  const asked = new Set(sources.map(({ externalId }) => externalId));
  cursor.failing = cursor.failing.filter((id) => !asked.has(id));
  noteFailing(context, failed.map(({ source }) => source));
  const { stale, seen } = await reader.sort(found, (page) => context.sourcesOf(page), round);
  return yield* readAll(context, { seen, failed, gone, enumerated }, stale, ({ vanished }) => {
    noteFailing(context, vanished);
  });
}

/** Pages that could not be read after all are asked for again by the next pass. */
export function noteFailing({ cursor }: RoundContext, ids: readonly string[]): void {
  cursor.failing = [...new Set([...cursor.failing, ...ids])].slice(-mostFailing);
}
