-- F1 in SQL: when a platform is synced, a pass over its sources, and the one fenced way to store a page.

create table public.sync_passes (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users on delete cascade,
  connection_id uuid not null references public.platform_connections on delete cascade,
  platform public.platform not null,
  sources_total int not null default 0,
  sources_done int not null default 0,
  sources_failed int not null default 0,
  items_stored int not null default 0,
  started_at timestamptz not null default pipeline.now(),
  ended_at timestamptz,
  constraint a_pass_that_ended_has_done_all check (ended_at is null or sources_done + sources_failed >= sources_total)
);
comment on table public.sync_passes is 'One pass over the selected sources of a platform: how far it is, and in the end what it brought. One open pass per connection and platform.';
create unique index one_open_pass_a_platform on public.sync_passes (connection_id, platform) where ended_at is null;
create index sync_passes_of_a_person on public.sync_passes (user_id, started_at desc);
alter table public.sync_passes enable row level security;
create policy "People see their syncs" on public.sync_passes for select to authenticated using (user_id = (select auth.uid()));
grant select on public.sync_passes to authenticated;

create function private.platforms_of(p_provider public.provider) returns public.platform[]
language sql immutable set search_path = '' as $$
  select case p_provider when 'slack' then '{slack}' when 'notion' then '{notion}' else '{gmail,calendar}' end::public.platform[]
$$;

create function private.sync_subject(p_connection uuid, p_platform public.platform) returns uuid
language sql immutable set search_path = '' as $$
  -- A Google connection has two platforms and so two schedules.
  select md5(p_connection::text || ':' || p_platform::text)::uuid
$$;

create function pipeline.schedule_sync(p_connection uuid) returns void
language plpgsql set search_path = '' as $$
declare
  v_connection public.platform_connections;
  v_tier public.tiers;
  v_platform public.platform;
begin
  select * into v_connection from public.platform_connections c where c.id = p_connection;
  select * into v_tier from public.tiers t where t.tier = private.tier_of(v_connection.user_id);
  foreach v_platform in array private.platforms_of(v_connection.provider) loop
    perform pipeline.set_schedule('discover_sources', private.sync_subject(v_connection.id, v_platform), v_connection.user_id,
      case when v_tier.sync_hourly then '{"frequency": "hourly"}'::jsonb
           else jsonb_build_object('frequency', 'daily', 'times', to_jsonb(v_tier.sync_times)) end,
      jsonb_build_object('connection_id', v_connection.id, 'platform', v_platform), v_platform::text,
      p_spread => '10 minutes', p_paused => v_connection.status <> 'active');
  end loop;
end $$;
comment on function pipeline.schedule_sync(uuid) is 'Sets when a connection''s platforms are synced, by the person''s tier and in their zone.';

create function private.reschedule_syncs() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform pipeline.schedule_sync(c.id) from public.platform_connections c where c.user_id = new.owner_id;
  return null;
end $$;
create trigger a_new_tier_syncs_at_its_own_times after update of tier on public.workspaces
  for each row when (old.tier is distinct from new.tier) execute function private.reschedule_syncs();

create function private.schedule_connection() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform pipeline.schedule_sync(new.id);
  return null;
end $$;
-- Also pauses the schedule while a connection waits to be reconnected.
create trigger connections_are_synced_on_schedule after insert or update of status on public.platform_connections
  for each row execute function private.schedule_connection();

create function private.forget_connection() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  delete from pipeline.schedules s where s.kind = 'discover_sources'
    and s.subject = any (select private.sync_subject(old.id, p) from unnest(private.platforms_of(old.provider)) p);
  return null;
end $$;
create trigger removed_connections_are_not_scheduled after delete on public.platform_connections
  for each row execute function private.forget_connection();

create function pipeline.sync_now(p_connection uuid, p_platform public.platform, p_priority int default 0)
returns table (ticket_id bigint, joined boolean)
language sql set search_path = '' as $$
  select e.* from public.platform_connections c
   cross join lateral pipeline.enqueue('discover_sources', jsonb_build_object('connection_id', c.id, 'platform', p_platform), c.user_id,
     p_platform::text, private.sync_subject(c.id, p_platform)::text, p_priority) e
   where c.id = p_connection
