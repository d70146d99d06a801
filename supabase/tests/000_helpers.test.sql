-- Loaded first: the words that the other tests are written in. The schema `tests` stays; what tests make is rolled back.
--
--   people      tests.person(), tests.as_person(), tests.as_service(), tests.as_owner()
--   errors      tests.error_of(), tests.code_of(), tests.throws_code()
--   time        tests.travel(), tests.travel_to(), tests.due(), tests.lapse(); nothing here ever sleeps
--   tickets     tests.kind(), tests.queued(), tests.held(), tests.claim()
--   content     tests.connection(), tests.source(), tests.item(), tests.page(), tests.store(), tests.sync_ticket()

set client_min_messages = warning;
create extension if not exists pgtap with schema extensions;
drop schema if exists tests cascade;
create schema tests;
grant usage on schema tests to anon, authenticated, service_role;
alter default privileges in schema tests grant execute on functions to anon, authenticated, service_role;

-- ── People ──────────────────────────────────────────────────────────────────────────────────────────────────────
create function tests.person(p_name text default null, p_tier public.tier default 'free', p_timezone text default 'UTC') returns uuid
language plpgsql security definer as $$
declare
  v_id uuid := gen_random_uuid();
begin
  insert into auth.users (id, email, aud, role, raw_user_meta_data)
  values (v_id, coalesce(p_name, v_id::text) || '@example.com', 'authenticated', 'authenticated', jsonb_build_object('timezone', p_timezone));
  update public.workspaces set tier = p_tier where owner_id = v_id and tier <> p_tier;
  return v_id;
end $$;
comment on function tests.person is 'Signs somebody up as name@example.com; the trigger makes the workspace.';

create function tests.as_person(p_user uuid, p_client_id text default null) returns void
language plpgsql as $$
begin
  perform set_config('request.jwt.claims',
    jsonb_strip_nulls(jsonb_build_object('sub', p_user, 'role', 'authenticated', 'client_id', p_client_id))::text, true);
  perform set_config('role', 'authenticated', true);
end $$;

create function tests.as_service() returns void
language plpgsql as $$
begin
  perform set_config('request.jwt.claims', '{"role": "service_role"}', true);
  perform set_config('role', 'service_role', true);
end $$;

create function tests.as_anon() returns void
language plpgsql as $$
begin
  perform set_config('request.jwt.claims', '{"role": "anon"}', true);
  perform set_config('role', 'anon', true);
end $$;

create function tests.as_owner() returns void
language plpgsql as $$
begin
  perform set_config('request.jwt.claims', '', true);
  perform set_config('role', 'none', true);
end $$;

-- ── Errors ──────────────────────────────────────────────────────────────────────────────────────────────────────
create function tests.error_of(p_sql text) returns jsonb
language plpgsql as $$
begin
  execute p_sql;
  return null;
exception
  when sqlstate 'PGRST' then return sqlerrm::jsonb;
  when others then return jsonb_build_object('code', sqlstate, 'message', sqlerrm);
end $$;
comment on function tests.error_of is 'The error that a statement raises, ours or Postgres'' own, as {code, message, …}; null when it raises none.';

create function tests.code_of(p_sql text) returns text language sql as $$ select tests.error_of(p_sql) ->> 'code' $$;

create function tests.throws_code(p_sql text, p_code text, p_description text) returns text language sql as $$
  select extensions.is(tests.code_of(p_sql), p_code, p_description)
$$;

create function tests.lives(p_sql text, p_description text) returns text language sql as $$
  select extensions.is(tests.error_of(p_sql), null::jsonb, p_description)
$$;

-- ── Time ────────────────────────────────────────────────────────────────────────────────────────────────────────
create function tests.travel(p_by interval) returns timestamptz language sql as $$
  select pipeline.move_clock((select ahead from pipeline.clock) + p_by)
$$;

create function tests.travel_to(p_instant timestamptz) returns timestamptz language sql as $$
  select pipeline.move_clock(p_instant - pg_catalog.now())
$$;
comment on function tests.travel_to is 'Moves pipeline.now() to an instant, exactly: within a transaction both clocks stand still.';

create function tests.due(p_ticket bigint) returns void language sql as $$
  update pipeline.work_tickets set run_at = clock_timestamp() where id = p_ticket
