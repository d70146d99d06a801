-- Rate meters: how fast one key (a team and a method, a mailbox, a model account) may be called. A worker reserves ahead and sleeps.

create table pipeline.rate_meters (
  key text primary key,
  allowed int not null,
  period interval not null,
  learnt_at timestamptz,
  held_until timestamptz,
  taken timestamptz[] not null default '{}',
  taken_units int[] not null default '{}',
  constraint a_meter_allows_1_to_1000000_units_a_period check (allowed between 1 and 1000000),
  constraint period_is_a_millisecond_or_more check (period >= interval '1 millisecond'),
  constraint every_instant_has_its_units check (cardinality(taken) = cardinality(taken_units))
) with (fillfactor = 50);
comment on table pipeline.rate_meters is
  'A sliding window, as the platforms count: at most "allowed" units in any "period" (start included, end not). Unlike a leaky bucket it allows the burst and the sustained rate at once.';
comment on column pipeline.rate_meters.taken is
  'When units were or will be used, oldest first. Calls within a sixtieth of the period are one entry, at the later instant: the row stays small and never forgives a unit too early.';
comment on column pipeline.rate_meters.taken_units is 'How many units each entry of "taken" stands for.';
comment on column pipeline.rate_meters.learnt_at is
  'When the platform last turned out to keep a slower pace for us than its callers believe. That pace holds for a week, then theirs is tried anew.';
alter table pipeline.rate_meters enable row level security;

create function private.learnt_still(p_learnt_at timestamptz, p_now timestamptz) returns boolean
language sql immutable set search_path = '' as $$
  select coalesce(p_learnt_at > p_now - interval '7 days', false)
$$;
comment on function private.learnt_still(timestamptz, timestamptz) is 'Whether a pace that was learnt then holds now. Limits also rise: after a week the faster one is tried anew.';

create function private.with_call(p_meter pipeline.rate_meters, p_units int, p_now timestamptz) returns pipeline.rate_meters
language plpgsql immutable set search_path = '' as $$
declare
  v_slot constant interval := greatest(p_meter.period / 60, interval '1 microsecond');
  v_epoch constant timestamptz := '2000-01-01T00:00:00Z';
  -- Where a learnt pace allows less at once than one call costs, the call takes all there is.
  v_units constant int := least(p_units, p_meter.allowed);
  v_taken timestamptz[] := p_meter.taken;
  v_taken_units int[] := p_meter.taken_units;
  v_last int := cardinality(v_taken);
  v_first int := 1;
  v_room int := p_meter.allowed - v_units;
  -- In turn: as nobody is let in before those who wait, each call need only look back.
  v_start timestamptz := greatest(p_now, p_meter.held_until, v_taken[v_last]);
begin
  for i in reverse v_last .. 1 loop
    v_room := v_room - v_taken_units[i];
    if v_room < 0 then v_start := greatest(v_start, v_taken[i] + p_meter.period); end if;
    if v_room < 0 or v_taken[i] <= v_start - p_meter.period then
      v_first := i + 1;
      exit;
    end if;
  end loop;

  -- What no later call can meet in its window any more is forgotten.
  if v_first > 1 then
    v_taken := v_taken[v_first:];
    v_taken_units := v_taken_units[v_first:];
    v_last := v_last + 1 - v_first;
  end if;
  if v_last > 0 and date_bin(v_slot, v_taken[v_last], v_epoch) = date_bin(v_slot, v_start, v_epoch) then
    v_taken[v_last] := v_start;
    v_taken_units[v_last] := v_taken_units[v_last] + v_units;
  else
    v_taken := v_taken || v_start;
    v_taken_units := v_taken_units || v_units;
  end if;
  p_meter.taken := v_taken;
  p_meter.taken_units := v_taken_units;
  return p_meter;
end $$;
comment on function private.with_call(pipeline.rate_meters, int, timestamptz) is
  'A meter after one more call of p_units; the last instant of "taken" is when that call may start.';

create function pipeline.reserve(
  p_key text, p_allowed int, p_period_seconds float8, p_longest_wait_seconds float8 default null, p_units int default 1
) returns float8
language plpgsql set search_path = '' as $$
declare
  v_meter pipeline.rate_meters;
  v_now timestamptz;
  v_wait float8;
