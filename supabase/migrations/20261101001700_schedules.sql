-- Schedules: rules in local time that become tickets, each slot exactly once, missed ones at most once.

create table pipeline.schedules (
  id bigint generated always as identity primary key,
  kind text not null references pipeline.ticket_kinds,
  subject uuid not null,
  user_id uuid references auth.users on delete cascade,
  platform text not null default 'none' references pipeline.platform_limits,
  payload jsonb not null default '{}',
  rule pipeline.schedule_rule not null,
  own_timezone boolean not null default false,
  spread interval not null default '0',
  if_missed public.missed_slot_policy not null default 'run_latest',
  grace interval not null default '10 minutes',
  paused boolean not null default false,
  expires_at timestamptz,
  last_slot_at timestamptz,
  next_slot_at timestamptz,
  due_at timestamptz,
  constraint one_schedule_a_kind_and_subject unique (kind, subject),
  constraint a_schedule_is_due_when_its_slot_and_offset_are check ((due_at is null) = (next_slot_at is null)),
  constraint a_paused_schedule_has_no_next_slot check (not paused or next_slot_at is null)
);
comment on table pipeline.schedules is
  'subject: what is scheduled (a deliverable, a connection, a person). due_at = next_slot_at plus a stable offset within spread, so that full hours do not all start at once.';
comment on column pipeline.schedules.subject is 'Also the dedupe key of its tickets, so that a scheduled and a manual run of one subject never overlap.';
comment on column pipeline.schedules.own_timezone is 'The rule names its own zone; otherwise it follows the person''s.';
create index schedules_due on pipeline.schedules (due_at) where due_at is not null;
create index schedules_of_a_person on pipeline.schedules (user_id);
create index schedules_by_platform on pipeline.schedules (platform);
alter table pipeline.schedules enable row level security;
alter table pipeline.work_tickets add constraint a_scheduled_ticket_names_its_slot check ((schedule_id is null) = (slot_at is null));

create function private.offset_within(p_id bigint, p_spread interval) returns interval
language sql immutable set search_path = '' as $$
  select p_spread * ((hashint8(p_id)::bigint & 1023) / 1024.0)
$$;
comment on function private.offset_within(bigint, interval) is 'A stable offset of one schedule within its window.';

create function private.place_schedule(p_schedule bigint, p_after timestamptz) returns void
language sql set search_path = '' as $$
  with placed as (
    select s.id, case when s.paused then null else pipeline.next_slot(s.rule, p_after) end as slot
      from pipeline.schedules s where s.id = p_schedule
  )
  update pipeline.schedules s
     set next_slot_at = x.slot, due_at = x.slot + private.offset_within(s.id, s.spread)
    from (select p.id, case when s.expires_at is null or p.slot < s.expires_at then p.slot end as slot
            from placed p join pipeline.schedules s using (id)) x
   where s.id = x.id
$$;
comment on function private.place_schedule(bigint, timestamptz) is 'Sets a schedule''s next slot to the first after an instant; none when it is paused, over or expired.';

create function pipeline.set_schedule(
  p_kind text, p_subject uuid, p_user uuid, p_rule jsonb, p_payload jsonb default '{}', p_platform text default 'none',
  p_spread interval default '0', p_if_missed public.missed_slot_policy default 'run_latest', p_paused boolean default false,
  p_expires_at timestamptz default null
) returns bigint
language plpgsql set search_path = '' as $$
declare
  v_kind pipeline.ticket_kinds;
  v_old pipeline.schedules;
  v_rule pipeline.schedule_rule;
  v_id bigint;
begin
  select * into v_kind from pipeline.ticket_kinds k where k.kind = p_kind;
  if not found then
    perform private.raise_error('unknown_kind', 422, format('There is no ticket kind "%s".', p_kind));
  end if;
  perform private.check_payload(v_kind, p_payload);
  select * into v_old from pipeline.schedules s where s.kind = p_kind and s.subject = p_subject for update;
  -- A biweekly rule keeps its week when something else of it is edited.
  v_rule := pipeline.parse_rule(p_rule, private.timezone_of(p_user), (v_old.rule).anchor);

  insert into pipeline.schedules as s (kind, subject, user_id, platform, payload, rule, own_timezone, spread, if_missed, paused, expires_at)
  values (p_kind, p_subject, p_user, p_platform, p_payload, v_rule, p_rule ->> 'timezone' is not null, p_spread, p_if_missed, p_paused, p_expires_at)
  on conflict on constraint one_schedule_a_kind_and_subject do update
    set user_id = excluded.user_id, payload = excluded.payload, rule = excluded.rule, own_timezone = excluded.own_timezone, spread = excluded.spread,
        if_missed = excluded.if_missed, paused = excluded.paused, expires_at = excluded.expires_at, platform = excluded.platform,
        next_slot_at = null, due_at = null
  returning s.id into v_id;
  -- From now on and not from the last slot: what is set, resumed or moved never runs as an instant surprise.
  perform private.place_schedule(v_id, pipeline.now());
  return v_id;
