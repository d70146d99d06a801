/** A Slack without a workplace behind it: what a test dictates is stored as a sync of it would. */
import type { Scene } from "./scene.ts";

export interface Dictated {
  /** Unique in its channel. */
  readonly id: string;
  readonly text: string;
  readonly at: Date;
  readonly author?: string;
}

export interface DictatedSlack {
  readonly connection: string;
  /** The source of each channel, by its name. */
  readonly sources: ReadonlyMap<string, string>;
  store(channel: string, messages: readonly Dictated[]): Promise<void>;
}

/** Connects a Slack with these channels, all of them selected and synced just now. */
export async function dictateSlack(
  { stack, row }: Scene,
  userId: string,
  channels: readonly string[],
): Promise<DictatedSlack> {
  const { id: connection } = await row<{ id: string }>(
    `insert into public.platform_connections (user_id, provider, account_id, account_name, scopes)
     values ($1::uuid, 'slack', 'T' || left($1::text, 8), 'Team', '{}') returning id`,
    [userId],
  );
  const sources = await stack.database.query<{ id: string; external_id: string }>(
    `insert into public.sync_registry (user_id, connection_id, platform, external_id, kind, name, selected, selected_by, last_synced_at, metadata)
     select $1, $2, 'slack', c, 'channel', '#' || c, true, 'person', pipeline.now(), '{"is_private": false}' from unnest($3::text[]) c
     returning id, external_id`,
    [userId, connection, channels],
  );
  return {
    connection,
    sources: new Map(sources.map(({ id, external_id }) => [external_id, id])),
    async store(channel, messages) {
      const items = messages.map(({ id, text, at, author = "Maya" }) => ({
        container_id: channel,
        item_id: id,
        content_type: "message",
        content: text,
        author,
        source_timestamp: at.toISOString(),
        sources: [channel],
      }));
      await stack.database.query("select private.store_items($1, 'slack', $2, $3)", [
        connection,
        userId,
        JSON.stringify(items),
      ]);
    },
  };
}
