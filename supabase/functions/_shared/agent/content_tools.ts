/** Search and Read: the agent's eyes on its person's own content, and on nothing else. Both only read. */
import { z } from "zod";
import type { PipelineDatabase } from "../db/pipeline_database.ts";
import { type Evidence, evidenceItem } from "./evidence.ts";
import { longestToolAnswer, type Tool, tool } from "./tool.ts";

export interface ContentToolOptions {
  readonly database: PipelineDatabase;
  readonly userId: string;
  /** The sources a run may read; a search outside them is not possible, whatever the model asks for. */
  readonly sourceIds: readonly string[];
  readonly evidence: Evidence;
  /** Content from this instant on does not exist for the run: it plays an earlier day. */
  readonly until?: Date;
}

/** Tool answers are cut here: one research run of the previous system re-sent 200 KB pages for $3.46. */
const charactersPerFinding = 600;
const charactersPerReading = 4000;
/** A filter by time looks at this many of the best matches, because the search itself knows no time. */
const mostMatches = 100;

const found = z.array(evidenceItem);

export const platform = z.enum(["slack", "gmail", "calendar", "notion"]);
/** A day such as 2026-11-20, from its midnight UTC. */
export const day = z.iso.date();

export function contentTools(options: ContentToolOptions): Tool[] {
  const { database, userId, sourceIds, evidence } = options;
  return [
    tool({
      name: "Search",
      description:
        "Searches the synced content that this work may read. Use a few telling words. Returns the best matches, each with an id to cite or to Read.",
      input: z.object({
        query: z.string().min(1).max(400),
        platform: platform.optional().describe("Only this platform"),
        since: day.optional().describe("Only from this day on, such as 2026-11-20"),
        until: day.optional().describe("Only before this day"),
        limit: z.number().int().min(1).max(20).optional(),
      }),
      async run({ query, platform, since, until, limit = 8 }, signal) {
        const timed = since !== undefined || until !== undefined || options.until !== undefined;
        const rows = found.parse(
          await database.call("search_platform_content", {
            p_user: userId,
            p_query: query,
            p_sources: [...sourceIds],
            p_limit: timed ? mostMatches : limit,
            ...(platform && { p_platforms: [platform] }),
          }, signal),
        );
        const within = rows.filter(between(since, earlier(until, options.until))).slice(0, limit);
        if (within.length > 0) {
          return evidence.showWithin(longestToolAnswer, within, charactersPerFinding).join("\n");
        }
        return rows.length === 0
          ? "Nothing matches any of these words."
          : `None of the best ${rows.length} matches is from that time. List shows what is.`;
      },
    }),
    tool({
      name: "Read",
      description: 'Shows one item in full by its id, such as "e12", as it was shown or found before.',
      input: z.object({ id: z.string().max(10) }),
      run({ id }) {
        const item = evidence.get(id);
        if (item !== undefined) return Promise.resolve(evidence.show(item, charactersPerReading));
        const page = evidence.web(id);
        return Promise.resolve(
          page === undefined
            ? `There is no item "${id}". Ids look like e1 and come from what you were shown or found.`
            : evidence.showWeb(page, charactersPerReading),
        );
      },
    }),
  ];
}

/** The earlier of a day that the model named and the end of the run's own time. */
export function earlier(day: string | undefined, end: Date | undefined): string | undefined {
  if (day === undefined) return end?.toISOString();
  return end !== undefined && end.getTime() < Date.parse(day) ? end.toISOString() : day;
}

/** Whether an item's own time is within; `until` is exclusive. */
const between =
  (since: string | undefined, until: string | undefined) =>
  ({ source_timestamp }: { source_timestamp: string }): boolean => {
    const at = Date.parse(source_timestamp);
    return (since === undefined || at >= Date.parse(since)) &&
      (until === undefined || at < Date.parse(until));
  };
