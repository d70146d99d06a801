/** The rows of the selected databases, newest edit first, as many as the tier reads. */
import type { Enumeration, Page, SourceFailure } from "../connector.ts";
import type { NotionPage } from "./notion_answers.ts";
import { type DatabaseState, orderOf, type RowsPlace } from "./notion_cursor.ts";
import { toInstant } from "./notion_item.ts";
import {
  before,
  both,
  failureOf,
  type Finding,
  inTrash,
  readAll,
  type RoundContext,
} from "./round_context.ts";
import { RowListing } from "./row_listing.ts";
import { thrownAway } from "./trash_listing.ts";

/** Passes' worth of rows that a tier syncs of one database in all: the newest 50, the newest 300, or all. */
const passesInAll = { free: 1, starter: 3, pro: Infinity } as const;
/** The most that Notion lists at once. */
const pageSize = 100;
const minute = 60_000;

/** Why a listing ended: no more rows, the tier's last row, what is known from before, or the pass's budget. */
type Ending = "end" | "limit" | "known" | "spent";

export async function* syncDatabases(context: RoundContext): AsyncGenerator<Page, void, void> {
  const { databases, round } = context;
  for (const { externalId: id } of databases) {
    if (orderOf("database", id) <= round.after) continue;
    const left = yield* syncDatabase(context, id);
    round.after = orderOf("database", id);
    round.rows = null;
    yield context.page(left);
  }
}

async function* syncDatabase(context: RoundContext, id: string): AsyncGenerator<Page, Finding, void> {
  const { client, cursor, round } = context;
  const known = cursor.databases[id];
  let place: RowsPlace;
  if (round.rows?.source === id) {
    // The rest of a listing that was interrupted: rows may have moved in between.
    place = { ...round.rows, atOnce: false };
  } else {
    place = { source: id, phase: "top", before: null, listed: 0, read: 0, atOnce: true, bound: null };
    if (known === undefined || round.full || known.dataSources.length === 0) {
      try {
        const found = await client.database(id);
        if (found.in_trash) {
          return missing(context, inTrash(id));
        }
        cursor.databases[id] = stateOf(known, found.data_sources.map((source) => source.id));
      } catch (thrown) {
        return missing(context, failureOf(id, thrown));
      }
    }
  }
  round.rows = place;
  const state = cursor.databases[id];
  if (state === undefined) return {};
  let left: Finding;
  try {
    left = yield* listDatabase(context, state, place);
  } catch (thrown) {
    const failed = [failureOf(id, thrown)];
    // A data source may have gone; the next pass asks again which ones there are, and looks at all.
    Object.assign(state, { dataSources: [], unread: { before: null, listed: 0 } });
    return { failed };
  }
  if (state.unread === null && state.doubts) {
    state.unread = { before: null, listed: 0 };
    state.doubts = false;
  }
  return left;
}

function stateOf(known: DatabaseState | undefined, dataSources: string[]): DatabaseState {
  const isNew = known === undefined || dataSources.some((id) => !known.dataSources.includes(id));
  return isNew
    ? { dataSources, unread: { before: null, listed: 0 }, doubts: known?.doubts ?? false }
    : { ...known, dataSources };
}

/** A database that is not there: when another pass finds so too, its rows are not either. */
function missing({ cursor, round }: RoundContext, failure: SourceFailure): Finding {
  const { source, error } = failure;
  delete cursor.databases[source];
  const told: Enumeration = { began: round.began, container_id: "", source, told: true };
  const enumerated = error === "not_found" ? [told] : [];
  return { failed: [failure], enumerated };
}

