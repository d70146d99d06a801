/** Changing the key: every stored token is opened with the key that sealed it and sealed with the active one. */
import { z } from "zod";
import { needsReseal } from "../crypto/envelope.ts";
import type { KeyRing } from "../crypto/key_ring.ts";
import type { PipelineDatabase } from "../db/pipeline_database.ts";
import { openToken, type Provider, sealToken, type TokenField } from "./tokens.ts";

export interface ResealCounts {
  /** Connections whose tokens are sealed with the active key now. */
  readonly resealed: number;
  /** Connections whose tokens were renewed meanwhile; another run looks at them again. */
  readonly changedMeanwhile: number;
  /** Connections whose tokens no key of the ring opens. They stay as they are; their people must reconnect. */
  readonly unreadable: number;
}

const batch = z.array(z.object({
  connection_id: z.uuid(),
  user_id: z.uuid(),
  provider: z.enum(["slack", "google", "notion"]),
  access_token: z.string(),
  refresh_token: z.string().nullable(),
}));
type Row = z.output<typeof batch>[number];

/**
 * Reseals batch by batch. It may be stopped at any moment and run again: what is done is done, and nothing is sealed
 * twice.
 *
 * @param onBatch told after every batch
 */
export async function resealTokens(
  { database, ring, batchSize = 100, onBatch = () => {} }: {
    database: PipelineDatabase;
    ring: KeyRing;
    batchSize?: number;
    onBatch?: (soFar: ResealCounts) => void;
  },
): Promise<ResealCounts> {
  const counts = { resealed: 0, changedMeanwhile: 0, unreadable: 0 };
  let after: string | undefined;
  while (true) {
    const rows = batch.parse(
      await database.call("tokens_to_reseal", {
        p_active_kid: ring.activeKid,
        p_limit: batchSize,
        ...(after !== undefined && { p_after: after }),
      }),
    );
    const last = rows.at(-1);
    if (last === undefined) return counts;
    for (const row of rows) counts[await resealRow(database, ring, row)] += 1;
    after = last.connection_id;
    onBatch({ ...counts });
  }
}

async function resealRow(database: PipelineDatabase, ring: KeyRing, row: Row): Promise<keyof ResealCounts> {
  const anew = (envelope: string, field: TokenField) => resealed(ring, envelope, row, field);
  const access = await anew(row.access_token, "access_token");
  const refresh = row.refresh_token === null ? null : await anew(row.refresh_token, "refresh_token");
  if (access === undefined || refresh === undefined) return "unreadable";
  const done = await database.call("reseal_tokens", {
    p_connection: row.connection_id,
    p_was: row.access_token,
    p_access_token: access,
    ...(row.refresh_token !== null && refresh !== null && {
      p_was_refresh: row.refresh_token,
      p_refresh_token: refresh,
    }),
  });
  return done ? "resealed" : "changedMeanwhile";
}

/** Undefined when no key of the ring opens it. */
async function resealed(
  ring: KeyRing,
  envelope: string,
  { user_id, provider }: { user_id: string; provider: Provider },
  field: TokenField,
): Promise<string | undefined> {
  if (!needsReseal(ring, envelope)) return envelope;
  try {
    const token = await openToken(ring, envelope, user_id, provider, field);
    return await sealToken(ring, token, user_id, provider, field);
  } catch {
    return undefined;
  }
}
