-- F1 in SQL: when a platform is synced, a pass over its sources, and the one fenced way to store a page.

create table public.sync_passes (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users on delete cascade,
  connection_id uuid not null references public.platform_connections on delete cascade,
  platform public.platform not null,
  units_total int not null default 0,
  units_ended int not null default 0,
  sources_total int not null default 0,
  sources_done int not null default 0,
  sources_failed int not null default 0,
  items_stored int not null default 0,
  started_at timestamptz not null default pipeline.now(),
  ended_at timestamptz,
  constraint a_pass_that_ended_has_done_all check (ended_at is null or units_ended >= units_total)
);
comment on table public.sync_passes is 'One pass over the selected sources of a platform: how far it is, and in the end what it brought. One open pass per connection and platform.';
comment on column public.sync_passes.units_total is 'Tickets of the pass: one a channel or calendar, one for a whole mailbox or Notion workspace.';
create unique index one_open_pass_a_platform on public.sync_passes (connection_id, platform) where ended_at is null;
create index sync_passes_of_a_person on public.sync_passes (user_id, started_at desc);
alter table public.sync_passes enable row level security;
create policy "People see their syncs" on public.sync_passes for select to authenticated using (user_id = (select auth.uid()));
grant select on public.sync_passes to authenticated;

create function private.platforms_of(p_provider public.provider) returns public.platform[]
language sql immutable set search_path = '' as $$
  select case p_provider when 'slack' then '{slack}' when 'notion' then '{notion}' else '{gmail,calendar}' end::public.platform[]
$$;

create function private.granted_platforms(p_connection public.platform_connections) returns public.platform[]
language sql stable set search_path = '' as $$
  -- Who let us read the mail and not the calendar has no calendar to sync, and none that is overdue.
  select array(select p from unnest(private.platforms_of(p_connection.provider)) p
    where coalesce(p_connection.metadata -> 'platforms' ? p::text, true) order by p)
$$;
comment on function private.granted_platforms(public.platform_connections) is 'What a connection can sync with the consent that was given (metadata.platforms; nothing said: all of the provider''s).';

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
  delete from pipeline.schedules s where s.kind = 'discover_sources'
     and s.subject = any (select private.sync_subject(v_connection.id, p) from unnest(private.platforms_of(v_connection.provider)) p
       where p <> all (private.granted_platforms(v_connection)));
  foreach v_platform in array private.granted_platforms(v_connection) loop
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
create trigger connections_are_synced_on_schedule after insert or update of status, metadata on public.platform_connections
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

create function private.unit_key(p_connection uuid, p_platform public.platform, p_unit text) returns text
language sql immutable set search_path = '' as $$
  select concat_ws(':', p_connection, p_platform, p_unit)
$$;
comment on function private.unit_key(uuid, public.platform, text) is 'Names a unit in dedupe keys: one ticket of a kind waits for it at a time.';

create function private.last_pass_at(p_connection uuid, p_platform public.platform) returns timestamptz
language sql stable set search_path = '' as $$
  select max(p.started_at) from public.sync_passes p
   where p.connection_id = p_connection and p.platform = p_platform and (p.ended_at is null or p.sources_done > 0 or p.sources_total = 0)
$$;
comment on function private.last_pass_at(uuid, public.platform) is 'When the last pass began that is under way or brought something; a pass in which all failed does not count.';

create function pipeline.begin_sync(p_ticket bigint, p_lease uuid) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_ticket pipeline.work_tickets := pipeline.hold(p_ticket, p_lease);
  v_connection public.platform_connections;
  v_platform public.platform := (v_ticket.payload ->> 'platform')::public.platform;
  v_tier public.tiers;
  v_sources jsonb;
