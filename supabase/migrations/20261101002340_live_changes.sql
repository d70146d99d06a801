-- Live changes: what a platform tells us by itself, between two syncs.
--
--   live_changes        events with their content (Slack), as they came; each is stored once, however often it is sent
--   live_change_readers which connections have yet to take an event in
--   live_threads        threads that have news which no event brought: the next sync of their channel reads them
--   live_deletions      what was deleted lately: neither a page read before nor an event that comes late brings it back
--
-- An event wakes nobody: it lies until a ticket of kind apply_live_changes takes all that came to its unit. Notifications without
-- content (Gmail's push, Calendar's channels, Notion's webhooks) end in pipeline.hint_live_change, which asks for a sync of the unit.
-- Whatever is lost on this way is found by the next sync: it makes content fresher, and nothing depends on it.

create table pipeline.live_changes (
  platform public.platform not null,
  event_id text not null,
  nth bigint not null generated always as identity,
  payload jsonb,
  received_at timestamptz not null default clock_timestamp(),
  constraint an_event_is_stored_once primary key (platform, event_id),
  constraint an_event_id_is_short check (length(event_id) between 1 and 200)
);
comment on table pipeline.live_changes is
  'Events of a platform. When everyone has taken one in, its payload goes at once and its id stays an hour, so that it is known when it is sent again.';
create index live_changes_by_age on pipeline.live_changes (received_at);
alter table pipeline.live_changes enable row level security;

create table pipeline.live_change_readers (
  connection_id uuid not null references public.platform_connections on delete cascade,
  platform public.platform not null,
  unit text not null,
  event_id text not null,
  constraint an_event_is_taken_in_once primary key (connection_id, platform, unit, event_id),
  constraint readers_wait_for_an_event foreign key (platform, event_id) references pipeline.live_changes on delete cascade
);
comment on table pipeline.live_change_readers is 'Connections that have yet to take an event in: all that sync the unit it is about.';
create index live_change_readers_of_an_event on pipeline.live_change_readers (platform, event_id);
alter table pipeline.live_change_readers enable row level security;

create table pipeline.live_deletions (
  connection_id uuid not null references public.platform_connections on delete cascade,
  platform public.platform not null,
  container_id text not null,
  item_id text not null,
  deleted_at timestamptz not null default clock_timestamp(),
  constraint an_item_is_deleted_once primary key (connection_id, platform, container_id, item_id)
);
comment on table pipeline.live_deletions is
  'Items of which an event said that they are deleted for good, kept two days: longer than any page or event that still shows them is under way.';
create index live_deletions_by_age on pipeline.live_deletions (deleted_at);
alter table pipeline.live_deletions enable row level security;

create table pipeline.live_threads (
  connection_id uuid not null references public.platform_connections on delete cascade,
  platform public.platform not null,
  unit text not null,
  thread_id text not null,
  noticed_at timestamptz not null default clock_timestamp(),
  constraint a_thread_is_noticed_once primary key (connection_id, platform, unit, thread_id)
);
comment on table pipeline.live_threads is
  'Threads of which an event told a newest reply that is not stored. A sync of the unit is handed them when it begins (begin_sync) and takes them off the list when it ends (finish_unit). Kept a day.';
create index live_threads_by_age on pipeline.live_threads (noticed_at);
alter table pipeline.live_threads enable row level security;

create index platform_connections_of_an_account on public.platform_connections (provider, account_id);

create function private.forget_what_all_have_read() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  -- Two who read at once wait for each other here, so that one of them sees that both are done.
  perform from pipeline.live_changes e where (e.platform, e.event_id) in (select g.platform, g.event_id from gone g)
   order by e.platform, e.event_id for no key update;
  update pipeline.live_changes e set payload = null
   where (e.platform, e.event_id) in (select g.platform, g.event_id from gone g) and e.payload is not null
     and not exists (select from pipeline.live_change_readers r where r.platform = e.platform and r.event_id = e.event_id);
  return null;
end $$;
comment on function private.forget_what_all_have_read() is 'An event''s content stays no longer than somebody has yet to read it, disconnecting included.';
create trigger content_of_events_goes_with_their_last_reader after delete on pipeline.live_change_readers
  referencing old table as gone for each statement execute function private.forget_what_all_have_read();

create function private.keep_deleted() returns trigger
language plpgsql set search_path = '' as $$
begin
  if exists (select from pipeline.live_deletions d where d.connection_id = new.connection_id and d.platform = new.platform
               and d.container_id = new.container_id and d.item_id = new.item_id) then
    return null;
  end if;
  return new;
end $$;
comment on function private.keep_deleted() is 'A message that Slack said is deleted does not come back: what still shows it was read, or sent, before.';
create trigger what_is_deleted_for_good_stays_deleted before insert on public.platform_content
  for each row when (new.platform = 'slack') execute function private.keep_deleted();

create function private.syncs_unit(p_connection uuid, p_platform public.platform, p_unit text) returns boolean
language sql stable set search_path = '' as $$
  select exists (select from public.sync_registry s
    where s.connection_id = p_connection and s.platform = p_platform and s.unit = p_unit and s.selected and s.available)
$$;
comment on function private.syncs_unit(uuid, public.platform, text) is 'Whether anything in this unit is selected.';

create function pipeline.hint_live_change(p_connection uuid, p_platform public.platform, p_unit text) returns boolean
language plpgsql set search_path = '' as $$
declare
  v_connection public.platform_connections;
begin
  select c.* into v_connection from public.platform_connections c
   where c.id = p_connection and c.status = 'active' and private.syncs_unit(c.id, p_platform, p_unit);
  if not found then return false; end if;
  -- Not by enqueue: a ticket that waits already belongs to its pass, which must not lose it.
  insert into pipeline.work_tickets (kind, payload, user_id, platform, dedupe_key, run_at)
  values ('sync_unit', jsonb_build_object('connection_id', p_connection, 'platform', p_platform, 'unit', p_unit), v_connection.user_id,
    p_platform::text, private.unit_key(p_connection, p_platform, p_unit), clock_timestamp() + interval '15 seconds')
  on conflict (kind, dedupe_key) where started_at is null and dedupe_key is not null do nothing;
  return found;
end $$;
comment on function pipeline.hint_live_change(uuid, public.platform, text) is
  'Something changed in this unit, a notification without content says: it is synced in 15 seconds, once for all hints until then. For Gmail (unit "mailbox"), Calendar (the calendar''s id) and Notion ("workspace"). Returns whether a sync was added.';

create function pipeline.hint_account(p_provider public.provider, p_accounts text[], p_platform public.platform) returns int
language sql set search_path = '' as $$
  with units as materialized (
    select distinct s.connection_id, s.unit
      from public.platform_connections c join public.sync_registry s on s.connection_id = c.id
     where c.provider = p_provider and c.account_id = any (p_accounts) and s.platform = p_platform and s.selected and s.available
  )
  select count(*) filter (where pipeline.hint_live_change(u.connection_id, p_platform, u.unit))::int from units u
$$;
comment on function pipeline.hint_account(public.provider, text[], public.platform) is
  'The platform left events of this account out: all of it is synced. Returns how many syncs were added.';

create function pipeline.hint_discovery(p_provider public.provider, p_accounts text[], p_platform public.platform, p_source text, p_person text default null)
returns int
language sql set search_path = '' as $$
  with concerned as materialized (
    -- Renaming a channel all day long does not buy a sync every minute.
    select c.id, c.user_id,
           greatest(interval '1 minute', private.last_pass_at(c.id, p_platform) + interval '15 minutes' - pipeline.now()) as delay
      from public.platform_connections c
      join public.sync_registry s on s.connection_id = c.id and s.platform = p_platform and s.external_id = p_source and s.selected
     where c.provider = p_provider and c.account_id = any (p_accounts) and c.status = 'active'
       and (p_person is null or p_person in (c.metadata ->> 'bot_user_id', c.metadata ->> 'authed_user_id'))
  )
  select count(e.ticket_id)::int
    from concerned c
   cross join lateral pipeline.enqueue('discover_sources', jsonb_build_object('connection_id', c.id, 'platform', p_platform), c.user_id,
     p_platform::text, private.sync_subject(c.id, p_platform)::text, 1, c.delay) e
$$;
comment on function pipeline.hint_discovery(public.provider, text[], public.platform, text, text) is
  'A selected source was renamed, closed, or (p_person: who connected, or our bot) left: the sources are listed again, in a minute and at most four times an hour. Returns how many connections have it.';

create function pipeline.account_revoked(p_provider public.provider, p_accounts text[], p_at timestamptz, p_reason text, p_people text[] default null) returns int
language sql set search_path = '' as $$
  with concerned as materialized (
    select c.id from public.platform_connections c
     where c.provider = p_provider and c.account_id = any (p_accounts)
       -- A notice of the grant before this one changes nothing.
       and c.connected_at <= p_at
       and (p_people is null or coalesce(c.metadata ->> 'bot_user_id', c.metadata ->> 'authed_user_id') = any (p_people))
  )
  select count(*) filter (where pipeline.needs_reauth(c.id, p_reason))::int from concerned c
$$;
comment on function pipeline.account_revoked(public.provider, text[], timestamptz, text, text[]) is
  'The provider says that our access to an account ended at p_at: for everyone, or for those whose tokens belong to p_people. Returns how many connections now need to be reconnected.';

create function pipeline.receive_live_change(
  p_provider public.provider, p_accounts text[], p_platform public.platform, p_unit text, p_event_id text, p_payload jsonb
) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_connection record;
  v_stored boolean := false;
  v_readers int := 0;
  v_hinted int := 0;
begin
  for v_connection in
    select distinct c.id, c.user_id
      from public.platform_connections c
      join public.sync_registry s on s.connection_id = c.id and s.platform = p_platform and s.unit = p_unit and s.selected and s.available
     where c.provider = p_provider and c.account_id = any (p_accounts) and c.status = 'active'
     order by c.id
  loop
    -- What is too large to keep, or more than a unit's ticket takes in, is left to a sync: no flood fills the table.
    if p_payload is null or (
      select count(*) from (select from pipeline.live_change_readers r
         where r.connection_id = v_connection.id and r.platform = p_platform and r.unit = p_unit limit 1000) w) >= 1000
    then
      perform pipeline.hint_live_change(v_connection.id, p_platform, p_unit);
      v_hinted := v_hinted + 1;
      continue;
    end if;
    if not v_stored then
      insert into pipeline.live_changes (platform, event_id, payload) values (p_platform, p_event_id, p_payload) on conflict do nothing;
      exit when not found;
      v_stored := true;
    end if;
    insert into pipeline.live_change_readers (connection_id, platform, unit, event_id) values (v_connection.id, p_platform, p_unit, p_event_id);
    perform pipeline.enqueue('apply_live_changes', jsonb_build_object('connection_id', v_connection.id, 'platform', p_platform, 'unit', p_unit),
      v_connection.user_id, p_platform::text, private.unit_key(v_connection.id, p_platform, p_unit), 1, interval '3 seconds');
    v_readers := v_readers + 1;
  end loop;
  return jsonb_build_object('readers', v_readers, 'hinted', v_hinted);
end $$;
comment on function pipeline.receive_live_change(public.provider, text[], public.platform, text, text, jsonb) is
  'An event came (p_payload null: one too large to keep). Every connection of the account that syncs its unit takes it in three seconds after the first that waits. Known events, and those about what nobody syncs, are not stored. Returns {readers, hinted}.';

create function pipeline.take_live_changes(p_ticket bigint, p_lease uuid) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_ticket pipeline.work_tickets := pipeline.hold(p_ticket, p_lease);
  v_connection public.platform_connections;
  v_platform public.platform := (v_ticket.payload ->> 'platform')::public.platform;
  v_unit text := v_ticket.payload ->> 'unit';
  v_events jsonb;
begin
  select c.* into v_connection from public.platform_connections c
   where c.id = (v_ticket.payload ->> 'connection_id')::uuid and c.user_id = v_ticket.user_id;
  if not found then
    perform private.raise_error('unknown_connection', 404, 'The connection of this sync does not exist any more.', 'Nothing is left to do.');
  end if;
  if not private.syncs_unit(v_connection.id, v_platform, v_unit) then
    -- Deselected since: what came meanwhile is nobody's.
    delete from pipeline.live_change_readers r where r.connection_id = v_connection.id and r.platform = v_platform and r.unit = v_unit;
  end if;
  -- A batch that fits into an isolate, whatever was sent.
  select coalesce(jsonb_agg(jsonb_build_object('event_id', w.event_id, 'payload', w.payload) order by w.nth), '[]') into v_events
    from (select e.event_id, e.payload, e.nth, sum(octet_length(e.payload::text)) over (order by e.nth) as bytes, row_number() over (order by e.nth) as place
            from pipeline.live_change_readers r join pipeline.live_changes e on e.platform = r.platform and e.event_id = r.event_id
           where r.connection_id = v_connection.id and r.platform = v_platform and r.unit = v_unit) w
   where w.place = 1 or (w.place <= 200 and w.bytes <= 2000000);
  return jsonb_build_object('connection', jsonb_build_object('id', v_connection.id, 'metadata', v_connection.metadata), 'events', v_events);
end $$;
comment on function pipeline.take_live_changes(bigint, uuid) is
  'The events that wait for this ticket''s unit, oldest first, as many as fit into one turn: {connection {id, metadata}, events [{event_id, payload}]}. They wait until store_live_changes names them. Raises unknown_connection.';

create function private.live_items(p_connection uuid, p_platform public.platform, p_page jsonb) returns int
language sql stable set search_path = '' as $$
  select count(distinct c.id)::int
    from jsonb_to_recordset(coalesce(p_page -> 'items', '[]') || coalesce(p_page -> 'gone', '[]')) as x(container_id text, item_id text)
    join public.platform_content c
      on c.connection_id = p_connection and c.platform = p_platform and c.container_id = x.container_id and c.item_id = x.item_id and c.deleted_at is null
$$;
comment on function private.live_items(uuid, public.platform, jsonb) is 'How many of the items that a page names are stored and not deleted.';

create function pipeline.store_live_changes(p_ticket bigint, p_lease uuid, p_page jsonb, p_event_ids text[]) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_ticket pipeline.work_tickets := pipeline.hold(p_ticket, p_lease);
  v_connection uuid := (v_ticket.payload ->> 'connection_id')::uuid;
  v_platform public.platform := (v_ticket.payload ->> 'platform')::public.platform;
  v_unit text := v_ticket.payload ->> 'unit';
  v_result jsonb := jsonb_build_object('stored', 0, 'changed', 0, 'deleted', 0);
  v_live int;
begin
  perform from public.platform_connections c where c.id = v_connection and c.user_id = v_ticket.user_id for key share;
  if not found then
    perform private.raise_error('unknown_connection', 404, 'The connection of this sync does not exist any more.', 'Nothing is left to do.');
  end if;
  if private.syncs_unit(v_connection, v_platform, v_unit) then
    insert into pipeline.live_deletions (connection_id, platform, container_id, item_id)
    select distinct v_connection, v_platform, g.container_id, g.item_id
      from jsonb_to_recordset(coalesce(p_page -> 'gone', '[]')) as g(container_id text, item_id text) order by 3, 4
    on conflict on constraint an_item_is_deleted_once do nothing;
    v_live := private.live_items(v_connection, v_platform, p_page);
    v_result := private.apply_page(v_connection, v_platform, v_ticket.user_id, p_ticket,
      jsonb_build_object('items', coalesce(p_page -> 'items', '[]'), 'gone', coalesce(p_page -> 'gone', '[]')));
    -- By what came and went: counting a channel's whole history every three seconds is a sync's work. A unit with live changes is one source.
    v_live := private.live_items(v_connection, v_platform, p_page) - v_live;
    update public.sync_registry s set source_latest_at = greatest(s.source_latest_at, i.latest_at), item_count = greatest(0, s.item_count + v_live)
      from (select max(x.source_timestamp) as latest_at from jsonb_to_recordset(coalesce(p_page -> 'items', '[]')) as x(source_timestamp timestamptz)) i
     where s.connection_id = v_connection and s.platform = v_platform and s.unit = v_unit and s.selected
       and (v_live <> 0 or i.latest_at > coalesce(s.source_latest_at, '-infinity'));

    insert into pipeline.live_threads (connection_id, platform, unit, thread_id)
    select distinct v_connection, v_platform, v_unit, t.thread_id
      from jsonb_to_recordset(coalesce(p_page -> 'threads', '[]')) as t(thread_id text, latest_reply text)
     where not exists (select from public.platform_content c
       where c.connection_id = v_connection and c.platform = v_platform and c.container_id = v_unit and c.item_id = t.latest_reply)
     order by 4
    on conflict on constraint a_thread_is_noticed_once do update set noticed_at = clock_timestamp();
    if found then
      perform pipeline.hint_live_change(v_connection, v_platform, v_unit);
    end if;
  end if;
  delete from pipeline.live_change_readers r
   where r.connection_id = v_connection and r.platform = v_platform and r.unit = v_unit and r.event_id = any (p_event_ids);
  return v_result;
end $$;
comment on function pipeline.store_live_changes(bigint, uuid, jsonb, text[]) is
  'Stores what events came to ({items, gone} of connector.ts, and threads [{thread_id, latest_reply}]: one whose newest reply is not stored is read by a sync) and takes those events off the list in one transaction, fenced by the lease. Never touches a cursor. Returns {stored, changed, deleted}.';


create function pipeline.live_changes_ended(p_ticket pipeline.work_tickets, p_outcome public.ticket_state, p_error jsonb) returns void
language plpgsql set search_path = '' as $$
begin
  if p_outcome = 'done' then return; end if;
  -- Events that could not be taken in must not fail the next ones too; a sync brings what they were about.
  delete from pipeline.live_change_readers r
   where r.connection_id = (p_ticket.payload ->> 'connection_id')::uuid and r.platform = (p_ticket.payload ->> 'platform')::public.platform
     and r.unit = p_ticket.payload ->> 'unit';
  perform pipeline.hint_live_change((p_ticket.payload ->> 'connection_id')::uuid, (p_ticket.payload ->> 'platform')::public.platform, p_ticket.payload ->> 'unit');
end $$;
comment on function pipeline.live_changes_ended(pipeline.work_tickets, public.ticket_state, jsonb) is
  'on_ended of apply_live_changes: what it could not take in is left to a sync.';

create function private.sweep_live_changes() returns int
language plpgsql set search_path = '' as $$
declare
  v_known int;
begin
  delete from pipeline.live_changes e
   where e.received_at < clock_timestamp() - interval '1 hour' and (e.payload is null or e.received_at < clock_timestamp() - interval '1 day');
  get diagnostics v_known = row_count;
  delete from pipeline.live_deletions d where d.deleted_at < clock_timestamp() - interval '2 days';
  delete from pipeline.live_threads t where t.noticed_at < clock_timestamp() - interval '1 day';
  return v_known;
end $$;
comment on function private.sweep_live_changes() is
  'Forgets the ids of events after an hour (platforms send again for some minutes), events that nobody could take in after a day, threads that no sync read after a day, deletions after two. Returns how many events.';

insert into pipeline.ticket_kinds (kind, function_name, payload_shape, per_call, max_running, max_running_per_user, on_ended) values
  ('apply_live_changes', 'sync', '{"connection_id": "uuid", "platform": "text", "unit": "text"}', 10, 50, 4, 'pipeline.live_changes_ended');
