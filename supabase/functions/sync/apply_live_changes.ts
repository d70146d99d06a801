/**
 * A ticket of kind `apply_live_changes`: what Slack told us of one channel since the last time, taken in without a call
 * of Slack. Names come from the people that are known; whom nobody knows yet, the next sync names.
 */
import { z } from "zod";
import type { PipelineDatabase } from "@shared/db/pipeline_database.ts";
import { PipelineError } from "@shared/http/problem.ts";
import { type AnyHandler, handler } from "@shared/work/handler.ts";
import { storablePage, storedCounts } from "./content/store.ts";
import { applySlackEvents } from "./platforms/slack/slack_event.ts";

const payload = z.object({
  connection_id: z.uuid(),
  platform: z.literal("slack"),
  unit: z.string().min(1),
});
const waiting = z.object({
  connection: z.object({ id: z.uuid(), metadata: z.record(z.string(), z.json()) }),
  events: z.array(z.object({ event_id: z.string(), payload: z.json() })),
});
const counts = z.object({
  events: z.number().default(0),
  changed: z.number().default(0),
  deleted: z.number().default(0),
});

export function applyLiveChanges(database: PipelineDatabase): AnyHandler {
  return handler(payload, async function* ({ payload, ticket, held, signal }) {
    const fence = { p_ticket: held.id, p_lease: held.lease };
    let total = counts.parse(ticket.progress);
    try {
      while (true) {
        const { connection, events } = waiting.parse(
          await database.call("take_live_changes", fence, signal),
        );
        if (events.length === 0) return { outcome: "done", result: { ...total } };
        const text = (key: string) => z.string().safeParse(connection.metadata[key]).data;
        const { threads, ...page } = await applySlackEvents(
          { id: payload.unit },
          events.map(({ payload }) => payload),
          {
            teamUrl: text("team_url"),
            ownId: text("authed_user_id"),
            botId: text("bot_user_id"),
            peopleNamed: async (ids) => {
              const asked = { p_connection: connection.id, p_ids: [...ids] };
              const rows = await database.call("people_named", asked, signal);
              return new Map(rows.map(({ external_id, name }) => [external_id, name]));
            },
          },
        );
        const stored = storedCounts.parse(
          await database.call("store_live_changes", {
            ...fence,
            p_page: {
              ...storablePage({ ...page, cursor: null }),
              threads: threads.map((one) => ({ ...one })),
            },
            p_event_ids: events.map(({ event_id }) => event_id),
          }, signal),
        );
        total = {
          events: total.events + events.length,
          changed: total.changed + stored.changed,
          deleted: total.deleted + stored.deleted,
        };
        yield { ...total };
      }
    } catch (thrown) {
      // Disconnected since: its events went with it.
      if (!(thrown instanceof PipelineError) || thrown.code !== "unknown_connection") throw thrown;
      return { outcome: "failed", final: true, problem: thrown.problem };
    }
  });
}
