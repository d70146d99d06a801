/** People of a benchmark with their sources, made by SQL: nothing of signing up and syncing is measured here. */
import type { Database } from "../../local/database/database.ts";
import { type BenchPlatform, dayOf, type DaySize, type PlatformSource } from "./bench_items.ts";

export interface BenchPerson {
  readonly id: string;
  readonly email: string;
}

const numbered = (platform: BenchPlatform, kind: PlatformSource["kind"], count: number): PlatformSource[] =>
  Array.from({ length: count }, (_, at) => ({ platform, kind, externalId: `${platform}-${at}` }));

/** Four channels, two labels, one calendar and four pages. */
export const allSources: readonly PlatformSource[] = [
  ...numbered("slack", "channel", 4),
  ...numbered("gmail", "label", 2),
  ...numbered("calendar", "calendar", 1),
  ...numbered("notion", "page", 4),
];
export const oneChannel: readonly PlatformSource[] = numbered("slack", "channel", 1);

/** People who have signed up and connected everything that `sources` needs; nothing of it is ever synced. */
export async function addPeople(
  database: Database,
  { count, tier, sources }: {
    count: number;
    tier: "free" | "starter" | "pro";
    sources: readonly PlatformSource[];
  },
): Promise<BenchPerson[]> {
  const people = Array.from({ length: count }, () => {
    const id = crypto.randomUUID();
    return { id, email: `${id}@yarnnn.example` };
  });
  await inBatches(people, async (batch) => {
    const ids = JSON.stringify(batch.map(({ id }) => id));
    await database.query(
      `insert into auth.users (id, email, aud, role, raw_user_meta_data)
       select e::uuid, e || '@yarnnn.example', 'authenticated', 'authenticated', '{}' from jsonb_array_elements_text($1::jsonb) e`,
      [ids],
    );
    await database.query(
      "update public.workspaces set tier = $2::public.tier where owner_id in (select e::uuid from jsonb_array_elements_text($1::jsonb) e)",
      [ids, tier],
    );
    await database.query(
      `insert into public.platform_connections (user_id, provider, account_id, account_name, scopes)
       select distinct e::uuid, (case x.platform when 'slack' then 'slack' when 'notion' then 'notion' else 'google' end)::public.provider,
              x.provider || e, 'Bench', '{}'::text[]
         from jsonb_array_elements_text($1::jsonb) e
        cross join (select p as platform, case p when 'slack' then 'S' when 'notion' then 'N' else 'G' end as provider
                      from jsonb_array_elements_text($2::jsonb) p) x`,
      [ids, JSON.stringify([...new Set(sources.map(({ platform }) => platform))])],
    );
    await database.query(
      `insert into public.sync_registry (user_id, connection_id, platform, external_id, kind, name, selected, selected_by, last_synced_at)
       select c.user_id, c.id, x.platform::public.platform, x."externalId", x.kind::public.source_kind, x."externalId", true, 'person', pipeline.now()
         from public.platform_connections c
         join jsonb_to_recordset($2::jsonb) as x(platform text, kind text, "externalId" text)
           on c.provider = (case x.platform when 'slack' then 'slack' when 'notion' then 'notion' else 'google' end)::public.provider
        where c.user_id in (select e::uuid from jsonb_array_elements_text($1::jsonb) e)`,
      [ids, JSON.stringify(sources)],
    );
  });
  // There is no platform behind these connections.
  await database.query("delete from pipeline.schedules where kind <> 'generate_deliverable'");
  await database.query("delete from pipeline.work_tickets");
  return people;
}

/** One more day of content for each of them, read this instant. */
export async function storeDay(
  database: Database,
  people: readonly BenchPerson[],
  { day, size, sources }: { day: number; size: DaySize; sources: readonly PlatformSource[] },
): Promise<void> {
  const [now] = await database.query<{ now: string }>("select pipeline.now()::text as now");
  const items = dayOf({ day, size, sources, now: new Date(now?.now ?? Date.now()) });
  await inBatches(people, async (batch) => {
    const ids = JSON.stringify(batch.map(({ id }) => id));
    for (const [platform, ofPlatform] of items) {
      if (ofPlatform.length === 0) continue;
      await database.query(
        `select private.store_items(c.id, $2::public.platform, c.user_id, $3::jsonb)
           from public.platform_connections c
          where c.user_id in (select e::uuid from jsonb_array_elements_text($1::jsonb) e)
            and c.provider = (case $2 when 'slack' then 'slack' when 'notion' then 'notion' else 'google' end)::public.provider`,
        [ids, platform, JSON.stringify(ofPlatform)],
      );
    }
    await database.query(
      "update public.sync_registry set last_synced_at = pipeline.now() where user_id in (select e::uuid from jsonb_array_elements_text($1::jsonb) e)",
      [ids],
    );
  });
}

/** So that no statement holds the database for long. */
const PEOPLE_A_BATCH = 50;

async function inBatches<T>(all: readonly T[], work: (batch: readonly T[]) => Promise<void>): Promise<void> {
  for (let at = 0; at < all.length; at += PEOPLE_A_BATCH) await work(all.slice(at, at + PEOPLE_A_BATCH));
}
