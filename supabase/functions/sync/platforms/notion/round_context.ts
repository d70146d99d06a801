/** What the parts of a round share: the selection, the cursor as it moves, and how a page of it is made. */
import {
  type Page,
  type Pass,
  PlatformError,
  type ReadingProgress,
  type SourceFailure,
  type SourceToRead,
  type Unit,
} from "../connector.ts";
import { notionId, type NotionPage } from "./notion_answers.ts";
import { callsPerSecond, type NotionClient } from "./notion_client.ts";
import { type NotionCursor, orderOf, type Round } from "./notion_cursor.ts";
import type { NotionNames } from "./notion_names.ts";
import type { Candidate, PageReader, ReadPages } from "./page_reader.ts";

/**
 * How far below the watermark a search or a query goes back. Edits show to the minute, clocks differ, and the search is
 * an index that lags; what is met there and did not change costs nothing.
 */
const overlapMs = 10 * 60_000;

/** Where a look back from an instant ends, ISO 8601. */
export const before = (instant: string): string => new Date(Date.parse(instant) - overlapMs).toISOString();

/** What a listing says of one page of content, before the cursor is added. */
export type Finding = Partial<Omit<Page, "cursor" | "progress">>;

/** Two findings in one page of content. */
export function both(one: Finding, other: Finding): Finding {
  const together = <T>(
    left: readonly T[] = [],
    right: readonly T[] = [],
  ): readonly T[] => [...left, ...right];
  return {
    items: together(one.items, other.items),
    seen: together(one.seen, other.seen),
    gone: together(one.gone, other.gone),
    enumerated: together(one.enumerated, other.enumerated),
    failed: together(one.failed, other.failed),
  };
}

export interface RoundContext {
  readonly client: NotionClient;
  readonly names: NotionNames;
  readonly reader: PageReader;
  readonly pass: Pass;
  readonly pages: readonly SourceToRead[];
  readonly databases: readonly SourceToRead[];
  /** Moves as the round goes on; every {@link RoundContext.page} is stored with it. */
  readonly cursor: NotionCursor;
  readonly round: Round;
  /** Selected sources that a page belongs to; `database`: the one that it was listed in. */
  sourcesOf(page: NotionPage, database?: string): string[];
  /** The selected database that a data source is in, as far as its listing was ever asked for. */
  databaseOf(page: NotionPage): string | undefined;
  page(finding: Finding): Page;
}

export function createRoundContext(
  tools: Pick<RoundContext, "client" | "names" | "reader" | "pass">,
  unit: Unit,
  cursor: NotionCursor,
  round: Round,
): RoundContext {
  const named = unit.sources.map((source) => {
    const id = notionId.safeParse(source.externalId);
    return id.success ? { ...source, externalId: id.data } : source;
  });
  const ordered = named.toSorted((one, other) => one.externalId < other.externalId ? -1 : 1);
  const pages = ordered.filter(({ kind }) => kind === "page");
  const databases = ordered.filter(({ kind }) => kind === "database");
  const selected = new Set(pages.map(({ externalId }) => externalId));
  const tables = new Set(databases.map(({ externalId }) => externalId));

  const databaseOf = ({ parent }: NotionPage): string | undefined => {
    if (parent.database_id !== undefined && tables.has(parent.database_id)) return parent.database_id;
    const { data_source_id: id } = parent;
    if (id === undefined || parent.database_id !== undefined) return undefined;
    return databases.find(({ externalId }) => cursor.databases[externalId]?.dataSources.includes(id))
      ?.externalId;
  };
  return {
    ...tools,
    ...{ pages, databases, cursor, round, databaseOf },
    sourcesOf(page, database) {
      const table = database ?? databaseOf(page);
      return [...(selected.has(page.id) ? [page.id] : []), ...(table === undefined ? [] : [table])];
    },
    page: ({ items = [], ...finding }) => ({
      items,
      ...finding,
      progress: progressOf(tools.reader, round, pages, databases),
      // What is stored must not move with the cursor afterwards.
      cursor: structuredClone({ ...cursor, round }),
    }),
  };
}

/**
 * Reads pages and yields what they are, the first of them together with a finding.
 *
 * Every page of content that is yielded is a step: it holds something new, or its cursor is further on. Otherwise a round
 * that is stopped after each would never end. So what is no step by itself is returned, for the next one.
 *
 * @returns what was not yielded yet
 */
export async function* readAll(
  context: RoundContext,
  finding: Finding,
  candidates: readonly Candidate[],
  onRead: (read: ReadPages) => void,
): AsyncGenerator<Page, Finding, void> {
  let left = finding;
  for await (const read of context.reader.read(candidates, context.round)) {
    onRead(read);
    if (read.items.length === 0) continue;
    yield context.page(both(left, { items: read.items }));
    left = {};
  }
  return left;
}

function progressOf(
  { work }: PageReader,
  { after }: Round,
  pages: readonly SourceToRead[],
  databases: readonly SourceToRead[],
): ReadingProgress {
  const left = <T extends SourceToRead>(kind: "page" | "database", all: readonly T[]) =>
    all.filter(({ externalId }) => orderOf(kind, externalId) > after).length;
  const [pagesLeft, databasesLeft] = [left("page", pages), left("database", databases)];
  const all = pages.length + databases.length;
  const percent = all === 0 ? 100 : Math.floor(100 * (all - pagesLeft - databasesLeft) / all);
  // How many rows a database has is not told before its end.
  const callsAPage = 1 + (work.pages === 0 ? 2 : work.lists / work.pages);
  return {
    percent,
    secondsLeft: databasesLeft > 0 ? null : Math.ceil(pagesLeft * callsAPage / callsPerSecond),
  };
}

/** The refusal of one source that leaves the others readable; everything else is thrown on. */
export function failureOf(source: string, thrown: unknown): SourceFailure {
  if (thrown instanceof PlatformError && ["not_found", "access_denied", "internal"].includes(thrown.code)) {
    return { source, error: thrown.code, message: [thrown.message, thrown.hint ?? ""].join(" ").trim() };
  }
  throw thrown;
}

export const inTrash = (source: string): SourceFailure => ({
  source,
  error: "not_found",
  message: "It is in Notion's trash. Restore it there, or deselect it.",
});