$$;

create function tests.lapse(p_ticket bigint) returns void language sql as $$
  update pipeline.work_tickets set lease_until = clock_timestamp() - interval '1 second' where id = p_ticket
$$;
comment on function tests.lapse is 'As if the worker had vanished a lease ago.';

-- ── Tickets ─────────────────────────────────────────────────────────────────────────────────────────────────────
create function tests.kind(p_kind text default 'test', p_options jsonb default '{}') returns void
language plpgsql as $$
begin
  -- Roomy by default, so that a test names the one limit it is about.
  insert into pipeline.ticket_kinds (kind, function_name, payload_shape, per_call, max_running, max_running_per_user)
  values (p_kind, 'test-function', '{"n": "integer?"}', 100, 1000, 100);
  update pipeline.ticket_kinds k
     set (function_name, payload_shape, per_call, lease, max_attempts, max_crashes, backoff_base, backoff_cap, max_running,
          max_running_per_user, max_quarantined, paused, on_scheduled, on_ended) =
         (select r.function_name, r.payload_shape, r.per_call, r.lease, r.max_attempts, r.max_crashes, r.backoff_base, r.backoff_cap,
                 r.max_running, r.max_running_per_user, r.max_quarantined, r.paused, r.on_scheduled, r.on_ended
            from jsonb_populate_record(k, p_options) r)
   where k.kind = p_kind;
end $$;
comment on function tests.kind is 'A ticket kind of function "test-function" whose payload may hold an integer n.';

create function tests.queued(
  p_user uuid default null, p_n int default null, p_platform text default 'none', p_priority int default 1, p_delay interval default '0',
  p_key text default null, p_kind text default 'test'
) returns bigint
language sql as $$
  select e.ticket_id from pipeline.enqueue(p_kind, jsonb_strip_nulls(jsonb_build_object('n', p_n)), p_user, p_platform, p_key, p_priority, p_delay) e
$$;

create type tests.held_ticket as (id bigint, lease uuid);
create function tests.held(
  p_kind text default 'test', p_payload jsonb default '{}', p_user uuid default null, p_platform text default 'none', p_key text default null
) returns tests.held_ticket
language sql as $$
  insert into pipeline.work_tickets
    (kind, payload, user_id, platform, dedupe_key, state, attempt, started_at, lease_token, lease_until, progress_at_claim)
  values (p_kind, p_payload, p_user, p_platform, p_key, 'running', 1, clock_timestamp(), gen_random_uuid(), clock_timestamp() + interval '1 minute', '{}')
  returning id, lease_token
$$;
comment on function tests.held is 'A ticket that a worker holds, at its first attempt.';

create function tests.wake_up(p_function text default 'test-function', p_quarantined boolean default false) returns uuid
language sql as $$
  insert into pipeline.wake_ups (function_name, quarantined) values (p_function, p_quarantined) returning id
$$;
comment on function tests.wake_up is 'A wake-up that sends nothing.';

create function tests.claim(p_function text default 'test-function', p_quarantined boolean default false) returns setof pipeline.claimed_ticket
language plpgsql as $$
begin
  return query select * from pipeline.claim(tests.wake_up(p_function, p_quarantined));
end $$;

create function tests.claimed_ns(p_function text default 'test-function', p_quarantined boolean default false) returns int[]
language sql as $$
  select coalesce(array_agg((c.payload ->> 'n')::int order by (c.payload ->> 'n')::int), '{}') from tests.claim(p_function, p_quarantined) c
$$;
comment on function tests.claimed_ns is 'Claims and tells which tickets it got, by the n of their payload.';

create function tests.vault() returns void
language plpgsql security definer as $$
begin
  delete from vault.secrets s where s.name in ('functions_url', 'wake_up_secret');
  perform vault.create_secret('http://127.0.0.1:9/functions/v1', 'functions_url');
  perform vault.create_secret('a-secret-of-the-tests', 'wake_up_secret');
  -- Whoever ticks beside us waits until the test is over.
  perform pg_advisory_xact_lock(hashtextextended('pipeline.wake', 0));
end $$;
comment on function tests.vault is 'What waking a function needs. Nothing is sent: the request is rolled back with the test.';

