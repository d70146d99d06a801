/** List: what is there, when the words to search for are not known. It only reads, and only the run's own sources. */
import { z } from "zod";
import { type ContentToolOptions, day, earlier, platform } from "./content_tools.ts";
import { cutText } from "./cut_text.ts";
import { evidenceItem } from "./evidence.ts";
import type { Fence } from "./fence.ts";
import { longestToolAnswer, type Tool, tool } from "./tool.ts";

const mostItems = 15;
const charactersPerItem = 300;
const longestName = 100;
/** Sources of a whole workspace are many; the newest are the ones that matter. */
const mostSources = 60;

const overview = z.array(z.object({
  source_id: z.uuid(),
  platform,
  name: z.string(),
  kind: z.string(),
  synced_at: z.string().nullable(),
  error: z.string().nullable(),
  items: z.number().int(),
  newest_at: z.string().nullable(),
}));
const page = z.object({ total: z.number().int(), items: z.array(evidenceItem) });

export interface ListToolOptions extends ContentToolOptions {
  readonly fence: Fence;
}

export function listTool(options: ListToolOptions): Tool {
  const { database, userId, sourceIds, evidence, fence } = options;
  // Short ids as they are given out, so that the model never handles a real one.
  const shortIds = new Map(sourceIds.map((id, at) => [`s${at + 1}`, id]));
  const shortOf = (id: string) => `s${sourceIds.indexOf(id) + 1}`;

  async function sources(signal: AbortSignal): Promise<string> {
    const rows = overview.parse(
      await database.call("source_overview", {
        p_user: userId,
        p_sources: [...sourceIds],
        ...(options.until && { p_until: options.until.toISOString() }),
      }, signal),
    );
    if (rows.length === 0) return "There are no sources.";
    const newest = rows.toSorted((a, b) => (b.newest_at ?? "").localeCompare(a.newest_at ?? ""));
    const lines = newest.slice(0, mostSources).map((row) =>
      [
        `${shortOf(row.source_id)} ${row.platform} ${row.kind} ${oneLine(row.name)}: ${row.items} items`,
        row.newest_at === null ? "" : `newest ${row.newest_at}`,
        row.synced_at === null ? "never synced" : `synced ${row.synced_at}`,
        row.error === null ? "" : `not readable (${row.error})`,
      ].filter((part) => part !== "").join(", ")
    );
    const more = rows.length - lines.length;
    return fence.wrap(lines.join("\n"), { list: "sources" }) +
      (more > 0 ? `\nand ${more} more; Search reaches them too.` : "");
  }

  return tool({
    name: "List",
    description:
      'Lists what is there. Without input: the sources, with counts and freshness. With "source" (such as "s2"), "platform", "author" or "thread" (the id of one of its items): their items, newest first; "from" goes on where a list ended.',
    input: z.object({
      source: z.string().max(6).optional().describe("A source by its id in the list of sources"),
      platform: platform.optional(),
      author: z.string().min(1).max(100).optional().describe("A part of the author's name"),
      thread: z.string().max(10).optional().describe('The thread or conversation of an item, such as "e5"'),
      since: day.optional().describe("Only from this day on, such as 2026-11-20"),
      until: day.optional().describe("Only before this day"),
      from: z.number().int().min(1).max(10_000).optional().describe(
        "The number of the first item; default 1",
      ),
    }),
    async run({ source, platform, author, thread, since, until, from = 1 }, signal) {
      if ([source, platform, author, thread, since, until].every((given) => given === undefined)) {
        return await sources(signal);
      }
      const sourceId = source === undefined ? undefined : shortIds.get(source);
      if (source !== undefined && sourceId === undefined) {
        return `There is no source "${cutText(source, 6)}". List without input shows them.`;
      }
      const item = thread === undefined ? undefined : evidence.get(thread);
      if (thread !== undefined && item === undefined) return `There is no item "${cutText(thread, 10)}".`;
      const end = earlier(until, options.until);
      const found = page.parse(
        await database.call("browse_content", {
          p_user: userId,
          p_sources: sourceId === undefined ? [...sourceIds] : [sourceId],
          p_limit: mostItems,
          p_offset: from - 1,
          ...(platform && { p_platform: platform }),
          ...(author && { p_author: author }),
          ...(item && { p_thread_of: item.id }),
          ...(since && { p_since: since }),
          ...(end && { p_until: end }),
        }, signal),
      );
      if (found.items.length === 0) {
        return found.total === 0 ? "There is nothing." : `There are only ${found.total}.`;
      }
      const shown = evidence.showWithin(longestToolAnswer - 100, found.items, charactersPerItem);
      // What did not fit is the next list's first, so that nothing is passed over.
      const last = from + shown.length - 1;
      const more = last < found.total ? `; "from": ${last + 1} shows more` : "";
      return [`${from} to ${last} of ${found.total}, newest first${more}:`, ...shown].join("\n");
    },
  });
}

const oneLine = (name: string) => cutText(name.replace(/\s+/g, " "), longestName, "…");
