-- Choosing sources: what a person may choose from, the choice as one write, what a smaller plan takes away, and what a larger one can add.

create function private.provider_of(p_platform public.platform) returns public.provider
language sql immutable set search_path = '' as $$
  select case p_platform when 'slack' then 'slack' when 'notion' then 'notion' else 'google' end::public.provider
$$;

create function private.sources_of(p_platform public.platform) returns text
language sql immutable set search_path = '' as $$
  select case p_platform when 'slack' then 'Slack channels' when 'gmail' then 'Gmail labels' when 'calendar' then 'calendars'
    else 'Notion pages and databases' end
$$;
comment on function private.sources_of(public.platform) is 'What the sources of a platform are called in sentences to people.';

create function private.selection_limit(p_user uuid, p_platform public.platform) returns int
language sql stable set search_path = '' as $$
  select private.source_limit(p_user, case p_platform when 'slack' then 'channel' when 'gmail' then 'label' when 'calendar' then 'calendar'
    else 'page' end::public.source_kind)
$$;
comment on function private.selection_limit(uuid, public.platform) is 'How many sources of a platform a person may select; null means no limit.';

create function private.connection_of(p_user uuid, p_provider public.provider) returns public.platform_connections
language plpgsql stable set search_path = '' as $$
declare
  v_connection public.platform_connections;
begin
  select * into v_connection from public.platform_connections c where c.user_id = p_user and c.provider = p_provider;
  if not found then
    perform private.raise_error('not_connected', 404, format('%s is not connected.', initcap(p_provider::text)), 'Connect it first.');
  end if;
  return v_connection;
end $$;
comment on function private.connection_of(uuid, public.provider) is 'A person''s connection of a provider. Raises not_connected.';

create function private.sync_advice(p_error public.sync_error) returns text
language sql immutable set search_path = '' as $$
  select case p_error
    when 'needs_reauth' then 'Reconnect the platform. Nothing that was synced is lost.'
    when 'access_denied' then 'Give us access to it again at the platform, or deselect it.'
    when 'not_found' then 'It no longer exists at the platform. Deselect it.'
    when 'rate_limited' then 'Nothing to do: the platform asks us to go slower, and the sync goes on by itself.'
    when 'provider_down' then 'Nothing to do: the platform failed, and the next sync tries again.'
    when 'internal' then 'Nothing to do: the fault is ours, an operator sees it, and the next sync tries again.'
  end
$$;
comment on function private.sync_advice(public.sync_error) is 'What a person can do about a source that is not synced.';

create function pipeline.list_sources(p_user uuid, p_platform public.platform) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_connection public.platform_connections := private.connection_of(p_user, private.provider_of(p_platform));
  v_limit int := private.selection_limit(p_user, p_platform);
begin
  return (
    with listed as (
      select s.*, row_number() over (order by (s.available and s.rank is not null) desc, s.rank) as place
        from public.sync_registry s
       -- What is gone from the platform is listed only while it is selected, so that it can be deselected.
       where s.connection_id = v_connection.id and s.platform = p_platform and (s.available or s.selected)
    )
    select jsonb_build_object(
      'platform', p_platform,
      'connection_status', v_connection.status,
      'limit', v_limit,
      'selected', count(*) filter (where l.selected and l.available),
      'can_add_more', v_limit is null or count(*) filter (where l.selected and l.available) < v_limit,
      -- False before the first discovery has ended.
      'listed', count(*) > 0,
      'sources', coalesce(jsonb_agg(jsonb_build_object(
        'id', l.id, 'external_id', l.external_id, 'kind', l.kind, 'name', l.name, 'metadata', l.metadata, 'available', l.available,
        'selected', l.selected, 'selected_by', l.selected_by,
        'recommended', l.available and l.rank is not null and (v_limit is null or l.place <= v_limit),
        'item_count', l.item_count, 'last_synced_at', l.last_synced_at, 'source_latest_at', l.source_latest_at,
        'held_deletions', l.held_deletions,
        'progress', case when l.progress_percent is not null or l.ready_at is not null
          then jsonb_build_object('percent', l.progress_percent, 'ready_at', l.ready_at) end,
        'error', case when l.error is not null then jsonb_build_object('category', l.error, 'message', l.error_message, 'since', l.error_at,
          'what_to_do', private.sync_advice(l.error)) end)
        order by l.selected desc, l.rank nulls last, l.name), '[]'))
      from listed l);
end $$;
comment on function pipeline.list_sources(uuid, public.platform) is
  'A person''s sources of a platform, the selected first, with what we would choose (recommended), the plan''s limit, progress and errors. Raises not_connected.';

create function pipeline.select_sources(p_user uuid, p_platform public.platform, p_ids text[]) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_connection public.platform_connections;
  v_limit int;
  v_unknown text[];
  v_chosen uuid[];
  v_before uuid[];
  v_asked int;
  v_added jsonb;
  v_removed jsonb;
  v_syncing int := 0;
