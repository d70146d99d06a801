-- Deliverables: what a person wants written, from which sources, when, and to whom.

create table public.deliverables (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null default auth.uid() references auth.users on delete cascade,
  title text not null,
  description text not null default '',
  deliverable_type text not null references public.deliverable_types,
  type_config jsonb not null default '{}',
  recipient_context jsonb not null default '{}',
  schedule jsonb,
  when_unchanged public.unchanged_policy not null default 'skip',
  status public.deliverable_status not null default 'active',
  status_reason text,
  origin public.deliverable_origin not null default 'user_configured',
  expires_at timestamptz,
  last_run_at timestamptz,
  read_at timestamptz,
  read_until timestamptz,
  read_sources uuid[],
  created_at timestamptz not null default pipeline.now(),
  updated_at timestamptz not null default pipeline.now(),
  constraint title_is_one_short_line check (length(title) between 1 and 200 and title !~ '[\r\n]'),
  constraint description_is_at_most_5000_characters check (length(description) <= 5000),
  constraint a_reading_is_whole check ((read_at is null) = (read_until is null) and (read_at is null) = (read_sources is null)),
  constraint type_config_is_an_object check (jsonb_typeof(type_config) = 'object'),
  constraint recipient_context_is_a_small_object check (jsonb_typeof(recipient_context) = 'object' and length(recipient_context::text) <= 5000),
  constraint a_task_says_what_to_do check (origin <> 'task' or (deliverable_type = 'custom' and description <> ''))
);
comment on table public.deliverables is
  'Recurring or one-off written work. schedule: {frequency, time, day, timezone, cron, at}; null runs on demand only. Tasks (F10) are the rows of origin "task".';
comment on column public.deliverables.last_run_at is 'Up to when its last version had read its sources. A failed run does not count.';
comment on column public.deliverables.read_at is 'When a run read all that is new and found that it had told it before: as good as a version for what the next run calls new. read_until, read_sources: how far and where it looked.';
comment on column public.deliverables.status_reason is 'Why it was paused, when it was not its person who did it: a bounced mail, an unsubscribe.';
create index deliverables_of_a_person on public.deliverables (user_id, status);
create index deliverables_by_type on public.deliverables (deliverable_type);
create index deliverables_expiring on public.deliverables (expires_at) where expires_at is not null and status <> 'archived';

alter table public.deliverables enable row level security;
create policy "People see their deliverables" on public.deliverables for select to authenticated using (user_id = (select auth.uid()));
create policy "People add deliverables" on public.deliverables for insert to authenticated
  with check (user_id = (select auth.uid()) and origin in ('user_configured', 'task') and status <> 'suggested');
create policy "People change their deliverables" on public.deliverables for update to authenticated
  using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy "People delete their deliverables" on public.deliverables for delete to authenticated using (user_id = (select auth.uid()));
grant select, delete on public.deliverables to authenticated;
grant insert (title, description, deliverable_type, type_config, recipient_context, schedule, when_unchanged, status, origin, expires_at) on public.deliverables to authenticated;
grant update (title, description, deliverable_type, type_config, recipient_context, schedule, when_unchanged, status, expires_at) on public.deliverables to authenticated;

create function private.recurs(p_schedule jsonb) returns boolean
language sql immutable set search_path = '' as $$
  select p_schedule is not null and p_schedule ->> 'frequency' is distinct from 'once'
$$;

create function private.counts_as_active(p_deliverable public.deliverables) returns boolean
language sql immutable set search_path = '' as $$
  select p_deliverable.status = 'active' and (p_deliverable.origin <> 'task' or private.recurs(p_deliverable.schedule))
$$;
comment on function private.counts_as_active(public.deliverables) is 'Whether it counts against the plan''s active deliverables. A task that runs once does not.';

create function private.check_deliverable() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_limit int;
  v_active int;
  v_wrong text;
begin
  new.updated_at := pipeline.now();
  new.deliverable_type := private.known_type(new.deliverable_type);
  if new.schedule = '{}' then new.schedule := null; end if;
  if new.status = 'active' then new.status_reason := null; end if;
  if tg_op = 'INSERT' or (new.deliverable_type, new.type_config) is distinct from (old.deliverable_type, old.type_config) then
    select private.schema_problem(t.config_schema, new.type_config) into v_wrong from public.deliverable_types t where t.deliverable_type = new.deliverable_type;
    if v_wrong is not null then
      perform private.raise_error('type_config_invalid', 422, format('These settings are not usable: %s.', v_wrong),
        format('deliverable_types.config_schema says what "%s" can be set to; what is left out takes its default.', new.deliverable_type));
    end if;
  end if;
  if private.counts_as_active(new) and (tg_op = 'INSERT' or not private.counts_as_active(old)) then
    perform pg_advisory_xact_lock(hashtextextended('deliverables:' || new.user_id::text, 0));
    select t.active_deliverables into v_limit from public.tiers t where t.tier = private.tier_of(new.user_id);
    select count(*) into v_active from public.deliverables d where d.user_id = new.user_id and private.counts_as_active(d) and d.id <> new.id;
    if v_active >= v_limit then
      perform private.raise_error('deliverable_limit_reached', 403,
        format('Your plan runs up to %s active deliverables, and %s are active.', v_limit, v_active),
        'Pause or archive one first, or move to a larger plan.');
    end if;
  end if;
  return new;
