-- A sync that a person asks for: of a whole platform, at most so often, or of sources just selected.

create table pipeline.manual_syncs (
  connection_id uuid not null references public.platform_connections on delete cascade,
  platform public.platform not null,
  asked_at timestamptz not null,
  ticket_id bigint not null,
  constraint one_row_a_platform primary key (connection_id, platform)
);
comment on table pipeline.manual_syncs is 'When a person last started a sync by hand: the floor between two of them counts from here.';
alter table pipeline.manual_syncs enable row level security;

create function private.join_sync(p_connection public.platform_connections, p_platform public.platform) returns bigint
language plpgsql set search_path = '' as $$
declare
  v_key text := private.sync_subject(p_connection.id, p_platform)::text;
  v_ticket pipeline.work_tickets;
  v_pass uuid;
  v_id bigint;
begin
  -- The one that has begun first: behind it nothing new is needed.
  select * into v_ticket from pipeline.work_tickets t
   where t.kind = 'discover_sources' and t.dedupe_key = v_key order by t.started_at nulls last limit 1 for update;
  if v_ticket.state = 'queued' then
    -- A person waits for it now: it is no scheduled run any more, which may find that it comes too soon.
    update pipeline.work_tickets t set schedule_id = null, slot_at = null where t.id = v_ticket.id;
    perform pipeline.sync_now(p_connection.id, p_platform);
    return v_ticket.id;
  end if;
  select p.id into v_pass from public.sync_passes p where p.connection_id = p_connection.id and p.platform = p_platform and p.ended_at is null;
  if v_pass is null then
    -- A scheduled listing that is about to end as too soon brings no sync to join.
    if v_ticket.slot_at is not null and private.last_pass_at(p_connection.id, p_platform) > pipeline.now()
         - (select t.sync_min_interval from public.tiers t where t.tier = private.tier_of(p_connection.user_id)) then
      return null;
    end if;
    return v_ticket.id;
  end if;

  update pipeline.work_tickets t set priority = 0
   where t.user_id = p_connection.user_id and t.kind = 'sync_unit' and t.state = 'queued' and t.priority > 0 and t.payload ->> 'pass_id' = v_pass::text;
  if found then perform pipeline.wake_function('sync', false); end if;
  -- The ticket to follow is the one that began it: the manual one, or any that is at work for it.
  select coalesce(v_ticket.id,
      (select m.ticket_id from pipeline.manual_syncs m join public.sync_passes p on p.id = v_pass and m.asked_at <= p.started_at
        where m.connection_id = p_connection.id and m.platform = p_platform
          and not exists (select from public.sync_passes o where o.connection_id = m.connection_id and o.platform = m.platform
            and o.started_at > m.asked_at and o.started_at < p.started_at)),
      (select min(t.id) from pipeline.work_tickets t where t.user_id = p_connection.user_id and t.kind = 'sync_unit' and t.payload ->> 'pass_id' = v_pass::text))
    into v_id;
  return v_id;
end $$;
comment on function private.join_sync(public.platform_connections, public.platform) is
  'The ticket of the sync that waits or runs already, hurried on for the person who asks; null when there is none.';

create function pipeline.request_sync(p_user uuid, p_provider public.provider, p_platform public.platform default null) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_connection public.platform_connections;
  v_floor interval;
  v_platform public.platform;
  v_ticket bigint;
  v_asked_at timestamptz;
  v_tickets jsonb := '[]';
  v_waits jsonb := '{}';
  v_seconds int;