async function* listDatabase(
  context: RoundContext,
  state: DatabaseState,
  place: RowsPlace,
): AsyncGenerator<Page, Finding, void> {
  const { cursor, round, pass } = context;
  const limit = pass.notionRowsPerPass * passesInAll[pass.tier];
  // A listing that is one answer and one pass's budget anyway is always read to its end.
  const isShort = limit <= Math.min(pageSize, pass.notionRowsPerPass);
  const everyRow = round.full || isShort || state.unread?.before === null;

  let left: Finding = {};
  if (place.phase === "top") {
    const until = everyRow ? null : before(cursor.watermark ?? round.began);
    const { ending, ...found } = yield* listRows(context, state, place, { until, limit });
    left = found.left;
    if (ending === "spent") {
      state.unread = { before: place.before, listed: place.listed };
    } else if (ending === "known") {
      if (state.unread !== null) Object.assign(place, { phase: "rest", ...state.unread });
    } else {
      state.unread = null;
      const bound = ending === "limit" && place.before !== null ? nextMinute(place.before) : null;
      if (everyRow) Object.assign(place, { phase: "close", before: null, listed: 0, bound });
    }
  }
  if (place.phase === "rest") {
    const { ending, ...found } = yield* listRows(context, state, place, { until: null, limit });
    left = both(left, found.left);
    state.unread = ending === "spent" ? { before: place.before, listed: place.listed } : null;
  }
  return place.phase === "close" ? both(left, yield* closeListing(context, state, place)) : left;
}

const nextMinute = (instant: string): string => new Date(Date.parse(instant) + minute).toISOString();

/** Reads the rows from a place on, which moves along; the pass's budget counts the rows that had to be read. */
async function* listRows(
  context: RoundContext,
  state: DatabaseState,
  place: RowsPlace,
  { until, limit }: { readonly until: string | null; readonly limit: number },
): AsyncGenerator<Page, { readonly ending: Ending; readonly left: Finding }, void> {
  const { client, reader, round, pass } = context;
  const listing = new RowListing(client, state.dataSources, {
    pageSize: Math.min(pageSize, limit),
    onOrBefore: place.before,
  });
  // Rows listed, and how many of them share the minute of the last one: a listing goes on with that minute.
  let [listed, alike] = [place.listed, 0];
  for (;;) {
    const batch: NotionPage[] = [];
    let ending: Ending | undefined;
    while (batch.length < pageSize && ending === undefined) {
      if (listed + batch.length >= limit) {
        ending = listing.mayGoOn ? "limit" : "end";
        break;
      }
      const row = await listing.next();
      if (row === undefined) ending = listing.incomplete ? "spent" : "end";
      else if (until !== null && toInstant(row.last_edited_time) < until) ending = "known";
      else batch.push(row);
    }
    const { stale, seen } = await reader.sort(batch, (row) => context.sourcesOf(row, place.source), round);
    const affordable = stale.slice(0, Math.max(0, pass.notionRowsPerPass - place.read));
    const left = yield* readAll(context, { seen }, affordable, ({ items, vanished }) => {
      // A row without a block, or that is not there after all, may be Notion's mistake: the next pass looks again.
      state.doubts ||= vanished.length > 0 || items.some(({ metadata }) => metadata["empty_reads"] === 1);
    });
    const firstLeft = stale[affordable.length]?.page;
    const done = firstLeft === undefined ? batch : batch.slice(0, batch.indexOf(firstLeft));
    const next = firstLeft ?? done.at(-1);
    listed += done.length;
    if (next !== undefined) {
      const time = toInstant(next.last_edited_time);
      const sharing = done.filter((row) => toInstant(row.last_edited_time) === time).length;
      alike = place.before === time ? alike + sharing : sharing;
      place.before = time;
      place.listed = listed - alike;
    }
    place.read += affordable.length;
    place.atOnce &&= listing.calls <= state.dataSources.length;
    if (firstLeft !== undefined) return { ending: "spent", left };
    if (ending !== undefined) return { ending, left };
    yield context.page(left);
  }
}

/**
 * Everything was listed: whatever else is stored of the database was missed. A row that was edited while several answers
 * were read has moved to their front, past them, so what is newest is listed once more before.
 */
async function* closeListing(
  context: RoundContext,
  state: DatabaseState,
  place: RowsPlace,
): AsyncGenerator<Page, Finding, void> {
  const { round } = context;
  let left: Finding = {};
  if (!place.atOnce) {
    const until = before(round.began);
    const listed = yield* listRows(context, state, place, { until, limit: Infinity });
    left = listed.left;
    if (listed.ending === "spent") {
      // Some are left for the next pass, which lists them all again.
      state.unread = { before: null, listed: 0 };
      return left;
    }
  }
  const { source, bound } = place;
  const gone = round.full ? await thrownAway(context, state.dataSources) : [];
  const after = bound === null ? {} : { after: bound };
  return both(left, { gone, enumerated: [{ began: round.began, container_id: "", source, ...after }] });
}