begin
  if (p_units between 1 and p_allowed) is not true then
    perform private.raise_error('malformed_pace', 422, format('A call of %s units does not fit into %s units a period.', p_units, p_allowed),
      'A call takes at least one unit and at most what its key allows.');
  end if;
  -- A call does not wait for the disk, and the next one not for its row: what a crash of the database forgets is the last half
  -- second, and a provider that minds says so.
  perform set_config('synchronous_commit', 'off', true);
  loop
    -- The row lock is what keeps two isolates from sharing units.
    select * into v_meter from pipeline.rate_meters m where m.key = p_key for update;
    exit when found;
    insert into pipeline.rate_meters (key, allowed, period) values (p_key, p_allowed, make_interval(secs => p_period_seconds))
    on conflict (key) do nothing;
  end loop;
  -- Read behind the lock: a call must not be booked for the time at which it still waited to be booked.
  v_now := clock_timestamp();
  if not private.learnt_still(v_meter.learnt_at, v_now) then
    v_meter.allowed := p_allowed;
    v_meter.period := make_interval(secs => p_period_seconds);
    v_meter.learnt_at := null;
  end if;
  v_meter := private.with_call(v_meter, p_units, v_now);
  v_wait := extract(epoch from v_meter.taken[cardinality(v_meter.taken)] - v_now);
  -- Who would not wait that long takes nothing.
  if v_wait <= coalesce(p_longest_wait_seconds, v_wait) then
    update pipeline.rate_meters m
       set allowed = v_meter.allowed, period = v_meter.period, learnt_at = v_meter.learnt_at,
           taken = v_meter.taken, taken_units = v_meter.taken_units
     where m.key = p_key;
  end if;
  return v_wait;
end $$;
comment on function pipeline.reserve(text, int, float8, float8, int) is
  'Reserves one call of p_units and returns how many seconds to wait before it; longer than p_longest_wait_seconds reserves nothing. The pace is the caller''s, unless a slower one was learnt. Raises malformed_pace.';

create function pipeline.hold_back(p_key text, p_seconds float8, p_allowed int default null, p_period_seconds float8 default null) returns void
language plpgsql set search_path = '' as $$
declare
  v_now constant timestamptz := clock_timestamp();
begin
  if (p_allowed is null) <> (p_period_seconds is null) then
    perform private.raise_error('malformed_pace', 422, 'A slower pace needs both its units and its period.',
      'Give p_allowed and p_period_seconds, or neither.');
  end if;
  insert into pipeline.rate_meters as m (key, allowed, period, held_until, learnt_at)
  values (p_key, coalesce(p_allowed, 1), make_interval(secs => coalesce(p_period_seconds, 1)), v_now + make_interval(secs => p_seconds),
    case when p_allowed is not null then v_now end)
  on conflict (key) do update
    set held_until = greatest(m.held_until, excluded.held_until),
        learnt_at = coalesce(excluded.learnt_at, m.learnt_at),
        -- Of two lessons that both hold, the slower one counts.
        (allowed, period) = (
          select case when s.slower then excluded.allowed else m.allowed end, case when s.slower then excluded.period else m.period end
            from (select excluded.learnt_at is not null and (not private.learnt_still(m.learnt_at, v_now)
              or excluded.allowed * extract(epoch from m.period) <= m.allowed * extract(epoch from excluded.period))) s(slower));
end $$;
comment on function pipeline.hold_back(text, float8, int, float8) is
  'The provider said wait: nobody calls under this key before p_seconds are over. p_allowed and p_period_seconds: the slower pace that was learnt; it holds for a week whatever callers believe. Raises malformed_pace.';

create function private.sweep_meters() returns int
language sql set search_path = '' as $$
  with idle as (
    delete from pipeline.rate_meters m
     where greatest(m.taken[cardinality(m.taken)] + m.period, m.held_until, m.learnt_at + interval '7 days', '-infinity')
           <= clock_timestamp() - interval '1 day'
    returning 1
  )
  select count(*)::int from idle
$$;
comment on function private.sweep_meters() is 'Forgets meters that nobody used for a day and that have learnt nothing. Returns how many.';

create function private.meters_in_use() returns table (
  key text, allowed int, period_seconds float8, learnt_at timestamptz, taken int, held_for_seconds int, free_in_seconds int
)
language sql stable set search_path = '' as $$
  select * from (
    select m.key, m.allowed, extract(epoch from m.period)::float8,
           case when private.learnt_still(m.learnt_at, clock_timestamp()) then m.learnt_at end as learnt_at,
           (select coalesce(sum(u), 0)::int from unnest(m.taken, m.taken_units) x(t, u) where t > clock_timestamp() - m.period) as taken,
           greatest(0, round(extract(epoch from m.held_until - clock_timestamp())))::int as held_for_seconds,
           greatest(0, round(extract(epoch from a.taken[cardinality(a.taken)] - clock_timestamp())))::int as free_in_seconds
      from pipeline.rate_meters m cross join lateral private.with_call(m, 1, clock_timestamp()) a) m
   where m.taken > 0 or m.free_in_seconds > 0 or m.learnt_at is not null
$$;
comment on function private.meters_in_use() is
  'For operators: units taken or reserved, when one unit is free, whether a slower pace was learnt.';
