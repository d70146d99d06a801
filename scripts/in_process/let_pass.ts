/** Lets time pass for what lives by the real clock, which stands still in a test: what has passed is taken off instead. */
import type { Database } from "../local/database/database.ts";

/** Moves a person's tokens, deliveries and reservations of model calls so many seconds into the past. */
export async function letPass(database: Database, userId: string, seconds: number): Promise<void> {
  await database.query(
    `with deliveries as (
       update public.deliveries d set first_sent_at = d.first_sent_at - make_interval(secs => $2) where d.user_id = $1
     ), model_calls as (
       update pipeline.llm_usage u set reserved_until = u.reserved_until - make_interval(secs => $2) where u.user_id = $1
     )
     update pipeline.connection_tokens t
        set expires_at = t.expires_at - make_interval(secs => $2), refresh_failed_at = t.refresh_failed_at - make_interval(secs => $2),
            refresh_lease_until = t.refresh_lease_until - make_interval(secs => $2)
       from public.platform_connections c where c.id = t.connection_id and c.user_id = $1`,
    [userId, seconds],
  );
}