$$;
comment on function pipeline.sync_now(uuid, public.platform, int) is 'Asks for a sync at once; joined says that one was waiting already.';

create function pipeline.begin_sync(p_ticket bigint, p_lease uuid) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_ticket pipeline.work_tickets := pipeline.hold(p_ticket, p_lease);
  v_source public.sync_registry;
  v_connection public.platform_connections;
begin
  if v_ticket.payload ? 'source_id' then
    select * into v_source from public.sync_registry s
     where s.id = (v_ticket.payload ->> 'source_id')::uuid and s.user_id = v_ticket.user_id;
  end if;
  select * into v_connection from public.platform_connections c
   where c.id = coalesce(v_source.connection_id, (v_ticket.payload ->> 'connection_id')::uuid) and c.user_id = v_ticket.user_id;
  if v_connection.id is null or (v_ticket.payload ? 'source_id' and v_source.id is null) then
    perform private.raise_error('unknown_connection', 404, 'The connection or source of this sync does not exist any more.', 'Nothing is left to do.');
  end if;
  return jsonb_build_object(
    'connection', to_jsonb(v_connection),
    'source', case when v_source.id is not null then to_jsonb(v_source) end,
    'tokens', (select jsonb_build_object('access_token', t.access_token, 'refresh_token', t.refresh_token, 'expires_at', t.expires_at)
      from pipeline.connection_tokens t where t.connection_id = v_connection.id),
    'cursor', (select k.cursor from pipeline.sync_cursors k
      where k.connection_id = v_connection.id and k.platform = v_source.platform and k.unit = v_source.external_id),
    'tier', private.tier_of(v_connection.user_id));
end $$;
comment on function pipeline.begin_sync(bigint, uuid) is
  'What a sync ticket needs to begin: {connection, source, tokens (sealed), cursor, tier}. Raises unknown_connection when it was disconnected since.';

create function pipeline.finish_discovery(p_ticket bigint, p_lease uuid, p_sources jsonb, p_ranked text[]) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_ticket pipeline.work_tickets := pipeline.hold(p_ticket, p_lease);
  v_connection uuid := (v_ticket.payload ->> 'connection_id')::uuid;
  v_platform public.platform := (v_ticket.payload ->> 'platform')::public.platform;
  v_pass uuid;
  v_source record;
  v_added int := 0;
  v_discovered int;
  v_selected int;
begin
  perform pipeline.register_sources(v_connection, v_platform, p_sources);
  v_selected := pipeline.select_default_sources(v_connection, v_platform, p_ranked);

  -- A pass that is still open takes the news in; two at once would read the same channel twice.
  insert into public.sync_passes (user_id, connection_id, platform) values (v_ticket.user_id, v_connection, v_platform)
  on conflict (connection_id, platform) where ended_at is null do update set platform = excluded.platform
  returning id into v_pass;
  for v_source in
    select s.id from public.sync_registry s
     where s.connection_id = v_connection and s.platform = v_platform and s.selected and s.available
       and not exists (select from pipeline.work_tickets t where t.kind = 'sync_source' and t.dedupe_key = s.id::text)
     order by s.last_synced_at nulls first, s.name
  loop
    perform pipeline.enqueue('sync_source', jsonb_build_object('source_id', v_source.id, 'pass_id', v_pass), v_ticket.user_id,
      v_platform::text, v_source.id::text, v_ticket.priority);
    v_added := v_added + 1;
  end loop;
  update public.sync_passes p set sources_total = p.sources_total + v_added where p.id = v_pass;
  perform private.end_pass_if_done(v_pass);

  select count(*) into v_discovered from jsonb_array_elements(p_sources);
  perform pipeline.finish(jsonb_build_array(jsonb_build_object('id', p_ticket, 'lease', p_lease,
    'result', jsonb_build_object('discovered', v_discovered, 'selected_by_default', v_selected, 'syncing', v_added, 'pass_id', v_pass))));
  return jsonb_build_object('discovered', v_discovered, 'selected_by_default', v_selected, 'syncing', v_added, 'pass_id', v_pass);
