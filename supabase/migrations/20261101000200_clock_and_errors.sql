-- One clock for everything that people experience as time, and one way to say no.

create table pipeline.clock (
  only_row boolean primary key default true,
  ahead interval not null default '0',
  constraint the_clock_is_one_row check (only_row)
);
comment on table pipeline.clock is 'How far pipeline.now() runs ahead of the real clock. Zero outside tests.';
alter table pipeline.clock enable row level security;
insert into pipeline.clock default values;

create function pipeline.now() returns timestamptz
language sql stable security definer set search_path = '' as $$
  select pg_catalog.now() + c.ahead from pipeline.clock c
$$;
comment on function pipeline.now() is
  'The time of schedules, lifetimes, windows and freshness; tests move it. Leases, backoff and wake-ups use the real clock instead.';
-- Column defaults of tables that people write to call it.
grant execute on function pipeline.now() to authenticated, service_role;

create function pipeline.move_clock(p_ahead interval) returns timestamptz
language sql set search_path = '' as $$
  update pipeline.clock set ahead = p_ahead;
  select pipeline.now()
$$;
comment on function pipeline.move_clock(interval) is 'For tests and the demo: lets pipeline.now() run ahead of the real clock by p_ahead.';

create function private.raise_error(p_code text, p_status int, p_message text, p_hint text default null, p_details text default null)
returns void language plpgsql set search_path = '' as $$
begin
  -- PostgREST's own form: supabase-js sees error.code = p_code and the HTTP status, hosted and local alike.
  raise sqlstate 'PGRST' using
    message = jsonb_build_object('code', p_code, 'message', p_message, 'details', p_details, 'hint', p_hint)::text,
    detail = jsonb_build_object('status', p_status, 'headers', jsonb_build_object())::text;
end $$;
comment on function private.raise_error(text, int, text, text, text) is
  'Raises one of our errors: a stable code, an HTTP status, a sentence, what to do, and facts for programs (a JSON object; retry_after_seconds becomes Retry-After). The codes are listed in docs/errors.md.';
grant execute on function private.raise_error(text, int, text, text, text) to authenticated;
