-- F8 in SQL: history of one source on demand. A job is what the person sees, its ticket is what works, and neither ends without the other.

create table pipeline.import_cursors (
  job_id uuid primary key references public.integration_import_jobs on delete cascade,
  cursor jsonb not null,
  items int not null default 0,
  changed int not null default 0,
  pages int not null default 0
);
comment on table pipeline.import_cursors is
  'How far an import was stored, and what it brought so far. Its own: the unit''s cursor never moves by an import. Written only together with the items it stands for.';
alter table pipeline.import_cursors enable row level security;

create function private.import_scope(p_scope jsonb) returns jsonb
language plpgsql immutable set search_path = '' as $$
declare
  v_scope jsonb := '{"days": 30, "items": 500, "threads": true}';
  v_wrong text;
begin
  if jsonb_typeof(coalesce(p_scope, '{}')) <> 'object' then
    v_wrong := 'it is not an object';
  else
    v_scope := v_scope || jsonb_strip_nulls(coalesce(p_scope, '{}'));
    select string_agg(f.fault, '; ' order by f.fault) into v_wrong from (
      select format('"%s" is unknown', k) as fault from jsonb_object_keys(v_scope) k where k not in ('days', 'items', 'threads')
      union all
      select '"days" is not a whole number from 1 to 365'
       where not private.is_of_type(v_scope -> 'days', 'integer') or (v_scope ->> 'days')::numeric not between 1 and 365
      union all
      select '"items" is not a whole number from 1 to 5000'
       where not private.is_of_type(v_scope -> 'items', 'integer') or (v_scope ->> 'items')::numeric not between 1 and 5000
      union all
      select '"threads" is not true or false' where not private.is_of_type(v_scope -> 'threads', 'boolean')) f;
  end if;
  if v_wrong is not null then
    perform private.raise_error('import_scope_invalid', 422, format('The scope of the import is not usable: %s.', v_wrong),
      'Send {"days": 30, "items": 500, "threads": true}, or leave out what may stay so. Nothing was started.');
  end if;
  return v_scope;
end $$;
comment on function private.import_scope(jsonb) is 'A scope with its defaults: 30 days, 500 items, with threads. Raises import_scope_invalid.';

create function private.import_job(p_job public.integration_import_jobs) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object('id', p_job.id, 'ticket_id', p_job.ticket_id, 'platform', s.platform,
      'source', jsonb_build_object('id', s.id, 'external_id', s.external_id, 'name', s.name),
      'scope', p_job.scope, 'status', p_job.status, 'progress', p_job.progress, 'progress_details', p_job.progress_details,
      'cancel_asked', coalesce(t.cancel_asked, false),
      'waiting_for', case when t.state = 'queued' then coalesce(t.waiting_for, t.last_error) end,
      'result', p_job.result, 'error', p_job.error,
      'created_at', p_job.created_at, 'started_at', p_job.started_at, 'completed_at', p_job.completed_at)
    from public.sync_registry s left join pipeline.work_tickets t on t.id = p_job.ticket_id
   where s.id = p_job.source_id
$$;
comment on function private.import_job(public.integration_import_jobs) is 'An import as its person sees it.';

create function pipeline.request_import(p_user uuid, p_platform public.platform, p_source text, p_scope jsonb default '{}') returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_connection public.platform_connections := private.connection_of(p_user, private.provider_of(p_platform));
  v_scope jsonb := private.import_scope(p_scope);
  v_source public.sync_registry;
  v_job public.integration_import_jobs;
