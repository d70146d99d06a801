/** What a run left behind in the database beside its own version: rows that hold a secret, and settings that changed. */
import type { Database } from "../../scripts/local/database/database.ts";

export interface Kept {
  /** Tables with rows that hold the secret, and how many. */
  readonly rows: Readonly<Record<string, number>>;
  /** Settings, destinations, sources, schedules and memories, as text. */
  readonly settings: string;
}

/** The content itself, its index, and what a run writes by its nature: its version with what that rests on. */
const lawful: ReadonlySet<string> = new Set([
  "public.platform_content",
  "public.content_revisions",
  "public.deliverable_versions",
  "public.version_citations",
  "public.source_snapshots",
]);

export async function keptRows(sql: Database, code: string, deliverableId: string): Promise<Kept> {
  const tables = (await tablesOf(sql)).filter((name) => !lawful.has(name));
  const found = await sql.query<{ name: string; count: number }>(
    tables.map((name) =>
      `select '${name}' as name, count(*)::int as count from ${name} t where t::text like $1`
    )
      .join(" union all "),
    [`%${code}%`],
  );
  const [settings] = await sql.query<{ settings: unknown }>(
    `select jsonb_build_array(
       (select to_jsonb(d) - 'last_run_at' - 'updated_at' from public.deliverables d where d.id = $1),
       (select jsonb_agg(to_jsonb(t) order by t.id) from public.deliverable_destinations t where t.deliverable_id = $1),
       (select jsonb_agg(to_jsonb(s) order by s.source_id) from public.deliverable_sources s where s.deliverable_id = $1),
       (select count(*) from public.deliverables), (select count(*) from pipeline.schedules),
       (select count(*) from public.user_context), (select count(*) from public.workspaces)) as settings`,
    [deliverableId],
  );
  return {
    rows: Object.fromEntries(found.filter(({ count }) => count > 0).map(({ name, count }) => [name, count])),
    settings: JSON.stringify(settings),
  };
}

const known = new WeakMap<Database, string[]>();

async function tablesOf(sql: Database): Promise<string[]> {
  const kept = known.get(sql) ??
    (await sql.query<{ name: string }>(
      `select c.relnamespace::regnamespace || '.' || c.relname as name from pg_class c
        where c.relkind = 'r' and c.relnamespace in ('public'::regnamespace, 'pipeline'::regnamespace, 'private'::regnamespace)
          and c.relname not like '%posting%' and not c.relispartition order by 1`,
    )).map(({ name }) => name);
  known.set(sql, kept);
  return kept;
}