end $$;
comment on function private.check_deliverable() is
  'Holds what a deliverable must be, whoever writes it: a known type, settings that fit it, and the tier''s limit of active ones on create, enable, resume and promote alike.';
create trigger deliverables_are_checked before insert or update on public.deliverables
  for each row execute function private.check_deliverable();

create function private.schedule_deliverable() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_next timestamptz;
begin
  if new.schedule is null then
    delete from pipeline.schedules s where s.kind = 'generate_deliverable' and s.subject = new.id;
    return null;
  end if;
  perform pipeline.set_schedule('generate_deliverable', new.id, new.user_id, new.schedule,
    jsonb_build_object('deliverable_id', new.id), 'anthropic',
    p_spread => '4 minutes', p_paused => new.status <> 'active', p_expires_at => new.expires_at);
  if new.status = 'active' and (tg_op = 'INSERT' or (new.schedule, new.expires_at, new.status) is distinct from (old.schedule, old.expires_at, old.status)) then
    select s.next_slot_at into v_next from pipeline.schedules s where s.kind = 'generate_deliverable' and s.subject = new.id;
    if v_next is null then
      perform private.raise_error('impossible_schedule', 422, 'This schedule would never run: its moment has passed, or it expires before.',
        'Choose a time to come, or run it once by hand.');
    end if;
  end if;
  return null;
end $$;
comment on function private.schedule_deliverable() is 'Keeps the one schedule of a deliverable in step with its row. Raises impossible_schedule for one that would never run.';
create trigger deliverables_have_their_schedule after insert or update of schedule, status, expires_at on public.deliverables
  for each row execute function private.schedule_deliverable();

create function private.unschedule_deliverable() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  delete from pipeline.schedules s where s.kind = 'generate_deliverable' and s.subject = old.id;
  return null;
end $$;
create trigger deleted_deliverables_are_not_scheduled after delete on public.deliverables
  for each row execute function private.unschedule_deliverable();

create view public.deliverable_schedules with (security_invoker = true) as
  select s.subject as deliverable_id, s.user_id, s.due_at as next_run_at, s.last_slot_at, (s.rule).timezone, s.expires_at
    from pipeline.schedules s where s.kind = 'generate_deliverable';
comment on view public.deliverable_schedules is 'When each of one''s deliverables runs next; null while it is paused or over.';
create policy "People see their schedules" on pipeline.schedules for select to authenticated using (user_id = (select auth.uid()));
grant select (kind, subject, user_id, due_at, last_slot_at, rule, expires_at) on pipeline.schedules to authenticated;
grant select on public.deliverable_schedules to authenticated, service_role;

create function pipeline.preview_schedule(p_user uuid, p_rule jsonb, p_count int default 5) returns timestamptz[]
language plpgsql stable set search_path = '' as $$
declare
  v_rule pipeline.schedule_rule := pipeline.parse_rule(p_rule, private.timezone_of(p_user));
  v_slot timestamptz := pipeline.now();
  v_slots timestamptz[] := '{}';
begin
  for v_nth in 1 .. least(greatest(p_count, 1), 50) loop
    v_slot := pipeline.next_slot(v_rule, v_slot);
    exit when v_slot is null;
    v_slots := v_slots || v_slot;
  end loop;
  return v_slots;
end $$;
comment on function pipeline.preview_schedule(uuid, jsonb, int) is
  'The next slots of a rule, before it is saved; a run begins up to four minutes after its slot. Raises impossible_schedule.';

create function private.expire_deliverables() returns int
language plpgsql set search_path = '' as $$
declare
  v_count int;
begin
  with expired as (
    update public.deliverables d set status = 'archived', status_reason = 'It reached the end that was set for it.'
     where d.expires_at <= pipeline.now() and d.status <> 'archived'
    returning d.*
  ), told as (
    insert into public.notifications (user_id, urgency, message, context)
    select e.user_id, 'low', format('"%s" has ended, as was set. Its versions stay.', e.title), jsonb_build_object('deliverable_id', e.id) from expired e
  )
  select count(*) into v_count from expired;
  return v_count;
end $$;
comment on function private.expire_deliverables() is 'Hourly: what has expired is archived, and its person is told. Returns how many.';

create table public.deliverable_sources (
  deliverable_id uuid not null references public.deliverables on delete cascade,
  source_id uuid not null references public.sync_registry on delete cascade,
  user_id uuid not null default auth.uid() references auth.users on delete cascade,
  constraint a_source_once_a_deliverable primary key (deliverable_id, source_id)
);
comment on table public.deliverable_sources is 'The sources a deliverable reads. None: every selected source of its platforms.';
create index deliverable_sources_by_source on public.deliverable_sources (source_id);
create index deliverable_sources_of_a_person on public.deliverable_sources (user_id);
alter table public.deliverable_sources enable row level security;
create policy "People see the sources of their deliverables" on public.deliverable_sources for select to authenticated
  using (user_id = (select auth.uid()));
