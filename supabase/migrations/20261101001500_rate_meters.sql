-- Rate meters: how fast one key (a connection, a team and method, a model account) may be called. A worker reserves ahead and sleeps.

create table pipeline.rate_meters (
  key text primary key,
  spacing interval not null,
  burst int not null default 1,
  free_at timestamptz not null default '-infinity',
  constraint spacing_is_positive check (spacing > interval '0'),
  constraint burst_is_positive check (burst > 0)
) with (fillfactor = 50);
comment on table pipeline.rate_meters is
  'GCRA: one call every spacing, burst calls at once. free_at is the theoretical arrival time of the next call.';
alter table pipeline.rate_meters enable row level security;

create function pipeline.reserve(p_key text, p_calls int, p_spacing interval, p_burst int default 1) returns interval
language sql set search_path = '' as $$
  -- The key is made at its first use, with the limit its caller knows; later calls keep what was learnt since.
  insert into pipeline.rate_meters as m (key, spacing, burst, free_at)
  values (p_key, p_spacing, p_burst, clock_timestamp() - p_spacing * (p_burst - 1) + p_spacing * p_calls)
  on conflict (key) do update
    set free_at = greatest(m.free_at, clock_timestamp() - m.spacing * (m.burst - 1)) + m.spacing * p_calls
  returning greatest(interval '0', m.free_at - m.spacing * p_calls - clock_timestamp())
$$;
comment on function pipeline.reserve(text, int, interval, int) is
  'Reserves p_calls calls and returns how long to wait before the first. One statement, so that two isolates never share a slot.';

create function pipeline.hold_back(p_key text, p_for interval, p_spacing interval default null) returns void
language sql set search_path = '' as $$
  insert into pipeline.rate_meters as m (key, spacing, free_at)
  values (p_key, coalesce(p_spacing, '1 second'), clock_timestamp() + p_for)
  on conflict (key) do update
    set free_at = greatest(m.free_at, clock_timestamp() + p_for), spacing = coalesce(p_spacing, m.spacing), burst = case when p_spacing is null then m.burst else 1 end
$$;
comment on function pipeline.hold_back(text, interval, interval) is
  'The provider said wait: nobody calls under this key before p_for is over. p_spacing: the slower pace that was learnt.';
