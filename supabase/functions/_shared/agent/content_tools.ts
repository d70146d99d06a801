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
}

/** Tool answers are cut here: one research run of the previous system re-sent 200 KB pages for $3.46. */
const charactersPerFinding = 600;
const charactersPerReading = 4000;

const found = z.array(evidenceItem);

export function contentTools({ database, userId, sourceIds, evidence }: ContentToolOptions): Tool[] {
  return [
    tool({
      name: "Search",
      description:
        "Searches the synced content that this work may read. Use a few telling words. Returns the best matches, each with an id to cite or to Read.",
      input: z.object({
        query: z.string().min(1).max(400),
        limit: z.number().int().min(1).max(20).optional(),
      }),
      async run({ query, limit = 8 }, signal) {
        const rows = found.parse(
          await database.call("search_platform_content", {
            p_user: userId,
            p_query: query,
            p_sources: [...sourceIds],
            p_limit: limit,
          }, signal),
        );
        if (rows.length === 0) return "Nothing matches any of these words.";
        return evidence.showWithin(longestToolAnswer, rows, charactersPerFinding).join("\n");
      },
    }),
    tool({
      name: "Read",
      description: 'Shows one item in full by its id, such as "e12", as it was shown or found before.',
      input: z.object({ id: z.string().max(10) }),
      run({ id }) {
        const item = evidence.get(id);
        return Promise.resolve(
          item === undefined
            ? `There is no item "${id}". Ids look like e1 and come from what you were shown or found.`
            : evidence.show(item, charactersPerReading),
        );
      },
    }),
  ];
}
