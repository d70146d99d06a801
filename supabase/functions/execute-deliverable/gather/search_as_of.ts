/** Search as it would have answered at an earlier instant, for a run that plays the past. */
import { z } from "zod";
import type { PipelineDatabase } from "@shared/db/pipeline_database.ts";

const found = z.array(
  z.looseObject({ revision: z.number(), source_timestamp: z.string(), platform: z.string() }),
);

/**
 * The database with searches that find nothing from after `at`. An item that was edited is left out, because nobody can
 * tell from a search what it said then; the gathering, which can, still brings it.
 */
export function searchAsOf(database: PipelineDatabase, at: Date): PipelineDatabase {
  return {
    async call(name, args, signal) {
      const answer = await database.call(name, args, signal);
      if (name !== "search_platform_content") return answer;
      return found.parse(answer).filter(({ revision, source_timestamp }) =>
        revision === 1 && Date.parse(source_timestamp) <= at.getTime()
      ) as unknown as typeof answer;
    },
  };
}