begin
  select * into v_connection from public.platform_connections c
   where c.id = (v_ticket.payload ->> 'connection_id')::uuid and c.user_id = v_ticket.user_id;
  if not found then
    perform private.raise_error('unknown_connection', 404, 'The connection of this sync does not exist any more.', 'Nothing is left to do.');
  end if;
  select * into v_tier from public.tiers t where t.tier = private.tier_of(v_connection.user_id);
  if v_ticket.payload ? 'unit' then
    select coalesce(jsonb_agg(jsonb_build_object('external_id', s.external_id, 'kind', s.kind, 'name', s.name, 'metadata', s.metadata)
             order by s.rank nulls last, s.external_id), '[]') into v_sources
      from public.sync_registry s
     -- Also what the last discovery missed: the connector looks whether it was deleted, and its content goes with it.
     where s.connection_id = v_connection.id and s.platform = v_platform and s.unit = v_ticket.payload ->> 'unit' and s.selected;
  end if;
  return jsonb_build_object(
    'connection', to_jsonb(v_connection),
    'platform', v_platform,
    'unit', case when v_sources is not null then jsonb_build_object('id', v_ticket.payload ->> 'unit', 'sources', v_sources,
      'threads', (select coalesce(jsonb_agg(t.thread_id order by t.thread_id), '[]') from pipeline.live_threads t
        where t.connection_id = v_connection.id and t.platform = v_platform and t.unit = v_ticket.payload ->> 'unit')) end,
    'tokens', (select jsonb_build_object('access_token', t.access_token, 'refresh_token', t.refresh_token, 'expires_at', t.expires_at)
      from pipeline.connection_tokens t where t.connection_id = v_connection.id),
    'cursor', (select k.cursor from pipeline.sync_cursors k
      where k.connection_id = v_connection.id and k.platform = v_platform and k.unit = v_ticket.payload ->> 'unit'),
    'tier', v_tier.tier,
    'notion_rows_per_pass', v_tier.notion_rows_per_pass,
    -- A slot that comes soon after another pass (a manual one, a late one) has nothing new to bring.
    'too_soon', v_ticket.slot_at is not null and coalesce(private.last_pass_at(v_connection.id, v_platform) > pipeline.now() - v_tier.sync_min_interval, false));
end $$;
comment on function pipeline.begin_sync(bigint, uuid) is
  'What a sync ticket needs to begin: {connection, platform, unit {id, sources, threads (with news that no event brought)}, tokens (sealed), cursor, tier, notion_rows_per_pass, too_soon}. Raises unknown_connection when it was disconnected since.';

create function pipeline.stored_items(p_connection uuid, p_platform public.platform, p_container text, p_ids text[])
returns table (item_id text, sources text[], metadata jsonb, edited_at timestamptz, source_timestamp timestamptz, deleted boolean)
language sql stable set search_path = '' as $$
  select c.item_id, array(select r.external_id from public.content_sources m join public.sync_registry r on r.id = m.source_id where m.content_id = c.id order by 1),
         c.metadata, c.edited_at, c.source_timestamp, c.deleted_at is not null
    from public.platform_content c
   where c.connection_id = p_connection and c.platform = p_platform and c.container_id = p_container and c.item_id = any (p_ids)
$$;
comment on function pipeline.stored_items(uuid, public.platform, text, text[]) is 'What is stored of these items of a container; unknown ids are left out. A connector asks before it fetches.';

create function private.enqueue_unit(p_connection public.platform_connections, p_platform public.platform, p_unit text, p_pass uuid, p_priority int) returns bigint
language sql set search_path = '' as $$
  select e.ticket_id from pipeline.enqueue('sync_unit',
    jsonb_strip_nulls(jsonb_build_object('connection_id', p_connection.id, 'platform', p_platform, 'unit', p_unit, 'pass_id', p_pass)),
    p_connection.user_id, p_platform::text, private.unit_key(p_connection.id, p_platform, p_unit), p_priority) e
$$;

create function pipeline.finish_discovery(p_ticket bigint, p_lease uuid, p_sources jsonb, p_ranked text[]) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_ticket pipeline.work_tickets := pipeline.hold(p_ticket, p_lease);
  v_connection public.platform_connections;
  v_platform public.platform := (v_ticket.payload ->> 'platform')::public.platform;
  v_pass uuid;
  v_unit record;
  v_units int := 0;
  v_syncing int := 0;
  v_discovered int;
  v_selected int;
  v_result jsonb;