begin
  select * into v_source from public.sync_registry s
   where s.connection_id = v_connection.id and s.platform = p_platform and p_source in (s.id::text, s.external_id);
  if not found then
    perform private.raise_error('unknown_source', 404, format('You have no such %s: %s.', private.sources_of(p_platform), left(p_source, 100)),
      'Read your sources again.', jsonb_build_object('unknown', jsonb_build_array(p_source))::text);
  end if;
  -- What is imported counts against the plan like what is synced.
  if not (v_source.selected and v_source.available) then
    perform private.raise_error('source_not_selected', 409, format('%s is not among the sources you sync.', left(v_source.name, 100)),
      'Select it first.');
  end if;
  if v_connection.status = 'needs_reauth' then
    perform private.raise_error('needs_reauth', 409, format('%s no longer lets us read %s.', initcap(v_connection.provider::text), v_connection.account_name),
      'Reconnect it; nothing that was synced is lost.');
  end if;

  insert into public.integration_import_jobs (user_id, source_id, scope) values (p_user, v_source.id, v_scope)
  on conflict (source_id) where status in ('pending', 'processing') do nothing
  returning * into v_job;
  if not found then
    select * into v_job from public.integration_import_jobs j where j.source_id = v_source.id and j.status in ('pending', 'processing');
    return private.import_job(v_job) || '{"joined": true}';
  end if;
  update public.integration_import_jobs j
     set ticket_id = (select e.ticket_id from pipeline.enqueue('import_source',
           jsonb_build_object('connection_id', v_connection.id, 'platform', p_platform, 'job_id', v_job.id), p_user, p_platform::text, v_job.id::text, 0) e)
   where j.id = v_job.id returning * into v_job;
  return private.import_job(v_job) || '{"joined": false}';
end $$;
comment on function pipeline.request_import(uuid, public.platform, text, jsonb) is
  'A person asks for history of one selected source (our id or the platform''s), {days, items, threads}. An open import of the source is joined. Raises not_connected, import_scope_invalid, unknown_source, source_not_selected, needs_reauth.';

create function pipeline.imports_of(
  p_user uuid, p_platform public.platform default null, p_status public.import_status default null, p_limit int default 50
) returns setof jsonb
language sql stable set search_path = '' as $$
  select private.import_job(j) from public.integration_import_jobs j join public.sync_registry s on s.id = j.source_id
   where j.user_id = p_user and (p_platform is null or s.platform = p_platform) and (p_status is null or j.status = p_status)
   order by j.created_at desc, j.id limit least(greatest(p_limit, 1), 200)
$$;
comment on function pipeline.imports_of(uuid, public.platform, public.import_status, int) is 'A person''s imports, newest first.';

create function pipeline.import_of(p_user uuid, p_job uuid) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_job public.integration_import_jobs;
begin
  select * into v_job from public.integration_import_jobs j where j.id = p_job and j.user_id = p_user;
  if not found then
    perform private.raise_error('unknown_import', 404, 'You have no such import.', 'See the list of your imports.');
  end if;
  return private.import_job(v_job);
end $$;
comment on function pipeline.import_of(uuid, uuid) is 'One import of a person. Raises unknown_import.';

create function pipeline.cancel_import(p_user uuid, p_job uuid) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_job public.integration_import_jobs;
begin
  select * into v_job from public.integration_import_jobs j where j.id = p_job and j.user_id = p_user;
  -- Unlocked: the ticket is locked first here as it is where a ticket ends, and its hook writes the job.
  if v_job.status in ('pending', 'processing') then
    if exists (select from pipeline.work_tickets t where t.id = v_job.ticket_id for update) then
      perform pipeline.cancel(v_job.ticket_id, p_user);
    else
      update public.integration_import_jobs j set status = 'cancelled', completed_at = pipeline.now()
       where j.id = p_job and j.status in ('pending', 'processing');
    end if;
  end if;
  return pipeline.import_of(p_user, p_job);
end $$;
comment on function pipeline.cancel_import(uuid, uuid) is
  'Ends an import: at once while it waits, at its next page while it runs (cancel_asked). One that has ended stays as it is. What was stored stays. Raises unknown_import.';

create function private.held_import(p_ticket pipeline.work_tickets) returns public.integration_import_jobs
language plpgsql set search_path = '' as $$
declare
  v_job public.integration_import_jobs;