end $$;
comment on function pipeline.set_schedule(text, uuid, uuid, jsonb, jsonb, text, interval, public.missed_slot_policy, boolean, timestamptz) is
  'Makes or changes the one schedule of (kind, subject). Raises impossible_schedule, unknown_kind, malformed_payload. The next slot is always in the future.';

create function private.follow_timezone() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_schedule record;
begin
  for v_schedule in
    update pipeline.schedules s
       set rule = row((s.rule).recurrence, (s.rule).times, (s.rule).weekdays, (s.rule).day_of_month, (s.rule).cron, (s.rule).once_at, new.timezone, (s.rule).anchor)::pipeline.schedule_rule
     where s.user_id = new.owner_id and not s.own_timezone
    returning s.id, s.next_slot_at
  loop
    -- A slot that has come stays due: it only waits for its offset, for the next run, or for an outage to end.
    continue when v_schedule.next_slot_at <= pipeline.now();
    perform private.place_schedule(v_schedule.id, pipeline.now());
  end loop;
  return null;
end $$;
create trigger schedules_follow_the_persons_zone after update of timezone on public.workspaces
  for each row when (old.timezone is distinct from new.timezone) execute function private.follow_timezone();

create function private.catch_up(p_rule pipeline.schedule_rule, p_slot timestamptz, p_until timestamptz, out slot timestamptz, out following timestamptz)
language plpgsql stable set search_path = '' as $$
begin
  slot := p_slot;
  following := pipeline.next_slot(p_rule, p_slot);
  if following <= p_until then
    slot := private.last_slot(p_rule, p_until);
    following := pipeline.next_slot(p_rule, slot);
  end if;
end $$;
comment on function private.catch_up(pipeline.schedule_rule, timestamptz, timestamptz) is
  'From a slot that is due: the last one up to p_until, which stands for all that were missed, and the one that follows it.';

create function pipeline.schedule(p_limit int default 2000) returns int
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := pipeline.now();
  v_ticket record;
  v_count int := 0;
begin
  for v_ticket in
    with due as (
      select s.id, c.slot, s.due_at - s.next_slot_at as offset_of_it,
             case when s.expires_at is null or c.following < s.expires_at then c.following end as following
        from (select * from pipeline.schedules s where s.due_at <= v_now order by s.due_at limit p_limit for update skip locked) s
       -- A slot is due when its offset has passed too, and before it expires.
       cross join lateral private.catch_up(s.rule, s.next_slot_at,
         least(v_now - (s.due_at - s.next_slot_at), s.expires_at - interval '1 microsecond')) c
    ), moved as (
      update pipeline.schedules s
         set last_slot_at = d.slot, next_slot_at = d.following, due_at = d.following + d.offset_of_it
        from due d where s.id = d.id
      returning s.id, s.kind, s.subject, s.user_id, s.platform, s.payload, s.if_missed, s.grace, d.slot, d.slot + d.offset_of_it as due
    )
    -- Slots missed in an outage are one ticket, of the last of them; the advance above is what makes a slot unique.
    insert into pipeline.work_tickets as t (kind, user_id, platform, payload, dedupe_key, schedule_id, slot_at)
    select m.kind, m.user_id, m.platform, m.payload, m.subject::text, m.id, m.slot
      from moved m
     where (m.if_missed = 'run_latest' or m.due > v_now - m.grace)
       -- A run that waits to go on needs no second one; a new one that waits is the conflict below.
       and not exists (select from pipeline.work_tickets w
         where w.kind = m.kind and w.dedupe_key = m.subject::text and w.started_at is not null and w.state = 'queued')
    on conflict (kind, dedupe_key) where started_at is null and dedupe_key is not null do nothing
    returning t as ticket, (select k.on_scheduled from pipeline.ticket_kinds k where k.kind = t.kind) as hook
  loop
    v_count := v_count + 1;
    if v_ticket.hook is not null then
      -- A hook announces; one that fails must not keep everyone else's slots from running.
      begin
        execute format('select %s($1)', v_ticket.hook) using v_ticket.ticket;
      exception when others then
        raise warning 'The on_scheduled hook % of kind % failed: %', v_ticket.hook, (v_ticket.ticket).kind, sqlerrm;
      end;
    end if;
  end loop;
  if v_count > 0 then perform pipeline.wake(); end if;
  return v_count;
end $$;
comment on function pipeline.schedule(int) is
  'Every 30 seconds: due slots become tickets and their schedules move on, in one statement. After an outage the last missed slot stands for all: run_latest runs it, skip only within its grace. Returns how many tickets it made.';
