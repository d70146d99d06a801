/** Reads pages, several at a time, and hands them on as items. */
import type { Item, SeenItem } from "../../content/item.ts";
import type { Pass, StoredItem } from "../connector.ts";
import { inFlight } from "../in_flight.ts";
import type { NotionPage } from "./notion_answers.ts";
import { type NotionClient, refusalOf } from "./notion_client.ts";
import { isStale, itemOf, type Listed, propertiesMark, type RoundName, toInstant } from "./notion_item.ts";
import type { NotionNames } from "./notion_names.ts";
import { readPageText } from "./page_text.ts";
import { propertyLines, unnamedIn } from "./property_text.ts";

/** Calls that are under way at once: what one pass usually has to look at then fits into a second, of its meter's minute. */
export const callsAtOnce = 6;
/** The database keeps no more of an item. */
const longestContent = 10_000;
/** Items of one stored page: little is lost when the isolate is. */
const itemsAPage = 6;

export interface Candidate extends Listed {
  readonly sources: readonly string[];
  readonly stored: StoredItem | undefined;
}

/** What listed pages need. */
export interface Sorted {
  readonly stale: readonly Candidate[];
  /** Unchanged; where they belong now. */
  readonly seen: readonly SeenItem[];
  readonly storedOf: ReadonlyMap<string, StoredItem>;
}

export interface ReadPages {
  readonly items: readonly Item[];
  /** Ids of pages that were not there any more. */
  readonly vanished: readonly string[];
}

export interface PageReader {
  /** Tells which of the listed pages must be read. */
  sort(
    pages: readonly NotionPage[],
    sourcesOf: (page: NotionPage) => readonly string[],
    round: RoundName & { readonly full: boolean },
  ): Promise<Sorted>;
  /** Reads pages, a few a time. When a call fails, what was read before it is handed on first. */
  read(candidates: readonly Candidate[], round: RoundName): AsyncGenerator<ReadPages, void, void>;
  /** Pages that were read, and the calls that took, for an outlook. */
  readonly work: { readonly pages: number; readonly lists: number };
}

export function createPageReader(
  { client, names, ownerId, pass }: {
    readonly client: NotionClient;
    readonly names: NotionNames;
    readonly ownerId: string | undefined;
    readonly pass: Pass;
  },
): PageReader {
  const work = { pages: 0, lists: 0 };
  const counted: NotionClient = {
    ...client,
    children: (id, cursor) => {
      work.lists += 1;
      return client.children(id, cursor);
    },
  };

  /** The item, or the id of a page that is not there. */
  const readOne = async (
    { page, mark, sources, stored }: Candidate,
    round: RoundName,
    signal: AbortSignal,
  ): Promise<Item | string> => {
    const editor = page.last_edited_by;
    const unnamed = unnamedIn(page.properties);
    const people = editor && !editor.name ? [...unnamed.people, editor.id] : unnamed.people;
    await names.learn({ ...unnamed, people }, pass);
    const properties = propertyLines(page.properties, names);
    const wasEmpty = stored?.metadata["empty_reads"];
    const isRow = page.parent.type === "data_source_id" || page.parent.type === "database_id";
    // Most rows are empty, and each would cost a second call here; they are looked at once more in the next pass.
    const distrustEmpty = !isRow || (stored !== undefined && !stored.deleted && wasEmpty === undefined);
    try {
      const most = Math.max(0, longestContent - properties.join("\n").length);
      const text = await readPageText(counted, page.id, { most, distrustEmpty, signal });
      const isSure = distrustEmpty ||
        (wasEmpty !== undefined && stored?.metadata["last_edited"] === toInstant(page.last_edited_time));
      work.pages += 1;
      return itemOf({
        ...{ page, sources, text, properties, mark, round, ownerId },
        emptyReads: isSure ? 2 : 1,
        authorName: editor ? editor.name || names.nameOf(editor.id) || undefined : undefined,
      });
    } catch (thrown) {
      // Thrown away or kept apart since it was listed.
      if (["object_not_found", "restricted_resource"].includes(refusalOf(thrown) ?? "")) return page.id;
      throw thrown;
    }
  };

  return {
    work,
    async sort(pages, sourcesOf, round) {
      const storedOf = await pass.stored("", pages.map(({ id }) => id));
      const stale: Candidate[] = [];
      const seen: SeenItem[] = [];
      for (const page of pages) {
        names.note(page);
        const sources = sourcesOf(page);
        const [stored, mark] = [storedOf.get(page.id), await propertiesMark(page)];
        if (isStale({ page, mark }, stored, round)) {
          stale.push({ page, mark, sources, stored });
        } else seen.push({ container_id: "", item_id: page.id, sources });
      }
      return { stale, seen, storedOf };
    },
    async *read(candidates, round) {
      const reading = inFlight(callsAtOnce, candidates, (one, signal) => readOne(one, round, signal));
      let [items, vanished]: [Item[], string[]] = [[], []];
      try {
        for await (const read of reading) {
          if (typeof read === "string") vanished.push(read);
          else items.push(read);
          if (items.length < itemsAPage) continue;
          yield { items, vanished };
          [items, vanished] = [[], []];
        }
      } catch (thrown) {
        if (items.length > 0) yield { items, vanished };
        throw thrown;
      }
      if (items.length + vanished.length > 0) yield { items, vanished };
    },
  };
}