begin
  select j.* into v_job from public.integration_import_jobs j
   where j.id = (p_ticket.payload ->> 'job_id')::uuid and j.user_id = p_ticket.user_id for update;
  if not found then
    perform private.raise_error('unknown_import', 404, 'The import of this ticket does not exist any more.', 'Nothing is left to do.');
  end if;
  return v_job;
end $$;

create function pipeline.begin_import(p_ticket bigint, p_lease uuid) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_ticket pipeline.work_tickets := pipeline.hold(p_ticket, p_lease);
  v_job public.integration_import_jobs := private.held_import(v_ticket);
  v_source public.sync_registry;
  v_cursor pipeline.import_cursors;
begin
  select s.* into v_source from public.sync_registry s
   where s.id = v_job.source_id and s.connection_id = (v_ticket.payload ->> 'connection_id')::uuid and s.selected;
  if not found then
    perform private.raise_error('source_not_selected', 409, 'The source of this import was deselected.', 'Select it again and start anew.');
  end if;
  if exists (select from public.integration_import_jobs j where j.source_id = v_job.source_id and j.id <> v_job.id and j.status in ('pending', 'processing')) then
    -- A dead one that was redriven after its person had begun another.
    perform private.raise_error('import_superseded', 409, 'Another import of the same source has begun since.', 'Nothing is left to do.');
  end if;
  update public.integration_import_jobs j
     set status = 'processing', ticket_id = p_ticket, started_at = coalesce(j.started_at, pipeline.now()), completed_at = null, error = null
   where j.id = v_job.id;
  select * into v_cursor from pipeline.import_cursors k where k.job_id = v_job.id;
  return jsonb_build_object('scope', v_job.scope,
    'selected', (select jsonb_agg(s.external_id order by s.external_id) from public.sync_registry s
      where s.connection_id = v_source.connection_id and s.platform = v_source.platform and s.unit = v_source.unit and s.selected),
    'source', jsonb_build_object('external_id', v_source.external_id, 'kind', v_source.kind, 'name', v_source.name, 'metadata', v_source.metadata),
    'cursor', v_cursor.cursor, 'items', coalesce(v_cursor.items, 0), 'changed', coalesce(v_cursor.changed, 0), 'pages', coalesce(v_cursor.pages, 0));
end $$;
comment on function pipeline.begin_import(bigint, uuid) is
  'What an import ticket needs besides its connection: {scope, source, selected (external ids of all selected sources of its unit), cursor, items, changed, pages}. The job is processing from here. Raises unknown_import, source_not_selected, import_superseded.';

create function pipeline.store_import_page(p_ticket bigint, p_lease uuid, p_page jsonb) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_ticket pipeline.work_tickets := pipeline.hold(p_ticket, p_lease);
  v_job public.integration_import_jobs := private.held_import(v_ticket);
  v_connection uuid := (v_ticket.payload ->> 'connection_id')::uuid;
  v_platform public.platform := (v_ticket.payload ->> 'platform')::public.platform;
  v_items private.stored_items;
  v_cursor pipeline.import_cursors;
  v_percent int;