end $$;
comment on function pipeline.finish_discovery(bigint, uuid, jsonb, text[]) is
  'Ends a discover_sources ticket: stores the discovery, selects defaults on a fresh connection, and opens a pass with one sync_source ticket a source.';

create function private.end_pass_if_done(p_pass uuid) returns void
language plpgsql set search_path = '' as $$
declare
  v_pass public.sync_passes;
begin
  update public.sync_passes p set ended_at = pipeline.now()
   where p.id = p_pass and p.ended_at is null and p.sources_done + p.sources_failed >= p.sources_total
  returning p.* into v_pass;
  if not found then return; end if;
  -- A platform of which nothing could be read was not synced, whatever the clock says.
  update public.platform_connections c set last_synced_at = v_pass.ended_at
   where c.id = v_pass.connection_id and v_pass.sources_done > 0;
  perform pipeline.log_activity(v_pass.user_id, 'platform_synced',
    format('Synced %s: %s items from %s of %s sources', v_pass.platform, v_pass.items_stored, v_pass.sources_done, v_pass.sources_total),
    jsonb_build_object('platform', v_pass.platform, 'items_synced', v_pass.items_stored, 'sources', v_pass.sources_total,
      'failed', v_pass.sources_failed), v_pass.id);
end $$;
comment on function private.end_pass_if_done(uuid) is 'Ends a pass whose sources have all ended, once, and tells it in the activity log.';

create function pipeline.store_page(p_ticket bigint, p_lease uuid, p_items jsonb, p_cursor jsonb) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_ticket pipeline.work_tickets := pipeline.hold(p_ticket, p_lease);
  v_source public.sync_registry;
  v_stored int;
  v_changed int;
begin
  select * into v_source from public.sync_registry s where s.id = (v_ticket.payload ->> 'source_id')::uuid and s.user_id = v_ticket.user_id;
  if not found then
    perform private.raise_error('unknown_connection', 404, 'The source of this sync does not exist any more.', 'Nothing is left to do.');
  end if;

  with items as (
    -- A page may hold an item twice (a reply that was also sent to the channel): the later one counts.
    select distinct on (x.container_id, x.item_id) x.*, left(x.content, 10000) as text
      from rows from (jsonb_to_recordset(p_items) as (
        container_id text, item_id text, content_type public.content_type, thread_id text, title text, content text, author text,
        author_id text, is_user_authored boolean, permalink text, metadata jsonb, source_timestamp timestamptz)) with ordinality
        as x(container_id, item_id, content_type, thread_id, title, content, author, author_id, is_user_authored, permalink, metadata, source_timestamp, nth)
     -- A fixed order, so that two syncs that share items lock them alike.
     order by x.container_id, x.item_id, x.nth desc
  ), hashed as (
    -- The hash covers what is stored, after the cap.
    select i.*, encode(sha256(convert_to(concat_ws(E'\x1f', coalesce(i.title, ''), i.text), 'UTF8')), 'hex') as hash from items i
  ), earlier as (
    insert into public.content_revisions (content_id, revision, user_id, title, content, content_hash, author)
    select c.id, c.revision, c.user_id, c.title, c.content, c.content_hash, c.author
      from hashed h join public.platform_content c
        on c.connection_id = v_source.connection_id and c.platform = v_source.platform and c.container_id = h.container_id and c.item_id = h.item_id
     where c.content_hash <> h.hash
    on conflict on constraint one_row_a_revision do nothing
    returning content_id
  ), stored as (
    insert into public.platform_content as c
      (user_id, connection_id, platform, container_id, item_id, content_type, thread_id, title, content, content_hash, author, author_id,
       is_user_authored, permalink, metadata, source_timestamp, expires_at)
    select v_source.user_id, v_source.connection_id, v_source.platform, h.container_id, h.item_id, h.content_type, h.thread_id, h.title, h.text,
           h.hash, h.author, h.author_id, coalesce(h.is_user_authored, false), h.permalink, coalesce(h.metadata, '{}'), h.source_timestamp,
           pipeline.now() + private.lifetime(v_source.platform)
      from hashed h
    on conflict on constraint one_row_an_item do update
      set revision = c.revision + (c.content_hash <> excluded.content_hash)::int,
          changed_at = case when c.content_hash <> excluded.content_hash or c.deleted_at is not null then pipeline.now() else c.changed_at end,
          content_type = excluded.content_type, thread_id = excluded.thread_id, title = excluded.title, content = excluded.content,
          content_hash = excluded.content_hash, author = excluded.author, author_id = excluded.author_id,
          is_user_authored = excluded.is_user_authored, permalink = excluded.permalink, metadata = excluded.metadata,
          source_timestamp = excluded.source_timestamp, fetched_at = pipeline.now(), deleted_at = null,
          -- What was retained as evidence stays retained.
          expires_at = case when c.retained then null else excluded.expires_at end
    returning c.id, c.changed_at = pipeline.now() as changed
  ), belonging as (
    insert into public.content_sources (content_id, source_id, user_id)
    select s.id, v_source.id, v_source.user_id from stored s
    on conflict on constraint an_item_belongs_to_a_source_once do nothing
  )
  select count(*), count(*) filter (where s.changed) into v_stored, v_changed from stored s;

  insert into pipeline.sync_cursors as k (connection_id, platform, unit, cursor)
  values (v_source.connection_id, v_source.platform, v_source.external_id, p_cursor)
  on conflict on constraint one_cursor_a_unit do update set cursor = excluded.cursor, updated_at = pipeline.now();

  return jsonb_build_object('stored', v_stored, 'changed', v_changed);
