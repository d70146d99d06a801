-- Whether each platform of a person is synced as it should be, for the person and for operators. A sync that silently does not happen
-- is the fault that nobody reports: an expected slot that passed without a successful pass is noticed here.

create type public.sync_condition as enum (
  'healthy', 'pending', 'degraded', 'failing', 'overdue', 'nothing_selected', 'needs_reauth'
);
comment on type public.sync_condition is
  'Worst first wins: needs_reauth, overdue (an expected sync did not happen), failing (every source), nothing_selected, pending (never synced yet), degraded (some sources), healthy.';

create index sync_passes_that_ended on public.sync_passes (connection_id, platform, ended_at desc) where ended_at is not null;

create table pipeline.sync_outages (
  connection_id uuid not null references public.platform_connections on delete cascade,
  platform public.platform not null,
  since timestamptz not null,
  noticed_at timestamptz not null default pipeline.now(),
  told_at timestamptz,
  constraint one_outage_a_platform primary key (connection_id, platform)
);
comment on table pipeline.sync_outages is
  'Platforms of connections that are overdue. since: the expected slot that passed first. A row lives as long as its outage, so that the person is told once.';
alter table pipeline.sync_outages enable row level security;

create function private.sync_timing(p_user uuid default null) returns table (
  user_id uuid, connection_id uuid, provider public.provider, platform public.platform, connected_at timestamptz,
  last_success_at timestamptz, next_sync_at timestamptz, overdue_since timestamptz
)
language sql stable set search_path = '' as $$
  select c.user_id, c.id, c.provider, p.platform, c.connected_at, s.ended_at,
         case when c.status = 'active' then k.due_at end,
         case when c.status = 'active' and not coalesce(chose.none, false)
                and e.slot + coalesce(k.due_at - k.next_slot_at, '0') + interval '30 minutes' < pipeline.now()
                -- Under way and getting on is not overdue, however long a first sync takes.
                and not exists (select from public.sync_passes o
                  join pipeline.sync_cursors u on u.connection_id = o.connection_id and u.platform = o.platform and u.updated_at > pipeline.now() - interval '2 hours'
                 where o.connection_id = c.id and o.platform = p.platform and o.ended_at is null)
              then e.slot end
    from public.platform_connections c
   cross join lateral unnest(private.granted_platforms(c)) p(platform)
    join public.tiers t on t.tier = private.tier_of(c.user_id)
    left join pipeline.schedules k on k.kind = 'discover_sources' and k.subject = private.sync_subject(c.id, p.platform)
    left join lateral (
      select o.started_at, o.ended_at from public.sync_passes o
       where o.connection_id = c.id and o.platform = p.platform and o.ended_at is not null and (o.sources_done > 0 or o.sources_total = 0)
       order by o.ended_at desc limit 1) s on true
    left join lateral (
      select not bool_or(r.selected) as none from public.sync_registry r where r.connection_id = c.id and r.platform = p.platform) chose on true
   -- Slots soon after a success bring nothing new and are let pass (begin_sync: too_soon).
   cross join lateral (select greatest(s.started_at + t.sync_min_interval, c.connected_at) as since) b
   cross join lateral (
     select case
         -- No schedule, or one that stands still though the connection works: the very fault to notice.
         when k.next_slot_at is null then b.since + interval '1 day'
         when k.last_slot_at >= b.since then least(k.last_slot_at, pipeline.next_slot(k.rule, b.since - interval '1 microsecond'))
         when k.next_slot_at < pipeline.now() then greatest(k.next_slot_at, pipeline.next_slot(k.rule, b.since - interval '1 microsecond')) end as slot) e
   where p_user is null or c.user_id = p_user
$$;
comment on function private.sync_timing(uuid) is
  'When each platform was last and is next synced, and since which expected slot it is overdue: half an hour of grace after the slot and its offset. Of one person, or of all.';