begin
  -- The row lock keeps a disconnect from passing between the check and the write.
  perform from public.platform_connections c where c.id = v_connection and c.user_id = v_ticket.user_id for key share;
  if not found then
    perform private.raise_error('unknown_connection', 404, 'The connection of this import does not exist any more.', 'Nothing is left to do.');
  end if;
  if not exists (select from public.sync_registry s where s.id = v_job.source_id and s.selected) then
    perform private.raise_error('source_not_selected', 409, 'The source of this import was deselected.', 'Select it again and start anew.');
  end if;
  -- History says what is there and never what is not: what it lists and what the platform itself calls deleted count here, and no enumeration.
  v_items := private.store_items(v_connection, v_platform, v_ticket.user_id, coalesce(p_page -> 'items', '[]'));
  perform private.see_items(v_connection, v_platform, v_ticket.user_id, coalesce(p_page -> 'seen', '[]'));
  perform private.delete_items(v_connection, v_platform, coalesce(p_page -> 'gone', '[]'));
  insert into pipeline.import_cursors as k (job_id, cursor, items, changed, pages)
  values (v_job.id, p_page -> 'cursor', jsonb_array_length(coalesce(p_page -> 'items', '[]')), v_items.changed, 1)
  on conflict (job_id) do update
    set cursor = excluded.cursor, items = k.items + excluded.items, changed = k.changed + excluded.changed, pages = k.pages + 1
  returning * into v_cursor;

  -- The platform's own word where it has one, else by the items asked for; never backwards, and through only at the end.
  v_percent := coalesce((p_page #>> '{progress,percent}')::float8, v_cursor.items * 100.0 / (v_job.scope ->> 'items')::int)::int;
  update public.integration_import_jobs j
     set progress = greatest(j.progress, least(v_percent, 99)),
         progress_details = jsonb_build_object('items', v_cursor.items, 'changed', v_cursor.changed, 'pages', v_cursor.pages,
           'seconds_left', (p_page #>> '{progress,secondsLeft}')::float8::int)
   where j.id = v_job.id;
  return jsonb_build_object('stored', v_items.stored, 'changed', v_items.changed, 'items', v_cursor.items);
end $$;
comment on function pipeline.store_import_page(bigint, uuid, jsonb) is
  'Stores a page (Page of connector.ts) of an import, the import''s cursor behind it, and its progress in one transaction, fenced by the lease. Returns {stored, changed, items}: items of the whole import so far.';

create function pipeline.import_ended(p_ticket pipeline.work_tickets, p_outcome public.ticket_state, p_error jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  v_cursor pipeline.import_cursors;
  v_job public.integration_import_jobs;
  v_error jsonb := coalesce(p_error, '{"code": "internal", "message": "The import ended without saying why."}');
begin
  select * into v_cursor from pipeline.import_cursors k where k.job_id = (p_ticket.payload ->> 'job_id')::uuid;
  update public.integration_import_jobs j
     set status = case p_outcome when 'done' then 'completed' when 'dead' then 'failed' else 'cancelled' end::public.import_status,
         progress = case when p_outcome = 'done' then 100 else j.progress end,
         error = case when p_outcome = 'dead' then v_error end,
         result = jsonb_build_object('items', coalesce(v_cursor.items, 0), 'changed', coalesce(v_cursor.changed, 0), 'pages', coalesce(v_cursor.pages, 0)),
         completed_at = pipeline.now()
   -- Only its own job: one that gave way to another has ended already.
   where j.id = (p_ticket.payload ->> 'job_id')::uuid and j.status in ('pending', 'processing')
  returning j.* into v_job;
  if v_job.status = 'completed' then
    delete from pipeline.import_cursors k where k.job_id = v_job.id;
    -- What it brought is in the person's counts at once.
    update public.sync_registry s
       set (item_count, source_latest_at) = (
             select count(*), max(c.source_timestamp) from public.content_sources m join public.platform_content c on c.id = m.content_id
              where m.source_id = s.id and c.deleted_at is null)
     where s.id = v_job.source_id;
  elsif v_job.status = 'failed' then
    insert into public.notifications (user_id, message, context)
    select v_job.user_id, format('The import of %s did not come through: %s What it had stored is kept.', left(s.name, 100), left(v_error ->> 'message', 500)),
           jsonb_build_object('import_id', v_job.id, 'source_id', s.id, 'code', v_error ->> 'code')
      from public.sync_registry s where s.id = v_job.source_id;
  end if;
end $$;
comment on function pipeline.import_ended(pipeline.work_tickets, public.ticket_state, jsonb) is
  'on_ended of import_source: the job ends as its ticket did. The cursor of one that failed stays, so that redriving it goes on from there.';

insert into pipeline.ticket_kinds (kind, function_name, payload_shape, per_call, max_running, max_running_per_user, on_ended) values
  ('import_source', 'sync', '{"connection_id": "uuid", "platform": "text", "job_id": "uuid"}', 2, 20, 2, 'pipeline.import_ended');
