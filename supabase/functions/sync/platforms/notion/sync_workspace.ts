/** One pass over a workspace: rounds that check what is selected and read what changed. */
import type { Json } from "@shared/db/pipeline_database.ts";
import type { Page, Unit } from "../connector.ts";
import { notionId } from "./notion_answers.ts";
import { openRound, readCursor } from "./notion_cursor.ts";
import { createRoundContext, type RoundContext } from "./round_context.ts";
import { syncFeed } from "./sync_feed.ts";
import { syncPages } from "./sync_pages.ts";
import { syncDatabases } from "./sync_rows.ts";

/** A round that began longer ago than this has missed enough to be followed by another one. */
const oldRoundMs = 15 * 60_000;

export async function* syncWorkspace(
  tools: Pick<RoundContext, "client" | "names" | "reader" | "pass">,
  unit: Unit,
  stored: Json,
): AsyncGenerator<Page, void, void> {
  const { pass } = tools;
  const cursor = readCursor(stored);
  const selected = new Set(unit.sources.map(({ externalId }) => notionId.safeParse(externalId).data));
  for (const id of Object.keys(cursor.databases)) if (!selected.has(id)) delete cursor.databases[id];
  cursor.failing = cursor.failing.filter((id) => selected.has(id));

  // What an earlier turn or pass left unfinished is finished first.
  for (let rounds = 0; rounds < 2; rounds += 1) {
    const round = cursor.round ?? openRound(cursor, unit, pass);
    cursor.round = round;
    cursor.rounds = round.number;
    const context = createRoundContext(tools, unit, cursor, round);
    if (round.pages === "feed" && !round.feed.done) yield* syncFeed(context);
    yield* syncPages(context);
    yield* syncDatabases(context);
    cursor.watermark = round.began;
    if (round.full) cursor.reviewed = round.began;
    cursor.round = null;
    yield { items: [], cursor: structuredClone(cursor), progress: { percent: 100, secondsLeft: 0 } };
    if (pass.startedAt.getTime() - Date.parse(round.began) < oldRoundMs) return;
  }
}