begin
  -- Two calls at once follow each other: the second one joins.
  perform pg_advisory_xact_lock(hashtextextended('request_sync:' || p_user::text, 0));
  v_connection := private.connection_of(p_user, p_provider);
  if not coalesce(p_platform = any (private.granted_platforms(v_connection)), true) then
    perform private.raise_error('unknown_platform', 422, format('%s has no platform "%s".', initcap(p_provider::text), p_platform),
      format('It has: %s.', array_to_string(private.granted_platforms(v_connection), ', ')));
  end if;
  if v_connection.status = 'needs_reauth' then
    perform private.raise_error('needs_reauth', 409, format('%s no longer lets us read %s.', initcap(p_provider::text), v_connection.account_name),
      'Reconnect it; nothing that was synced is lost.');
  end if;
  select t.manual_sync_min_interval into v_floor from public.tiers t where t.tier = private.tier_of(p_user);

  foreach v_platform in array case when p_platform is null then private.granted_platforms(v_connection) else array[p_platform] end loop
    v_ticket := private.join_sync(v_connection, v_platform);
    if v_ticket is not null then
      v_tickets := v_tickets || jsonb_build_object('ticket_id', v_ticket, 'platform', v_platform, 'joined', true);
      continue;
    end if;
    select m.asked_at into v_asked_at from pipeline.manual_syncs m where m.connection_id = v_connection.id and m.platform = v_platform;
    if v_asked_at > pipeline.now() - v_floor then
      v_waits := v_waits || jsonb_build_object(v_platform, ceil(extract(epoch from v_asked_at + v_floor - pipeline.now()))::int);
      continue;
    end if;
    select s.ticket_id into v_ticket from pipeline.sync_now(v_connection.id, v_platform) s;
    insert into pipeline.manual_syncs as m (connection_id, platform, asked_at, ticket_id) values (v_connection.id, v_platform, pipeline.now(), v_ticket)
    on conflict on constraint one_row_a_platform do update set asked_at = excluded.asked_at, ticket_id = excluded.ticket_id;
    v_tickets := v_tickets || jsonb_build_object('ticket_id', v_ticket, 'platform', v_platform, 'joined', false);
  end loop;

  if v_tickets = '[]' then
    select min(w.value::int) into v_seconds from jsonb_each_text(v_waits) w;
    perform private.raise_error('sync_too_soon', 429,
      format('You synced this less than %s minutes ago.', greatest(1, round(extract(epoch from v_floor) / 60))),
      format('Try again in %s seconds. Scheduled syncs go on by themselves.', v_seconds),
      jsonb_build_object('retry_after_seconds', v_seconds, 'tier', private.tier_of(p_user))::text);
  end if;
  return jsonb_build_object('tickets', v_tickets, 'too_soon', v_waits);
end $$;
comment on function pipeline.request_sync(uuid, public.provider, public.platform) is
  'A person asks for a sync at once, of one platform or all of a provider. One that waits or runs is joined. Raises not_connected, unknown_platform, needs_reauth, sync_too_soon. Returns {tickets: [{ticket_id, platform, joined}], too_soon: {platform: seconds}}.';

create function private.sync_sources(
  p_connection public.platform_connections, p_platform public.platform, p_sources uuid[], p_priority int default 0
) returns int
language plpgsql set search_path = '' as $$
declare
  v_pass uuid;
  v_unit record;
  v_key text;
  v_units int := 0;
  v_sources int := 0;
begin
  if cardinality(p_sources) = 0 or p_connection.status <> 'active' then return 0; end if;
  -- A pass that is open takes them in.
  insert into public.sync_passes (user_id, connection_id, platform) values (p_connection.user_id, p_connection.id, p_platform)
  on conflict (connection_id, platform) where ended_at is null do update set platform = excluded.platform
  returning id into v_pass;
  for v_unit in
    select s.unit, count(*)::int as sources from public.sync_registry s
     where s.connection_id = p_connection.id and s.platform = p_platform and s.selected and s.available
       and s.unit in (select n.unit from public.sync_registry n where n.id = any (p_sources))
     group by s.unit order by min(s.rank) nulls last, s.unit
  loop
    v_key := private.unit_key(p_connection.id, p_platform, v_unit.unit);
    -- One that waits and counts in this pass already is joined; any other is one more.
    if not exists (select from pipeline.work_tickets t
        where t.kind = 'sync_unit' and t.dedupe_key = v_key and t.state = 'queued' and t.payload ->> 'pass_id' = v_pass::text) then
      v_units := v_units + 1;
      v_sources := v_sources + v_unit.sources;
    end if;
    perform private.enqueue_unit(p_connection, p_platform, v_unit.unit, v_pass, p_priority);
  end loop;
  update public.sync_passes p set units_total = p.units_total + v_units, sources_total = p.sources_total + v_sources where p.id = v_pass;
  perform private.end_pass_if_done(v_pass);
  return (select count(*)::int from public.sync_registry s where s.id = any (p_sources) and s.selected and s.available);
end $$;
comment on function private.sync_sources(public.platform_connections, public.platform, uuid[], int) is
  'Syncs sources that were just selected, without a new listing. Not counted as a manual sync. Returns how many.';
