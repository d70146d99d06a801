-- Rate meters: how fast one key (a team and a method, a mailbox, a model account) may be called. A worker reserves ahead and sleeps.

create table pipeline.rate_meters (
  key text primary key,
  allowed int not null,
  period interval not null,
  taken timestamptz[] not null default '{}',
  held_until timestamptz,
  constraint a_meter_allows_1_to_500_calls_a_period check (allowed between 1 and 500),
  constraint period_is_positive check (period > interval '0')
) with (fillfactor = 50);
comment on table pipeline.rate_meters is
  'A sliding window, as the platforms count: at most "allowed" calls in any "period". taken: the instants of the last calls reserved. Unlike a leaky bucket it allows the burst and the sustained rate at once.';
alter table pipeline.rate_meters enable row level security;

create function pipeline.reserve(p_key text, p_allowed int, p_period_seconds float8, p_longest_wait_seconds float8 default null) returns float8
language plpgsql set search_path = '' as $$
declare
  v_meter pipeline.rate_meters;
  v_now timestamptz := clock_timestamp();
  v_start timestamptz;
  v_wait float8;
begin
  -- The meter is made at its first use, with the limit its caller knows; what was learnt since (hold_back) stays.
  insert into pipeline.rate_meters (key, allowed, period) values (p_key, p_allowed, make_interval(secs => p_period_seconds))
  on conflict (key) do nothing;
  -- The row lock is what keeps two isolates from sharing a slot.
  select * into v_meter from pipeline.rate_meters m where m.key = p_key for update;
  v_start := greatest(v_now, v_meter.held_until,
    case when cardinality(v_meter.taken) >= v_meter.allowed then v_meter.taken[cardinality(v_meter.taken) - v_meter.allowed + 1] + v_meter.period end);
  v_wait := extract(epoch from v_start - v_now);
  -- Who would not wait that long takes no slot.
  if v_wait <= coalesce(p_longest_wait_seconds, v_wait) then
    update pipeline.rate_meters m
       set taken = (v_meter.taken || v_start)[greatest(1, cardinality(v_meter.taken) + 2 - m.allowed):]
     where m.key = p_key;
  end if;
  return v_wait;
end $$;
comment on function pipeline.reserve(text, int, float8, float8) is
  'Reserves one call and returns how many seconds to wait before it; longer than p_longest_wait_seconds reserves nothing.';

create function pipeline.hold_back(p_key text, p_seconds float8, p_allowed int default null, p_period_seconds float8 default null) returns void
language sql set search_path = '' as $$
  insert into pipeline.rate_meters as m (key, allowed, period, held_until)
  values (p_key, coalesce(p_allowed, 1), make_interval(secs => coalesce(p_period_seconds, 1)), clock_timestamp() + make_interval(secs => p_seconds))
  on conflict (key) do update
    set held_until = greatest(m.held_until, excluded.held_until),
        allowed = coalesce(p_allowed, m.allowed), period = case when p_period_seconds is null then m.period else excluded.period end
$$;
comment on function pipeline.hold_back(text, float8, int, float8) is
  'The provider said wait: nobody calls under this key before p_seconds are over. p_allowed and p_period_seconds: the slower pace that was learnt.';