create function private.sync_health(p_user uuid) returns table (
  connection_id uuid, provider public.provider, platform public.platform, account_name text, condition public.sync_condition,
  what_to_do text, last_success_at timestamptz, next_sync_at timestamptz, overdue_since timestamptz, syncing jsonb,
  selected int, failing int, held_deletions int, problems jsonb
)
language sql stable set search_path = '' as $$
  select t.connection_id, t.provider, t.platform, c.account_name, x.condition,
         case x.condition
           when 'needs_reauth' then private.sync_advice('needs_reauth')
           when 'overdue' then 'Sync it by hand. If that fails too, an operator sees it; nothing that was synced is lost.'
           when 'failing' then 'See the problems of its sources.'
           when 'degraded' then 'See the problems of its sources.'
           when 'nothing_selected' then 'Select sources.'
           when 'pending' then 'Nothing to do: its first sync is on its way.' end,
         t.last_success_at, t.next_sync_at, t.overdue_since, y.syncing, r.selected, r.failing, r.held_deletions,
         case when l.error is not null then jsonb_build_array(l.error) || r.problems else r.problems end
    from private.sync_timing(p_user) t
    join public.platform_connections c on c.id = t.connection_id
   cross join lateral (
     select count(*)::int as selected, count(s.error)::int as failing, coalesce(sum(s.held_deletions), 0)::int as held_deletions,
            coalesce(jsonb_agg(jsonb_build_object('source_id', s.id, 'source', s.name, 'category', s.error, 'message', s.error_message,
              'what_to_do', private.sync_advice(s.error), 'since', s.error_at) order by s.error_at, s.name) filter (where s.error is not null), '[]') as problems
       from public.sync_registry s where s.connection_id = t.connection_id and s.platform = t.platform and s.selected) r
    left join lateral (
     select jsonb_build_object('since', o.started_at, 'sources_total', o.sources_total, 'sources_done', o.sources_done, 'sources_failed', o.sources_failed,
              'items_stored', o.items_stored,
              'percent', case when o.sources_total > 0 then least(99, (100 * (o.sources_done + o.sources_failed) + coalesce(g.percent, 0)) / o.sources_total) end,
              'ready_at', g.ready_at, 'waiting_for', g.waiting_for) as syncing
       from public.sync_passes o
      cross join lateral (
        select (select sum(s.progress_percent)::int from public.sync_registry s where s.connection_id = o.connection_id and s.platform = o.platform and s.selected) as percent,
               (select max(s.ready_at) from public.sync_registry s where s.connection_id = o.connection_id and s.platform = o.platform and s.selected) as ready_at,
               (select w.waiting_for || jsonb_build_object('until', w.run_at) from pipeline.work_tickets w
                 where w.user_id = c.user_id and w.kind = 'sync_unit' and w.state = 'queued' and w.waiting_for is not null
                   and w.payload ->> 'connection_id' = o.connection_id::text and w.payload ->> 'platform' = o.platform::text
                 order by w.run_at limit 1) as waiting_for) g
      where o.connection_id = t.connection_id and o.platform = t.platform and o.ended_at is null) y on true
    left join lateral (
     -- The listing itself may fail, and then no source can say why.
     select jsonb_build_object('source_id', null, 'source', null, 'category', k.category, 'message', e.error ->> 'message',
              'what_to_do', private.sync_advice(k.category), 'since', e.ended_at) as error
       from pipeline.work_execution_log e
      cross join lateral (select case when e.error ->> 'code' = any (enum_range(null::public.sync_error)::text[])
        then (e.error ->> 'code')::public.sync_error else 'internal' end as category) k
      where e.user_id = t.user_id and e.kind = 'discover_sources' and e.dedupe_key = private.sync_subject(t.connection_id, t.platform)::text
        and e.outcome = 'dead' and e.ended_at > pg_catalog.now() - interval '7 days'
        and not exists (select from pipeline.work_execution_log d
          where d.user_id = e.user_id and d.kind = e.kind and d.dedupe_key = e.dedupe_key and d.outcome = 'done' and d.ended_at > e.ended_at)
      order by e.ended_at desc limit 1) l on true
   cross join lateral (
     select case
         when c.status = 'needs_reauth' then 'needs_reauth'
         when t.overdue_since is not null then 'overdue'
         when l.error is not null or (r.selected > 0 and r.failing = r.selected) then 'failing'
         when r.selected = 0 and exists (select from public.sync_registry s where s.connection_id = t.connection_id and s.platform = t.platform) then 'nothing_selected'
         when t.last_success_at is null then 'pending'
         when r.failing > 0 then 'degraded'
         else 'healthy' end::public.sync_condition as condition) x
$$;
comment on function private.sync_health(uuid) is 'The health of each platform of a person.';

create function pipeline.sync_health(p_user uuid) returns setof jsonb
language sql stable set search_path = '' as $$
  select to_jsonb(h) from private.sync_health(p_user) h order by h.platform
$$;
comment on function pipeline.sync_health(uuid) is
  'The health of each platform of a person: condition, what to do, last success, next sync, overdue since, what is under way, problems with category, message and what to do.';

