-- What an agent's tools read beside search: what is there, item by item, and how the person's pipeline is doing. All of it
-- only reads, for one person, and content comes from the sources that the caller names and from no other.

create function pipeline.source_overview(p_user uuid, p_sources uuid[], p_until timestamptz default null) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object(
      'source_id', s.id, 'platform', s.platform, 'name', s.name, 'kind', s.kind, 'synced_at', s.last_synced_at,
      'error', s.error, 'items', n.items, 'newest_at', n.newest_at, 'oldest_at', n.oldest_at) order by s.platform, s.name, s.id), '[]')
    from public.sync_registry s
   cross join lateral (
     select count(*)::int as items, max(c.source_timestamp) as newest_at, min(c.source_timestamp) as oldest_at
       from public.content_sources m join public.platform_content c on c.id = m.content_id
      where m.source_id = s.id and c.user_id = p_user and c.deleted_at is null
        and (c.retained or c.expires_at is null or c.expires_at > pipeline.now()) and (p_until is null or c.source_timestamp < p_until)) n
   where s.user_id = p_user and s.id = any (p_sources)
$$;
comment on function pipeline.source_overview(uuid, uuid[], timestamptz) is
  'The person''s own among these sources: [{source_id, platform, name, kind, synced_at, error, items, newest_at, oldest_at}].';

create function pipeline.browse_content(
  p_user uuid, p_sources uuid[], p_platform public.platform default null, p_thread_of uuid default null, p_author text default null,
  p_since timestamptz default null, p_until timestamptz default null, p_offset int default 0, p_limit int default 20
) returns jsonb
language sql stable set search_path = '' as $$
  with anchor as (
    -- A thread is its platform's own: the item that names it must itself be in reach.
    select c.connection_id, c.platform, c.container_id, coalesce(c.thread_id, c.item_id) as thread
      from public.platform_content c
     where c.id = p_thread_of and c.user_id = p_user
       and exists (select from public.content_sources m where m.content_id = c.id and m.source_id = any (p_sources))
  ), there as materialized (
    select c.id, c.source_timestamp from public.platform_content c
     where c.user_id = p_user and c.deleted_at is null
       and (c.retained or c.expires_at is null or c.expires_at > pipeline.now())
       and exists (select from public.content_sources m where m.content_id = c.id and m.source_id = any (p_sources))
       and (p_platform is null or c.platform = p_platform)
       and (p_author is null or strpos(lower(c.author), lower(p_author)) > 0)
       and (p_since is null or c.source_timestamp >= p_since)
       and (p_until is null or c.source_timestamp < p_until)
       and (p_thread_of is null or exists (select from anchor a
         where a.connection_id = c.connection_id and a.platform = c.platform and a.container_id = c.container_id
           and a.thread in (c.thread_id, c.item_id)))
  ), page as (
    select t.id from there t order by t.source_timestamp desc, t.id
     limit least(greatest(p_limit, 1), 50) offset greatest(p_offset, 0)
  )
  select jsonb_build_object('total', (select count(*) from there), 'items', coalesce((
    select jsonb_agg(jsonb_build_object('id', c.id, 'revision', c.revision, 'content_hash', c.content_hash, 'platform', c.platform,
        'source_name', (select min(s.name) from public.content_sources m join public.sync_registry s on s.id = m.source_id
           where m.content_id = c.id and m.source_id = any (p_sources)),
        'content_type', c.content_type, 'thread_id', c.thread_id, 'title', c.title, 'content', c.content, 'author', c.author,
        'permalink', c.permalink, 'source_timestamp', c.source_timestamp, 'metadata', c.metadata)
      order by c.source_timestamp desc, c.id)
      from page p join public.platform_content c on c.id = p.id), '[]'))
$$;
comment on function pipeline.browse_content(uuid, uuid[], public.platform, uuid, text, timestamptz, timestamptz, int, int) is
  'A page of a person''s content in these sources, newest first: {total, items}. By platform, by the thread of an item, by a part of the author''s name, by time (until: exclusive); at most 50 a page.';

create function pipeline.system_state(p_user uuid, p_sources uuid[], p_scope text default 'full') returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_strip_nulls(jsonb_build_object(
    'at', pipeline.now(),
    'sync', case when p_scope in ('full', 'sync') then coalesce((
      select jsonb_agg(jsonb_build_object(
          'platform', s ->> 'platform', 'status', s ->> 'status', 'last_synced_at', s -> 'last_synced_at', 'next_sync_at', s -> 'next_sync_at',
          'sources', s -> 'source_count', 'stale_sources', s -> 'stale_count', 'syncing', jsonb_typeof(s -> 'syncing') is not distinct from 'object',
          -- By name only those that the caller may read: a name can be as private as what is said there.
          'in_reach', coalesce((select jsonb_agg(jsonb_build_object('name', r ->> 'resource_name', 'last_synced_at', r -> 'last_synced_at',
              'items', r -> 'item_count', 'status', r ->> 'status', 'problem', r ->> 'last_error_category') order by r ->> 'resource_name')
            from jsonb_array_elements(s -> 'resources') r where (r ->> 'source_id')::uuid = any (p_sources)), '[]')))
        from pipeline.sync_status(p_user) s where s ->> 'status' <> 'disconnected'), '[]') end,
    'signals', case when p_scope in ('full', 'signals') then jsonb_build_object(
      'last_pass_at', (select max(a.created_at) from public.activity_log a where a.user_id = p_user and a.event_type = 'signal_processed'),
      'latest', coalesce((
        select jsonb_agg(jsonb_build_object('type', h.signal_type, 'at', h.last_triggered_at) order by h.last_triggered_at desc) from (
          select g.signal_type, g.last_triggered_at from public.signal_history g
           where g.user_id = p_user order by g.last_triggered_at desc limit 10) h), '[]')) end,
    'deliverables', case when p_scope in ('full', 'deliverables') then coalesce((
      select jsonb_agg(jsonb_build_object('title', d.title, 'type', d.deliverable_type, 'status', d.status, 'next_run_at', d.due_at,
          'last_version', d.last_version) order by d.created_at) from (
        select e.title, e.deliverable_type, e.status, e.created_at,
               (select k.due_at from pipeline.schedules k where k.kind = 'generate_deliverable' and k.subject = e.id) as due_at,
               (select jsonb_build_object('number', v.version_number, 'status', v.status, 'at', coalesce(v.delivered_at, v.generated_at, v.created_at),
                  'problem', v.failure ->> 'code')
                  from public.deliverable_versions v where v.deliverable_id = e.id and v.version_number is not null
                 order by v.version_number desc limit 1) as last_version
          from public.deliverables e where e.user_id = p_user and e.status in ('active', 'paused')
         order by e.created_at limit 30) d), '[]') end))
$$;
comment on function pipeline.system_state(uuid, uuid[], text) is
  'A person''s pipeline for the agent: {at, sync, signals, deliverables}, or one of them by p_scope. Sources are named only when they are in p_sources.';