begin
  perform pipeline.register_sources((v_ticket.payload ->> 'connection_id')::uuid, v_platform, p_sources, p_ranked);
  v_selected := pipeline.select_default_sources((v_ticket.payload ->> 'connection_id')::uuid, v_platform);
  select * into v_connection from public.platform_connections c where c.id = (v_ticket.payload ->> 'connection_id')::uuid;

  -- A pass that is still open takes the news in; two at once would read the same channel twice.
  insert into public.sync_passes (user_id, connection_id, platform) values (v_ticket.user_id, v_connection.id, v_platform)
  on conflict (connection_id, platform) where ended_at is null do update set platform = excluded.platform
  returning id into v_pass;
  for v_unit in
    select s.unit, count(*) filter (where s.available)::int as sources from public.sync_registry s
     -- A page of Notion that is not found any more is looked for once more; a channel that is gone has nobody to ask.
     where s.connection_id = v_connection.id and s.platform = v_platform and s.selected and (s.available or s.platform = 'notion')
       and not exists (select from pipeline.work_tickets t where t.kind = 'sync_unit' and t.dedupe_key = private.unit_key(s.connection_id, s.platform, s.unit))
     group by s.unit order by min(s.last_synced_at) nulls first, min(s.rank), s.unit
  loop
    perform private.enqueue_unit(v_connection, v_platform, v_unit.unit, v_pass, v_ticket.priority);
    v_units := v_units + 1;
    v_syncing := v_syncing + v_unit.sources;
  end loop;
  update public.sync_passes p set units_total = p.units_total + v_units, sources_total = p.sources_total + v_syncing where p.id = v_pass;
  perform private.end_pass_if_done(v_pass);

  select count(*) into v_discovered from jsonb_array_elements(p_sources);
  v_result := jsonb_build_object('discovered', v_discovered, 'selected_by_default', v_selected, 'syncing', v_syncing, 'pass_id', v_pass);
  perform pipeline.finish(jsonb_build_array(jsonb_build_object('id', p_ticket, 'lease', p_lease, 'result', v_result)));
  return v_result;
end $$;
comment on function pipeline.finish_discovery(bigint, uuid, jsonb, text[]) is
  'Ends a discover_sources ticket: stores the discovery, selects defaults on a fresh connection, and opens a pass with one sync_unit ticket a unit.';

create function private.end_pass_if_done(p_pass uuid) returns void
language plpgsql set search_path = '' as $$
declare
  v_pass public.sync_passes;
begin
  update public.sync_passes p set ended_at = pipeline.now()
   where p.id = p_pass and p.ended_at is null and p.units_ended >= p.units_total
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
comment on function private.end_pass_if_done(uuid) is 'Ends a pass whose units have all ended, once, and tells it in the activity log.';

create function pipeline.store_page(p_ticket bigint, p_lease uuid, p_page jsonb) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_ticket pipeline.work_tickets := pipeline.hold(p_ticket, p_lease);
  v_connection uuid := (v_ticket.payload ->> 'connection_id')::uuid;
  v_platform public.platform := (v_ticket.payload ->> 'platform')::public.platform;
  v_unit text := v_ticket.payload ->> 'unit';
  v_result jsonb;