-- ── Content ─────────────────────────────────────────────────────────────────────────────────────────────────────
create function tests.connection(p_user uuid, p_provider public.provider default 'slack', p_account text default 'T1') returns uuid
language sql as $$
  select pipeline.connect(p_user, p_provider, p_account, 'Acme', '{read}', '{}', 'v1.access', 'v1.refresh')
$$;

create function tests.source(
  p_connection uuid, p_external_id text, p_platform public.platform default 'slack', p_kind public.source_kind default 'channel',
  p_selected boolean default true
) returns uuid
language sql as $$
  insert into public.sync_registry (user_id, connection_id, platform, external_id, kind, name, selected, selected_by)
  select c.user_id, c.id, p_platform, p_external_id, p_kind, '#' || p_external_id, p_selected, case when p_selected then 'person'::public.selected_by end
    from public.platform_connections c where c.id = p_connection
  returning id
$$;

create function tests.item(p_item_id text, p_text text, p_options jsonb default '{}') returns jsonb
language sql as $$
  select jsonb_build_array(jsonb_build_object('container_id', 'C1', 'item_id', p_item_id, 'content_type', 'message', 'content', p_text,
    'source_timestamp', '2026-11-01T09:00:00Z') || p_options)
$$;
comment on function tests.item is 'A list of one message, for tests.store and tests.page.';

create function tests.sync_ticket(p_source uuid) returns tests.held_ticket
language sql as $$
  select tests.held('sync_unit', jsonb_build_object('connection_id', s.connection_id, 'platform', s.platform, 'unit', s.unit), s.user_id, s.platform::text,
      concat_ws(':', s.connection_id, s.platform, s.unit))
    from public.sync_registry s where s.id = p_source
$$;
comment on function tests.sync_ticket is 'A sync of the source''s unit that a worker holds.';

create function tests.page(p_source uuid, p_items jsonb, p_options jsonb default '{}') returns jsonb
language sql as $$
  select jsonb_build_object('cursor', '{}'::jsonb,
      'items', coalesce((select jsonb_agg(jsonb_build_object('sources', jsonb_build_array(s.external_id)) || i) from jsonb_array_elements(p_items) i), '[]')) || p_options
    from public.sync_registry s where s.id = p_source
$$;
comment on function tests.page is 'A page of items that belong to the source where they do not say otherwise.';

create function tests.store(p_source uuid, p_items jsonb, p_options jsonb default '{}') returns jsonb
language plpgsql as $$
declare
  v_held tests.held_ticket := tests.sync_ticket(p_source);
  v_answer jsonb := pipeline.store_page(v_held.id, v_held.lease, tests.page(p_source, p_items, p_options));
begin
  delete from pipeline.work_tickets where id = v_held.id;
  return v_answer;
end $$;
comment on function tests.store is 'Stores one page as a sync of its own would.';

-- ── Schedules ───────────────────────────────────────────────────────────────────────────────────────────────────
create function tests.slots(p_rule jsonb, p_after timestamptz, p_count int default 3, p_timezone text default 'UTC', p_anchor date default null)
returns text[]
language plpgsql as $$
declare
  v_rule pipeline.schedule_rule := pipeline.parse_rule(p_rule, p_timezone, p_anchor);
  v_at timestamptz := p_after;
  v_slots text[] := '{}';
begin
  for i in 1 .. p_count loop
    v_at := pipeline.next_slot(v_rule, v_at);
    exit when v_at is null;
    v_slots := v_slots || to_char(v_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI');
  end loop;
  return v_slots;
end $$;
comment on function tests.slots is 'The next slots of a rule after an instant, in UTC.';

create function tests.local_slots(p_rule jsonb, p_after timestamptz, p_count int default 3)
returns text[]
language sql as $$
  select array_agg(to_char((s || 'Z')::timestamptz at time zone (p_rule ->> 'timezone'), 'DD HH24:MI') order by n)
    from unnest(tests.slots(p_rule, p_after, p_count)) with ordinality x(s, n)
$$;
comment on function tests.local_slots is 'The same as the wall clock of the rule''s zone shows them: day of month and time.';

begin;
select plan(1);
select has_schema('tests', 'the helpers are there');
select * from finish();
rollback;