begin
  v_connection := private.connection_of(p_user, private.provider_of(p_platform));
  -- The same lock as every selection's, so that two at once follow each other whole.
  perform pg_advisory_xact_lock(hashtextextended('selection:' || p_user::text, 0));
  if not exists (select from public.sync_registry s where s.connection_id = v_connection.id and s.platform = p_platform) then
    perform private.raise_error('sources_not_listed', 409, format('Your %s are not listed yet.', private.sources_of(p_platform)),
      'Their first listing is under way. Try again in a minute; nothing was changed.');
  end if;

  select array_agg(distinct i) into v_unknown from unnest(p_ids) i
   where not exists (select from public.sync_registry s
     where s.connection_id = v_connection.id and s.platform = p_platform and (s.available or s.selected) and i in (s.id::text, s.external_id));
  if v_unknown is not null then
    perform private.raise_error('unknown_source', 404,
      format('You have no such %s: %s.', private.sources_of(p_platform), array_to_string(v_unknown[:10], ', ')),
      'Read your sources again and send only ids from that list. Nothing was changed.', jsonb_build_object('unknown', v_unknown)::text);
  end if;
  select coalesce(array_agg(s.id), '{}'), count(*) filter (where s.available) into v_chosen, v_asked
    from public.sync_registry s
   where s.connection_id = v_connection.id and s.platform = p_platform and (s.available or s.selected)
     and (s.id::text = any (p_ids) or s.external_id = any (p_ids));
  v_limit := private.selection_limit(p_user, p_platform);
  if v_asked > v_limit then
    perform private.raise_error('source_limit_reached', 403,
      format('Your plan syncs up to %s %s, and you chose %s.', v_limit, private.sources_of(p_platform), v_asked),
      format('Choose %s less, or move to a larger plan. Nothing was changed.', v_asked - v_limit),
      jsonb_build_object('limit', v_limit, 'asked', v_asked, 'tier', private.tier_of(p_user))::text);
  end if;

  select coalesce(array_agg(s.id), '{}') into v_before from public.sync_registry s
   where s.connection_id = v_connection.id and s.platform = p_platform and s.selected;
  -- Room first: the limit counts as the rows are written. That a person chose is noted on every row, as "none" has no other place.
  update public.sync_registry s set selected = false, selected_by = 'person', progress_percent = null, ready_at = null,
         error = null, error_message = null, error_at = null
   where s.connection_id = v_connection.id and s.platform = p_platform and s.id <> all (v_chosen);
  update public.sync_registry s set selected = true, selected_by = 'person' where s.id = any (v_chosen);

  select coalesce(jsonb_agg(jsonb_build_object('id', s.id, 'name', s.name) order by s.name) filter (where s.selected and s.id <> all (v_before)), '[]'),
         coalesce(jsonb_agg(jsonb_build_object('id', s.id, 'name', s.name) order by s.name) filter (where not s.selected and s.id = any (v_before)), '[]')
    into v_added, v_removed
    from public.sync_registry s where s.connection_id = v_connection.id and s.platform = p_platform;
  if jsonb_array_length(v_added) + jsonb_array_length(v_removed) > 0 then
    perform pipeline.log_activity(p_user, 'sources_selected',
      format('Chose %s %s: %s more, %s less', cardinality(v_chosen), private.sources_of(p_platform), jsonb_array_length(v_added), jsonb_array_length(v_removed)),
      jsonb_build_object('platform', p_platform, 'by', 'person', 'added', v_added, 'removed', v_removed), v_connection.id);
  end if;
  v_syncing := private.sync_sources(v_connection, p_platform,
    array(select (a ->> 'id')::uuid from jsonb_array_elements(v_added) a where (a ->> 'id')::uuid = any (v_chosen)));
  return jsonb_build_object('platform', p_platform, 'limit', v_limit, 'selected', cardinality(v_chosen), 'added', v_added, 'removed', v_removed,
    'syncing', v_syncing);
end $$;
comment on function pipeline.select_sources(uuid, public.platform, text[]) is
  'Replaces a person''s selection of a platform by these sources (our ids or the platform''s); none is a choice too. The new ones are synced at once. All or nothing: raises not_connected, sources_not_listed, unknown_source, source_limit_reached.';

create function pipeline.add_default_sources(p_user uuid, p_platform public.platform, p_even_if_none boolean default false, p_priority int default 1)
returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_connection public.platform_connections := private.connection_of(p_user, private.provider_of(p_platform));
  v_limit int := private.selection_limit(p_user, p_platform);
  v_previous int;
  v_kept_none boolean;
  v_new uuid[];
  v_sources jsonb;
