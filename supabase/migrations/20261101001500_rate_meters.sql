-- Rate meters: how fast one key (a connection, a team and method, a model account) may be called. A worker reserves ahead and sleeps.

create table pipeline.rate_meters (
  key text primary key,
  spacing interval not null,
  burst int not null default 1,
  free_at timestamptz not null default clock_timestamp() - interval '1 day',
  constraint spacing_is_positive check (spacing > interval '0'),
  constraint burst_is_positive check (burst > 0)
) with (fillfactor = 50);
comment on table pipeline.rate_meters is
  'GCRA: one call every spacing, burst calls at once. free_at is the theoretical arrival time of the next call.';
alter table pipeline.rate_meters enable row level security;

create function pipeline.reserve(
  p_key text, p_spacing_seconds float8, p_burst int default 1, p_calls int default 1, p_longest_wait_seconds float8 default null
) returns float8
language plpgsql set search_path = '' as $$
declare
  v_meter pipeline.rate_meters;
  v_start timestamptz;
  v_wait float8;
begin
  -- The key is made at its first use, with the limit its caller knows; later calls keep what was learnt since.
  insert into pipeline.rate_meters (key, spacing, burst) values (p_key, make_interval(secs => p_spacing_seconds), p_burst)
  on conflict (key) do nothing;
  -- The row lock is what keeps two isolates from sharing a slot.
  select * into v_meter from pipeline.rate_meters m where m.key = p_key for update;
  v_start := greatest(v_meter.free_at, clock_timestamp() - v_meter.spacing * (v_meter.burst - 1));
  v_wait := greatest(0, extract(epoch from v_start - clock_timestamp()));
  -- Who would not wait that long takes no slot.
  if v_wait <= coalesce(p_longest_wait_seconds, v_wait) then
    update pipeline.rate_meters m set free_at = v_start + m.spacing * p_calls where m.key = p_key;
  end if;
  return v_wait;
end $$;
comment on function pipeline.reserve(text, float8, int, int, float8) is
  'Reserves p_calls calls and returns how many seconds to wait before the first; longer than p_longest_wait_seconds reserves nothing.';

create function pipeline.hold_back(p_key text, p_seconds float8, p_spacing_seconds float8 default null) returns void
language sql set search_path = '' as $$
  insert into pipeline.rate_meters as m (key, spacing, free_at)
  values (p_key, make_interval(secs => coalesce(p_spacing_seconds, 1)), clock_timestamp() + make_interval(secs => p_seconds))
  on conflict (key) do update
    set free_at = greatest(m.free_at, excluded.free_at),
        spacing = case when p_spacing_seconds is null then m.spacing else excluded.spacing end,
        burst = case when p_spacing_seconds is null then m.burst else 1 end
$$;
comment on function pipeline.hold_back(text, float8, float8) is
  'The provider said wait: nobody calls under this key before p_seconds are over. p_spacing_seconds: the slower pace that was learnt.';
