/** What a run reads: the news of its sources since the last version, in fair shares, within a budget of characters. */
import { z } from "zod";
import { type EvidenceItem, evidenceItem } from "@shared/agent/evidence.ts";
import type { PipelineDatabase } from "@shared/db/pipeline_database.ts";
import type { Run } from "./run.ts";

export interface Gathered {
  /** What the model is shown, oldest first within a source. */
  readonly items: readonly EvidenceItem[];
  /** How many items are new in all; more than were taken when the budget ran out. */
  readonly total: number;
}

const row = evidenceItem.extend({ source_id: z.uuid(), total: z.number().int() });

/** Rows of one gathering, and characters of it that the model is shown: some 15,000 tokens. */
const mostItems = 300;
const mostCharacters = 60_000;
export const charactersPerItem = 1_200;

const day = 24 * 60 * 60 * 1000;
/** How far back a version of a rhythm looks. */
const windows: Readonly<Record<string, number>> = {
  hourly: day,
  daily: day,
  weekly: 7 * day,
  biweekly: 14 * day,
  monthly: 31 * day,
};
const unscheduledWindow = 7 * day;

/** From when on things count: a full window, or all since the last version when that is longer ago. */
export function windowStart(run: Run, now: Date): Date {
  const rhythm = now.getTime() - (windows[run.deliverable.schedule?.frequency ?? ""] ?? unscheduledWindow);
  const last = run.last_run_at === null ? rhythm : Date.parse(run.last_run_at);
  return new Date(Math.min(rhythm, last));
}

export async function gather(
  database: PipelineDatabase,
  run: Run,
  now: Date,
  signal: AbortSignal,
): Promise<Gathered> {
  const rows = z.array(row).parse(
    await database.call("gather_evidence", {
      p_user: run.deliverable.user_id,
      p_sources: run.sources.map(({ source_id }) => source_id),
      p_changed_since: run.last_run_at ?? new Date(0).toISOString(),
      p_from: windowStart(run, now).toISOString(),
      p_limit: mostItems,
    }, signal),
  );
  const taken: z.output<typeof row>[] = [];
  let characters = 0;
  // The database's order is everyone's newest first, so that what the budget leaves out is the oldest of the loudest.
  for (const item of rows) {
    characters += Math.min(item.content.length, charactersPerItem);
    if (characters > mostCharacters) break;
    taken.push(item);
  }
  const order = run.sources.map(({ source_id }) => source_id);
  return {
    items: taken.toSorted((a, b) =>
      order.indexOf(a.source_id) - order.indexOf(b.source_id) ||
      Date.parse(a.source_timestamp) - Date.parse(b.source_timestamp)
    ),
    total: rows[0]?.total ?? 0,
  };
}