begin
  perform pg_advisory_xact_lock(hashtextextended('selection:' || p_user::text, 0));
  select count(*) filter (where s.selected and s.available), coalesce(bool_or(s.selected_by = 'person') and not bool_or(s.selected), false)
    into v_previous, v_kept_none
    from public.sync_registry s where s.connection_id = v_connection.id and s.platform = p_platform;
  v_kept_none := v_kept_none and not p_even_if_none;
  select coalesce(array_agg(x.id), '{}') into v_new from (
    select s.id from public.sync_registry s
     where s.connection_id = v_connection.id and s.platform = p_platform and s.available and not s.selected and s.rank is not null and not v_kept_none
     order by s.rank limit case when v_limit is not null then greatest(0, v_limit - v_previous) end) x;
  update public.sync_registry s set selected = true, selected_by = 'default' where s.id = any (v_new);
  select coalesce(jsonb_agg(jsonb_build_object('id', s.id, 'external_id', s.external_id, 'name', s.name) order by s.rank), '[]') into v_sources
    from public.sync_registry s where s.id = any (v_new);
  if cardinality(v_new) > 0 then
    perform pipeline.log_activity(p_user, 'sources_selected', format('Added %s recommended %s', cardinality(v_new), private.sources_of(p_platform)),
      jsonb_build_object('platform', p_platform, 'by', 'default', 'added', v_sources), v_connection.id);
    perform private.sync_sources(v_connection, p_platform, v_new, p_priority);
  end if;
  return jsonb_build_object('previous', v_previous, 'added', cardinality(v_new), 'total', v_previous + cardinality(v_new), 'limit', v_limit,
    'new_sources', v_sources, 'chose_none', v_kept_none);
end $$;
comment on function pipeline.add_default_sources(uuid, public.platform, boolean, int) is
  'Adds the recommended sources that are not selected, best first, up to the plan''s limit, and syncs them. A person who chose none keeps none unless p_even_if_none. Raises not_connected. Returns {previous, added, total, limit, new_sources, chose_none}.';

create function pipeline.backfill_sources(p_user uuid) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_platform public.platform;
  v_answer jsonb := '{}';
begin
  if not exists (select from public.workspaces w where w.owner_id = p_user) then
    perform private.raise_error('unknown_person', 404, 'There is no such person.', 'Pass the id of a user.');
  end if;
  for v_platform in
    select p.platform from unnest(enum_range(null::public.platform)) p(platform)
      join public.platform_connections c on c.user_id = p_user and c.provider = private.provider_of(p.platform)
     order by 1
  loop
    v_answer := v_answer || jsonb_build_object(v_platform, pipeline.add_default_sources(p_user, v_platform));
  end loop;
  return v_answer;
end $$;
comment on function pipeline.backfill_sources(uuid) is
  'For operators: the recommended sources of every connected platform of a person, up to the plan''s limits. Returns {platform: {previous, added, total, limit, new_sources, chose_none}}. Raises unknown_person.';

create function private.fit_selection(p_user uuid, p_platform public.platform) returns int
language plpgsql security definer set search_path = '' as $$
declare
  v_limit int;
  v_dropped jsonb;
  v_names text[];
begin
  perform pg_advisory_xact_lock(hashtextextended('selection:' || p_user::text, 0));
  v_limit := private.selection_limit(p_user, p_platform);
  if v_limit is null then return 0; end if;
  with over as (
    select s.id from public.sync_registry s
     where s.user_id = p_user and s.platform = p_platform and s.selected and s.available
     order by s.source_latest_at desc nulls last, s.last_synced_at desc nulls last, s.rank nulls last, s.name
    offset v_limit
  ), dropped as (
    update public.sync_registry s set selected = false, progress_percent = null, ready_at = null, error = null, error_message = null, error_at = null
      from over o where s.id = o.id
    returning s.id, s.external_id, s.name
  )
  select jsonb_agg(jsonb_build_object('id', d.id, 'external_id', d.external_id, 'name', d.name) order by d.name), array_agg(left(d.name, 60) order by d.name)
    into v_dropped, v_names from dropped d;
  if v_dropped is null then return 0; end if;

  insert into public.notifications (user_id, urgency, message, context)
  values (p_user, 'normal',
    format('Your plan syncs up to %s %s. No longer synced: %s%s. We kept those with the newest content; nothing that was synced is lost, and you can choose others.',
      v_limit, private.sources_of(p_platform), array_to_string(v_names[:10], ', '),
      case when cardinality(v_names) > 10 then format(' and %s more', cardinality(v_names) - 10) else '' end),
    jsonb_build_object('platform', p_platform, 'limit', v_limit, 'deselected', v_dropped));
  perform pipeline.log_activity(p_user, 'sources_selected',
    format('%s %s no longer fit into the plan and were deselected', cardinality(v_names), private.sources_of(p_platform)),
    jsonb_build_object('platform', p_platform, 'by', 'plan', 'limit', v_limit, 'removed', v_dropped));
  return cardinality(v_names);
end $$;
comment on function private.fit_selection(uuid, public.platform) is
  'Deselects what is over the plan''s limit, keeping the sources with the newest content, and tells the person which. Returns how many.';

create function private.fit_selections() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.fit_selection(new.owner_id, p) from unnest(enum_range(null::public.platform)) p;
  return null;
end $$;
create trigger a_smaller_plan_keeps_the_newest_sources after update of tier on public.workspaces
  for each row when (old.tier is distinct from new.tier) execute function private.fit_selections();

create function private.fit_what_came_back() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.fit_selection(new.user_id, new.platform);
  return null;
end $$;
-- A selected source that was gone from the platform did not count; when it is back, it does.
create trigger what_comes_back_stays_within_the_tier after update of available on public.sync_registry
  for each row when (new.available and not old.available and new.selected) execute function private.fit_what_came_back();
