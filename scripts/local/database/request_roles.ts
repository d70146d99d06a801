import type { Connection } from "@supabase/lite";

/**
 * Makes the Data API run every request under its key's role and leave the database's grants alone.
 *
 * Left to itself, @supabase/lite 0.10.0 decides at the first request: without a single table under row level security
 * every request runs as the superuser, and with one it first *grants all on all tables* of each such schema to anon,
 * authenticated and service_role. The first hides a missing policy, the second every missing or revoked grant. Its
 * `rlsState` is that decision; set to "active" beforehand, the role is switched always and nothing is granted.
 * `gateway_test.ts` proves both, so an upgrade that renames the field fails there.
 */
export function alwaysSwitchRole(connection: Connection): void {
  if (!Reflect.has(connection, "rlsState")) {
    throw new Error(
      "Cannot pin the Data API's roles: @supabase/lite has no rlsState any more, see request_roles.ts",
    );
  }
  Reflect.set(connection, "rlsState", "active");
}
