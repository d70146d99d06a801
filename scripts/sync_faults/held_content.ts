/** What is stored of a person, as the judge takes it. */
import type { Database } from "../local/database/database.ts";
import type { Platform } from "./platform_world.ts";
import type { HeldItem } from "./verdict.ts";

interface Row {
  readonly key: string;
  readonly title: string | null;
  readonly content: string;
  readonly at: string;
  readonly deleted: boolean;
  readonly sources: string[];
}

/** Everything of one platform, tombstones included. */
export async function heldContent(
  database: Database,
  userId: string,
  platform: Platform,
): Promise<HeldItem[]> {
  const rows = await database.query<Row>(
    `select c.container_id || '/' || c.item_id as key, c.title, c.content, c.deleted_at is not null as deleted,
            (extract(epoch from c.source_timestamp) * 1000)::bigint::text as at,
            array(select s.external_id from public.content_sources m join public.sync_registry s on s.id = m.source_id
                   where m.content_id = c.id and s.selected order by 1) as sources
       from public.platform_content c where c.user_id = $1 and c.platform = $2::public.platform`,
    [userId, platform],
  );
  return rows.map(({ title, at, ...row }) => ({ ...row, title: title ?? "", at: Number(at) }));
}

/** External ids of the sources that the person's sync reads. */
export async function selectedSources(
  database: Database,
  userId: string,
  platform: Platform,
): Promise<Set<string>> {
  const rows = await database.query<{ external_id: string }>(
    "select external_id from public.sync_registry where user_id = $1 and platform = $2::public.platform and selected and available",
    [userId, platform],
  );
  return new Set(rows.map(({ external_id }) => external_id));
}
