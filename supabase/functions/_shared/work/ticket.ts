/** A claimed ticket as TypeScript sees it, and what a handler says of it in the end. */
import { z } from "zod";
import type { Json } from "../db/pipeline_database.ts";
import type { Problem } from "../http/problem.ts";

/** What `pipeline.claim` returns, a row a ticket. */
export const claimedTicket = z.object({
  id: z.number().int(),
  lease_token: z.uuid(),
  lease_seconds: z.number().int().positive(),
  kind: z.string(),
  user_id: z.uuid().nullable(),
  platform: z.string(),
  attempt: z.number().int(),
  max_attempts: z.number().int(),
  crashes: z.number().int(),
  turn: z.number().int(),
  slot_at: z.string().nullable(),
  payload: z.record(z.string(), z.json()),
  progress: z.record(z.string(), z.json()),
  now: z.string(),
});
export type ClaimedTicket = z.output<typeof claimedTicket>;

/** Checkpoint of a ticket: small, JSON, enough to go on from after a crash. */
export type Progress = { [key: string]: Json };

/**
 * How a turn of a ticket ended.
 *
 * - `done`: finish it with a result.
 * - `ended`: an RPC of the handler ended it already, in the transaction of its last write.
 * - `yield`: not now (a provider said wait); comes back after `afterSeconds`, spends nothing.
 * - `failed`: spends an attempt, or ends it when `final`.
 */
export type Outcome =
  | { readonly outcome: "done"; readonly result?: Json }
  | { readonly outcome: "ended"; readonly as: string }
  | { readonly outcome: "yield"; readonly afterSeconds: number; readonly reason: Problem }
  | {
    readonly outcome: "failed";
    readonly problem: Problem;
    readonly final: boolean;
    readonly retryAfterSeconds?: number;
  };
