/** The database of a sweep: PGlite in this process, or the Postgres 17 of DATABASE_URL, with our migrations. */
import { DataApi, newApiKeys } from "../local/data_api.ts";
import type { Database } from "../local/database/database.ts";
import { migrate } from "../local/database/migrate.ts";
import { openPglite } from "../local/database/pglite.ts";
import { openPostgres } from "../local/database/postgres.ts";
import { prepareDatabase } from "../local/database/prepare.ts";
import { PROJECT_ROOT } from "../local/project_root.ts";

export async function openStageDatabase(url = Deno.env.get("DATABASE_URL")): Promise<Database> {
  const database = url === undefined ? await openPglite() : await openPostgres(url);
  const dataApi = new DataApi(database, newApiKeys());
  await prepareDatabase(database, () => dataApi.ensureAuth());
  await migrate(database, { migrations: new URL("supabase/migrations/", PROJECT_ROOT) });
  return database;
}

export type Tier = "free" | "starter" | "pro";

/** Someone who has signed up. Returns their id. */
export async function signUp(database: Database, tier: Tier): Promise<string> {
  const userId = crypto.randomUUID();
  await database.query("insert into auth.users (id, email) values ($1, $2)", [
    userId,
    `${userId}@yarnnn.example`,
  ]);
  await database.query("update public.workspaces set tier = $2::public.tier where owner_id = $1", [
    userId,
    tier,
  ]);
  return userId;
}

/** Takes the person away with everything of theirs. */
export async function forget(database: Database, userId: string): Promise<void> {
  await database.query("delete from pipeline.work_tickets where user_id = $1", [userId]);
  await database.query("delete from auth.users where id = $1", [userId]);
}