create function private.my_sync_health() returns setof jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  -- An assistant that signed in through OAuth sees no connections, and so nothing of their health.
  if private.is_the_person() then
    return query select pipeline.sync_health((select auth.uid()));
  end if;
end $$;
grant execute on function private.my_sync_health() to authenticated;

create function public.sync_health() returns setof jsonb
language sql stable set search_path = '' as $$
  select private.my_sync_health()
$$;
comment on function public.sync_health() is 'The health of each of one''s own connected platforms; see pipeline.sync_health.';
grant execute on function public.sync_health() to authenticated;

create function pipeline.sync_status(p_user uuid, p_provider public.provider default null) returns setof jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
      'platform', p.platform,
      'connected', c.status = 'active' and c.id is not null,
      'last_synced_at', r.last_synced_at,
      'next_sync_at', h.next_sync_at,
      'source_count', r.sources,
      'status', case
        when c.id is null or c.status <> 'active' then 'disconnected'
        when h.overdue_since is not null or r.stale > 0 then 'stale'
        when h.last_success_at is null and r.last_synced_at is null then 'pending'
        else 'healthy' end,
      'stale_count', r.stale,
      'syncing', h.syncing,
      'resources', r.resources,
      'content', i.content)
    from unnest(enum_range(null::public.platform)) p(platform)
    left join public.platform_connections c on c.user_id = p_user and c.provider = private.provider_of(p.platform)
    left join private.sync_health(p_user) h on h.connection_id = c.id and h.platform = p.platform
    left join public.tiers t on t.tier = private.tier_of(p_user)
   cross join lateral (
     select count(*)::int as sources, max(s.last_synced_at) as last_synced_at, count(*) filter (where f.freshness = 'stale')::int as stale,
            coalesce(jsonb_agg(jsonb_build_object('resource_id', s.external_id, 'resource_name', s.name, 'source_id', s.id, 'last_synced_at', s.last_synced_at,
              'item_count', s.item_count, 'has_cursor', k.unit is not null, 'status', f.freshness,
              'last_error', s.error_message, 'last_error_category', s.error, 'last_error_at', s.error_at) order by s.name), '[]') as resources
       from public.sync_registry s
       left join pipeline.sync_cursors k on k.connection_id = s.connection_id and k.platform = s.platform and k.unit = s.unit
      cross join lateral (
        -- As old as the schedule lets it become is fresh or recent; what the last pass should have refreshed and did not is stale.
        select case
            when s.last_synced_at is null then case when s.error is null then 'never_synced' else 'unknown' end
            when s.last_synced_at >= pipeline.now() - t.sync_min_interval then 'fresh'
            when s.error is not null or h.overdue_since is not null then 'stale'
            else 'recent' end as freshness) f
      where s.connection_id = c.id and s.platform = p.platform and s.selected) r
   cross join lateral (
     select jsonb_build_object('total_items', count(*), 'retained_items', count(*) filter (where n.retained),
              'ephemeral_items', count(*) filter (where not n.retained), 'freshest_at', max(n.source_timestamp)) as content
       from public.platform_content n where n.user_id = p_user and n.platform = p.platform and n.deleted_at is null) i
   where p_provider is null or p_provider = private.provider_of(p.platform)
   order by p.platform
$$;
comment on function pipeline.sync_status(uuid, public.provider) is
  'One row a platform, connected or not: when it was and will be synced, its selected sources with their freshness, and how much content it has.';

create function private.background_jobs(p_user uuid) returns table (
  job_type public.activity_event, last_run_at timestamptz, last_run_status text, last_run_summary text, items_processed int
)
language sql stable set search_path = '' as $$
  select j.event, l.at,
         case when l.at is null then 'never_run' when r.failed then 'failed' else 'success' end,
         case when j.event = 'scheduler_heartbeat' and l.at is not null then format('%s jobs, %s of them late', r.rows, r.late) else r.summary end,
         r.items
    from (values ('platform_synced', false, interval '30 minutes'), ('signal_processed', false, '0'), ('memory_written', false, '0'),
            ('session_summary_written', false, '0'), ('pattern_detected', false, '0'), ('conversation_analyzed', false, '0'),
            ('deliverable_run', false, '0'), ('content_cleanup', true, '0'), ('scheduler_heartbeat', true, '0')
         ) v(event, is_everyones, together)
   -- A platform_synced row is one platform: those of the last half hour are one run. The others are what one statement wrote.
   cross join lateral (select v.event::public.activity_event as event) j
   cross join lateral (
     select greatest(
       (select max(a.created_at) from public.activity_log a where a.user_id = p_user and a.event_type = j.event),
       case when v.is_everyones then (select max(a.created_at) from public.activity_log a where a.user_id is null and a.event_type = j.event) end) as at) l
   cross join lateral (
     select count(*)::int as rows, count(*) filter (where (a.metadata ->> 'late')::boolean)::int as late,
            bool_or(a.metadata ->> 'status' = 'failed' or coalesce(a.metadata -> 'error', 'null') <> 'null' or coalesce((a.metadata ->> 'late')::boolean, false)
              or coalesce((a.metadata ->> 'sources')::int > 0 and (a.metadata ->> 'failed')::int >= (a.metadata ->> 'sources')::int, false)) as failed,
            left(string_agg(a.summary, '; ' order by a.created_at desc, a.id desc), 500) as summary,
            sum(coalesce((a.metadata ->> 'items_synced')::int, (a.metadata ->> 'items_processed')::int))::int as items
       from public.activity_log a
      where a.event_type = j.event and a.created_at between l.at - v.together and l.at
        and (a.user_id = p_user or (v.is_everyones and a.user_id is null))) r