begin
  -- The row lock keeps a disconnect from passing between the check and the write.
  perform from public.platform_connections c where c.id = v_connection and c.user_id = v_ticket.user_id for key share;
  if not found then
    perform private.raise_error('unknown_connection', 404, 'The connection of this sync does not exist any more.', 'Nothing is left to do.');
  end if;
  v_result := private.apply_page(v_connection, v_platform, v_ticket.user_id, p_ticket, p_page);

  update public.sync_registry s set error = f.error, error_message = left(f.message, 500), error_at = pipeline.now(), failed_ticket_id = p_ticket
    from jsonb_to_recordset(coalesce(p_page -> 'failed', '[]')) as f(source text, error public.sync_error, message text)
   where s.connection_id = v_connection and s.platform = v_platform and s.unit = v_unit and s.external_id = f.source;
  if p_page ? 'progress' then
    update public.sync_registry s
       set progress_percent = (p_page #>> '{progress,percent}')::float8::smallint,
           ready_at = pipeline.now() + make_interval(secs => (p_page #>> '{progress,secondsLeft}')::float8)
     where s.connection_id = v_connection and s.platform = v_platform and s.unit = v_unit and s.selected;
  end if;
  if jsonb_array_length(coalesce(p_page -> 'enumerated', '[]')) > 0 then
    perform private.count_held_deletions(v_connection, v_platform, v_unit);
  end if;

  insert into pipeline.sync_cursors as k (connection_id, platform, unit, cursor)
  values (v_connection, v_platform, v_unit, p_page -> 'cursor')
  on conflict on constraint one_cursor_a_unit do update set cursor = excluded.cursor, updated_at = pipeline.now();
  return v_result;
end $$;
comment on function pipeline.store_page(bigint, uuid, jsonb) is
  'Stores a page (Page of connector.ts) of a unit and the cursor behind it in one transaction, fenced by the lease. Returns {stored, changed, deleted}.';

create function pipeline.finish_unit(p_ticket bigint, p_lease uuid, p_result jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  v_ticket pipeline.work_tickets := pipeline.hold(p_ticket, p_lease);
begin
  update public.sync_registry s
     set progress_percent = null, ready_at = null,
         last_synced_at = case when s.failed_ticket_id = p_ticket then s.last_synced_at else pipeline.now() end,
         error = case when s.failed_ticket_id = p_ticket then s.error end,
         error_message = case when s.failed_ticket_id = p_ticket then s.error_message end,
         error_at = case when s.failed_ticket_id = p_ticket then s.error_at end,
         (item_count, source_latest_at) = (
           select count(*), max(c.source_timestamp) from public.content_sources m join public.platform_content c on c.id = m.content_id
            where m.source_id = s.id and c.deleted_at is null)
   where s.connection_id = (v_ticket.payload ->> 'connection_id')::uuid and s.platform = (v_ticket.payload ->> 'platform')::public.platform
     and s.unit = v_ticket.payload ->> 'unit' and s.selected and s.available;
  -- What was noticed while it ran may have come too late for it.
  delete from pipeline.live_threads t
   where t.connection_id = (v_ticket.payload ->> 'connection_id')::uuid and t.platform = (v_ticket.payload ->> 'platform')::public.platform
     and t.unit = v_ticket.payload ->> 'unit' and t.noticed_at < v_ticket.started_at;
  perform pipeline.finish(jsonb_build_array(jsonb_build_object('id', p_ticket, 'lease', p_lease, 'result', p_result)));
end $$;
comment on function pipeline.finish_unit(bigint, uuid, jsonb) is
  'Ends a sync_unit ticket: its sources are fresh now and their errors gone, but for those that this ticket found failing. p_result: {pages, items, changed, deleted}.';

create function pipeline.sync_unit_ended(p_ticket pipeline.work_tickets, p_outcome public.ticket_state, p_error jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  v_pass uuid := (p_ticket.payload ->> 'pass_id')::uuid;
  v_sources int;
  v_done int;
begin
  if p_outcome = 'dead' then
    update public.sync_registry s
       set error = case when p_error ->> 'code' = any (enum_range(null::public.sync_error)::text[]) then (p_error ->> 'code')::public.sync_error else 'internal' end,
           error_message = left(coalesce(p_error ->> 'message', 'The sync ended without saying why.'), 500), error_at = pipeline.now(),
           failed_ticket_id = p_ticket.id, progress_percent = null, ready_at = null
     where s.connection_id = (p_ticket.payload ->> 'connection_id')::uuid and s.platform = (p_ticket.payload ->> 'platform')::public.platform
       and s.unit = p_ticket.payload ->> 'unit' and s.selected;
  end if;
  select count(*), count(*) filter (where p_outcome = 'done' and s.failed_ticket_id is distinct from p_ticket.id) into v_sources, v_done
    from public.sync_registry s
   where s.connection_id = (p_ticket.payload ->> 'connection_id')::uuid and s.platform = (p_ticket.payload ->> 'platform')::public.platform
     and s.unit = p_ticket.payload ->> 'unit' and s.selected and s.available;
  update public.sync_passes p
     set units_ended = p.units_ended + 1, sources_done = p.sources_done + v_done, sources_failed = p.sources_failed + v_sources - v_done,
         items_stored = p.items_stored + coalesce((p_ticket.progress ->> 'changed')::int, 0)
   where p.id = v_pass and p.ended_at is null;
  perform private.end_pass_if_done(v_pass);
end $$;
comment on function pipeline.sync_unit_ended(pipeline.work_tickets, public.ticket_state, jsonb) is
  'on_ended of sync_unit: the outcome of a unit goes to the registry rows of its sources and to the pass.';

-- A unit mostly waits for its platform, and its meter says how fast that may be asked. With few seats the channels of a person would
-- wait for each other, and their mail and calendars for the channels, while the minute that a platform allows goes by unused.
insert into pipeline.ticket_kinds (kind, function_name, payload_shape, per_call, max_running, max_running_per_user, on_ended) values
  ('discover_sources', 'sync', '{"connection_id": "uuid", "platform": "text"}', 5, 50, 4, null),
  ('sync_unit', 'sync', '{"connection_id": "uuid", "platform": "text", "unit": "text", "pass_id": "uuid?"}', 6, 120, 16, 'pipeline.sync_unit_ended');
