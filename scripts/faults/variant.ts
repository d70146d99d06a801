import type { Database } from "../local/database/database.ts";

/** Ways to run the fault test on a queue that lacks one of its protections: the test must notice. */
export const VARIANTS = ["none", "no-fence", "no-claim-lock"] as const;
export type Variant = (typeof VARIANTS)[number];

/** A hold that checks nothing: whoever lost its lease goes on writing. */
const NO_FENCE = `
create or replace function pipeline.hold(p_ticket bigint, p_lease uuid) returns pipeline.work_tickets
language sql set search_path = '' as $$ select t.* from pipeline.work_tickets t where t.id = p_ticket $$`;

/** What keeps two claims from taking the same ticket: they wait for each other, and look again before they take. */
const CLAIM_LOCK = "  perform pg_advisory_xact_lock(hashtextextended('pipeline.claim', 0));\n";
const SECOND_LOOK = " and t.state = 'queued'\n";

/** Takes the protection away, in this database only. */
export async function applyVariant(database: Database, variant: Variant): Promise<void> {
  if (variant === "no-fence") await database.script(NO_FENCE);
  if (variant !== "no-claim-lock") return;
  const [claim] = await database.query<{ source: string }>(
    "select pg_get_functiondef('pipeline.claim(uuid, boolean)'::regprocedure) as source",
  );
  await database.script(without(without(claim?.source ?? "", CLAIM_LOCK), SECOND_LOOK));
}

function without(source: string, protection: string): string {
  const parts = source.split(protection);
  if (parts.length !== 2) {
    throw new Error(`Cannot remove a protection that is not where it was: ${protection.trim()}`);
  }
  return parts.join("\n");
}
