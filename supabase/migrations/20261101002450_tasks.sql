-- Tasks (F10): work that a person asks for in their own words, once or by a schedule, through the runs of deliverables.

create function private.task(p_task public.deliverables) returns jsonb
language sql immutable set search_path = '' as $$
  select jsonb_build_object('id', p_task.id, 'title', p_task.title, 'prompt', p_task.description, 'schedule', p_task.schedule,
    'status', p_task.status, 'expires_at', p_task.expires_at, 'created_at', p_task.created_at)
$$;
comment on function private.task(public.deliverables) is 'A task as its person sees it.';

create function pipeline.create_task(p_user uuid, p_title text, p_prompt text, p_schedule jsonb default null, p_sources uuid[] default '{}') returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_task public.deliverables;
  v_unknown uuid[];
  v_ticket bigint;
begin
  select array_agg(distinct i) into v_unknown from unnest(p_sources) i
   where not exists (select from public.sync_registry s where s.id = i and s.user_id = p_user);
  if v_unknown is not null then
    perform private.raise_error('unknown_source', 404, format('You have no such source: %s.', array_to_string(v_unknown[:10], ', ')),
      'Read your sources again and send only ids from that list. Nothing was done.', jsonb_build_object('unknown', v_unknown)::text);
  end if;
  insert into public.deliverables as d (user_id, title, description, deliverable_type, schedule, origin)
  values (p_user, p_title, p_prompt, 'custom', p_schedule, 'task') returning * into v_task;
  insert into public.deliverable_sources (deliverable_id, source_id, user_id)
  select distinct v_task.id, i, p_user from unnest(p_sources) i;
  if v_task.schedule is null then
    select r.ticket_id into v_ticket from pipeline.run_deliverable(v_task.id, p_user, true) r;
  end if;
  return jsonb_build_object('task', private.task(v_task), 'ticket_id', v_ticket);
end $$;
comment on function pipeline.create_task(uuid, text, text, jsonb, uuid[]) is
  'A task with the sources it may read (none: all that are selected). Without a schedule it runs at once, and ticket_id says as what. All or nothing: raises unknown_source, impossible_schedule, deliverable_limit_reached.';

create function pipeline.run_task(p_task uuid, p_user uuid, p_forced boolean default false) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_task public.deliverables;
  v_run record;
begin
  -- A task that ran once is over, and asking for it again is what begins it again.
  update public.deliverables d set status = 'active', schedule = null
   where d.id = p_task and d.user_id = p_user and d.origin = 'task' and d.status = 'archived' and not private.recurs(d.schedule);
  select * into v_task from public.deliverables d where d.id = p_task and d.user_id = p_user and d.origin = 'task';
  if not found then
    perform private.raise_error('unknown_task', 404, 'There is no such task.', 'Read your tasks again; it may have been deleted.');
  end if;
  select * into v_run from pipeline.run_deliverable(p_task, p_user, p_forced);
  return jsonb_build_object('task', private.task(v_task), 'ticket_id', v_run.ticket_id, 'joined', v_run.joined);
end $$;
comment on function pipeline.run_task(uuid, uuid, boolean) is
  'Runs a task now; one that ran once and is over runs once more. p_forced: even when nothing is new. Raises unknown_task, unknown_deliverable.';
