import { type Database, quoteLiteral } from "./database.ts";

export interface MigrateOptions {
  /** Folder of `<version>_<name>.sql` files. */
  readonly migrations: URL;
  /** Run after them, when given and present. */
  readonly seed?: URL;
}

interface Migration {
  readonly version: string;
  readonly name: string;
  readonly url: URL;
}

/** The CLI's own history table, so that `supabase db push` on the same database sees what has been applied here. */
const HISTORY = `
create schema if not exists supabase_migrations;
create table if not exists supabase_migrations.schema_migrations (version text not null primary key);
alter table supabase_migrations.schema_migrations add column if not exists statements text[];
alter table supabase_migrations.schema_migrations add column if not exists name text;
`;

/**
 * Applies, in order, the migrations that the database has not had, each in its own transaction together with its
 * line in the history. Answers their names. A failure names the file and what Postgres said; earlier files stay.
 */
export async function migrate(database: Database, options: MigrateOptions): Promise<string[]> {
  await database.script(HISTORY);
  const applied = new Set(
    (await database.query<{ version: string }>("select version from supabase_migrations.schema_migrations"))
      .map((row) => row.version),
  );
  const missing = (await listMigrations(options.migrations)).filter((migration) =>
    !applied.has(migration.version)
  );
  for (const migration of missing) await apply(database, migration);
  if (options.seed) await seed(database, options.seed);
  return missing.map((migration) => `${migration.version}_${migration.name}`);
}

async function listMigrations(folder: URL): Promise<Migration[]> {
  const base = folder.href.endsWith("/") ? folder : new URL(`${folder.href}/`);
  const found: Migration[] = [];
  for await (const entry of Deno.readDir(base)) {
    const match = /^(\d+)_(.*)\.sql$/.exec(entry.name);
    if (entry.isFile && match?.[1] !== undefined && match[2] !== undefined) {
      found.push({ version: match[1], name: match[2], url: new URL(entry.name, base) });
    }
  }
  return found.sort((a, b) => a.version < b.version ? -1 : 1);
}

async function apply(database: Database, migration: Migration): Promise<void> {
  const sql = await Deno.readTextFile(migration.url);
  try {
    await database.script(`begin;\n${sql}\n;
      insert into supabase_migrations.schema_migrations (version, name)
      values (${quoteLiteral(migration.version)}, ${quoteLiteral(migration.name)});
      commit;`);
  } catch (cause) {
    throw new Error(`Migration ${migration.version}_${migration.name} failed: ${explain(cause, sql)}`, {
      cause,
    });
  }
}

async function seed(database: Database, file: URL): Promise<void> {
  let sql: string;
  try {
    sql = await Deno.readTextFile(file);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return;
    throw cause;
  }
  try {
    await database.script(sql);
  } catch (cause) {
    throw new Error(`The seed failed: ${explain(cause, sql)}`, { cause });
  }
}

/** Postgres counts the position in what it was sent: ours has one line in front of the file's first. */
function explain(cause: unknown, sql: string): string {
  const { message, position, detail, where, hint } = Object(cause);
  const line = Number(position) > 0
    ? `begin;\n${sql}`.slice(0, Number(position)).split("\n").length - 1
    : undefined;
  return [message ?? String(cause), line && `at line ${line}`, detail, hint, where].filter(Boolean).join(
    " · ",
  );
}