$$;
comment on function private.background_jobs(uuid) is
  'The last run of each kind of background work for a person: of platform_synced the half hour before the newest row, of the others the newest. What runs for everyone (clean-up, heartbeat) counts for each.';

create function pipeline.system_status(p_user uuid) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'platform_sync', (select jsonb_agg(s) from pipeline.sync_status(p_user) s),
    'background_jobs', (select jsonb_agg(to_jsonb(j) order by j.job_type) from private.background_jobs(p_user) j),
    'tier', t.tier,
    'sync_frequency', case when t.sync_hourly then 'hourly' else cardinality(t.sync_times) || 'x_daily' end)
    from public.tiers t where t.tier = private.tier_of(p_user)
$$;
comment on function pipeline.system_status(uuid) is 'A person''s pipeline at a glance: {platform_sync: a row a platform, background_jobs: a row a kind of work, tier, sync_frequency}.';

create function pipeline.watch_syncs() returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_over int;
  v_noticed int;
  v_told int;
begin
  with late as materialized (
    select t.* from private.sync_timing() t where t.overdue_since is not null
  ), over as (
    delete from pipeline.sync_outages o
     where not exists (select from late l where l.connection_id = o.connection_id and l.platform = o.platform)
    returning 1
  ), noticed as (
    insert into pipeline.sync_outages (connection_id, platform, since)
    select l.connection_id, l.platform, l.overdue_since from late l
    on conflict on constraint one_outage_a_platform do nothing
    returning 1
  )
  select (select count(*) from over), (select count(*) from noticed) into v_over, v_noticed;

  with silent as (
    select o.connection_id, o.platform, c.user_id, c.account_name,
           coalesce((select max(p.ended_at) from public.sync_passes p
             where p.connection_id = o.connection_id and p.platform = o.platform and (p.sources_done > 0 or p.sources_total = 0)), c.connected_at) as since
      from pipeline.sync_outages o join public.platform_connections c on c.id = o.connection_id
     where o.told_at is null
  ), telling as (
    update pipeline.sync_outages o set told_at = pipeline.now()
      from silent s
     where o.connection_id = s.connection_id and o.platform = s.platform and s.since < pipeline.now() - interval '1 day'
    returning o.connection_id, o.platform, s.user_id, s.account_name, s.since
  ), told as (
    -- Gmail and Calendar of one grant that fail together are one message.
    insert into public.notifications (user_id, urgency, message, context)
    select t.user_id, 'high',
           format('%s (%s) could not be synced since %s. We go on trying, and nothing that was synced is lost; what is new there is missing here.',
             string_agg(initcap(t.platform::text), ' and ' order by t.platform), left(t.account_name, 100),
             to_char(min(t.since) at time zone private.timezone_of(t.user_id), 'YYYY-MM-DD HH24:MI')),
           jsonb_build_object('connection_id', t.connection_id, 'platforms', jsonb_agg(t.platform order by t.platform), 'since', min(t.since))
      from telling t group by t.user_id, t.connection_id, t.account_name
    returning 1
  )
  select count(*) into v_told from told;
  return jsonb_build_object('noticed', v_noticed, 'over', v_over, 'told', v_told);
end $$;
comment on function pipeline.watch_syncs() is
  'Every ten minutes: notices platforms whose expected sync did not happen and those that recovered, and tells a person, once an outage, after a day without a successful sync. Returns {noticed, over, told}.';