create policy "People give their deliverables their own sources" on public.deliverable_sources for insert to authenticated
  with check (user_id = (select auth.uid())
    and exists (select from public.deliverables d where d.id = deliverable_id and d.user_id = (select auth.uid()))
    and exists (select from public.sync_registry s where s.id = source_id and s.user_id = (select auth.uid())));
create policy "People take sources from their deliverables" on public.deliverable_sources for delete to authenticated
  using (user_id = (select auth.uid()));
grant select, delete on public.deliverable_sources to authenticated;
grant insert (deliverable_id, source_id) on public.deliverable_sources to authenticated;

create table public.deliverable_destinations (
  id uuid primary key default gen_random_uuid(),
  deliverable_id uuid not null references public.deliverables on delete cascade,
  user_id uuid not null default auth.uid() references auth.users on delete cascade,
  channel public.delivery_channel not null,
  target text not null,
  options jsonb not null default '{}',
  constraint one_destination_once unique (deliverable_id, channel, target),
  constraint options_are_known check (options - 'thread' = '{}' and coalesce(jsonb_typeof(options -> 'thread'), 'boolean') = 'boolean')
);
comment on table public.deliverable_destinations is
  'Where versions go: one''s own address, a Slack channel that one is in (its id), or "dm" for oneself. None: the person''s own address. Recipients come from here and never from a model.';
comment on column public.deliverable_destinations.options is 'thread: later versions answer the first one in its Slack thread.';
create index deliverable_destinations_of_a_person on public.deliverable_destinations (user_id);
alter table public.deliverable_destinations enable row level security;
create policy "People see their destinations" on public.deliverable_destinations for select to authenticated using (user_id = (select auth.uid()));
create policy "People add destinations to their deliverables" on public.deliverable_destinations for insert to authenticated
  with check (user_id = (select auth.uid())
    and exists (select from public.deliverables d where d.id = deliverable_id and d.user_id = (select auth.uid())));
create policy "People remove destinations" on public.deliverable_destinations for delete to authenticated using (user_id = (select auth.uid()));
grant select, delete on public.deliverable_destinations to authenticated;
grant insert (deliverable_id, channel, target, options) on public.deliverable_destinations to authenticated;

create function private.email_of(p_user uuid) returns text
language sql stable security definer set search_path = '' as $$
  select u.email from auth.users u where u.id = p_user
$$;

create function private.slack_channel(p_user uuid, p_channel text) returns public.sync_registry
language sql stable set search_path = '' as $$
  select s.* from public.sync_registry s
   where s.user_id = p_user and s.platform = 'slack' and s.kind = 'channel' and s.external_id = p_channel and s.available
$$;
comment on function private.slack_channel(uuid, text) is 'A person''s own Slack channel by Slack''s id; null when there is none.';

create function private.check_destination() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if new.channel = 'email' and lower(new.target) is distinct from lower(private.email_of(new.user_id)) then
    perform private.raise_error('unverified_recipient', 422, format('Mail goes to your own address only, not to "%s".', left(new.target, 200)),
      format('Use %s, or leave the destination out.', private.email_of(new.user_id)));
  end if;
  if new.channel = 'slack' and new.target <> 'dm' and (private.slack_channel(new.user_id, new.target)).id is null then
    perform private.raise_error('unknown_slack_channel', 422, format('"%s" is no Slack channel of yours that we know.', left(new.target, 200)),
      'Use the id of a channel that you are in, or "dm" for a message to yourself.');
  end if;
  return new;
end $$;
comment on function private.check_destination() is 'Only addresses and channels that we know to be the person''s own receive what is written for them.';
create trigger destinations_are_verified before insert or update on public.deliverable_destinations
  for each row execute function private.check_destination();

create view public.tasks with (security_invoker = true) as
  select d.id, d.user_id, d.title, d.description as prompt, d.schedule, d.status, d.when_unchanged, d.expires_at, d.created_at, d.updated_at,
         d.deliverable_type, d.origin
    from public.deliverables d where d.origin = 'task'
  with cascaded check option;
alter view public.tasks alter column deliverable_type set default 'custom';
alter view public.tasks alter column origin set default 'task';
comment on view public.tasks is
  'Work a person asks for in their own words (F10), once or by a schedule. A task is a deliverable of origin "task": the same sources, runs, versions, deliveries and budget.';
grant select, delete on public.tasks to authenticated, service_role;
grant insert (title, prompt, schedule, status, when_unchanged, expires_at, deliverable_type, origin) on public.tasks to authenticated, service_role;
grant update (title, prompt, schedule, status, when_unchanged, expires_at) on public.tasks to authenticated, service_role;