end $$;
comment on function pipeline.store_page(bigint, uuid, jsonb, jsonb) is
  'Stores a page of a source and the cursor behind it in one transaction, fenced by the lease. New text becomes a revision. Returns {stored, changed}.';

create function pipeline.finish_source(p_ticket bigint, p_lease uuid, p_result jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  v_ticket pipeline.work_tickets := pipeline.hold(p_ticket, p_lease);
begin
  update public.sync_registry s
     set last_synced_at = pipeline.now(), error = null, error_message = null, error_at = null,
         (item_count, source_latest_at) = (
           select count(*), max(c.source_timestamp) from public.content_sources m join public.platform_content c on c.id = m.content_id
            where m.source_id = s.id and c.deleted_at is null)
   where s.id = (v_ticket.payload ->> 'source_id')::uuid;
  perform pipeline.finish(jsonb_build_array(jsonb_build_object('id', p_ticket, 'lease', p_lease, 'result', p_result)));
end $$;
comment on function pipeline.finish_source(bigint, uuid, jsonb) is 'Ends a sync_source ticket: the source is fresh now and its error is gone. p_result: {items, changed, calls}.';

create function pipeline.sync_source_ended(p_ticket pipeline.work_tickets, p_outcome public.ticket_state, p_error jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  v_pass uuid := (p_ticket.payload ->> 'pass_id')::uuid;
begin
  if p_outcome = 'dead' then
    update public.sync_registry s
       set error = case when p_error ->> 'code' = any (enum_range(null::public.sync_error)::text[]) then (p_error ->> 'code')::public.sync_error else 'internal' end,
           error_message = left(coalesce(p_error ->> 'message', 'The sync ended without saying why.'), 500), error_at = pipeline.now()
     where s.id = (p_ticket.payload ->> 'source_id')::uuid;
  end if;
  update public.sync_passes p
     set sources_done = p.sources_done + (p_outcome = 'done')::int, sources_failed = p.sources_failed + (p_outcome <> 'done')::int,
         items_stored = p.items_stored + coalesce((p_ticket.progress ->> 'changed')::int, 0)
   where p.id = v_pass and p.ended_at is null;
  perform private.end_pass_if_done(v_pass);
end $$;
comment on function pipeline.sync_source_ended(pipeline.work_tickets, public.ticket_state, jsonb) is
  'on_ended of sync_source: the outcome of a source goes to its registry row and to the pass.';

insert into pipeline.ticket_kinds (kind, function_name, payload_shape, per_call, max_running, max_running_per_user, on_ended) values
  ('discover_sources', 'sync', '{"connection_id": "uuid", "platform": "text"}', 5, 50, 4, null),
  ('sync_source', 'sync', '{"source_id": "uuid", "pass_id": "uuid?"}', 5, 50, 4, 'pipeline.sync_source_ended');
