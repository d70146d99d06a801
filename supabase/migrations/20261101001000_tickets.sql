-- Work tickets: everything that happens in the background, as rows.
--
--   ticket_kinds        policy per kind: function, lease, attempts, limits, what its payload must hold
--   work_tickets        live tickets only (queued, running); small and hot
--   work_execution_log  ended tickets (done, dead, cancelled), a partition a day, kept 30 days
--   wake_ups            every call that asked a function to come and claim
--
-- A ticket's life: enqueue → claim → (save …) → finish | yield → … | fail → retry … | reap after a crash → quarantine …
-- Three counters: an attempt is spent by an error, a crash by a worker that vanished, a turn by running out of wall clock.

create table pipeline.platform_limits (
  platform text primary key,
  max_running int not null default 100,
  paused boolean not null default false,
  constraint a_platform_runs_something check (max_running > 0)
);
comment on table pipeline.platform_limits is 'How many tickets of one platform run at once, for everyone together. paused: an outage switch that burns no attempts.';
insert into pipeline.platform_limits (platform, max_running) values
  ('none', 1000), ('slack', 100), ('gmail', 100), ('calendar', 100), ('notion', 100), ('anthropic', 50), ('resend', 20);

create table pipeline.ticket_kinds (
  kind text primary key,
  function_name text not null,
  payload_shape jsonb not null default '{}',
  per_call smallint not null default 5,
  lease interval not null default '30 seconds',
  max_attempts smallint not null default 5,
  max_crashes smallint not null default 3,
  backoff_base interval not null default '5 seconds',
  backoff_cap interval not null default '15 minutes',
  max_running int not null default 50,
  max_running_per_user int not null default 2,
  max_quarantined int not null default 1,
  paused boolean not null default false,
  on_scheduled text,
  on_ended text,
  constraint per_call_is_1_to_100 check (per_call between 1 and 100),
  constraint a_lease_outlives_a_tick check (lease >= interval '2 seconds'),
  constraint limits_let_something_run check (max_running > 0 and max_running_per_user > 0 and max_quarantined > 0),
  constraint hooks_are_functions_of_the_pipeline check (on_scheduled ~ '^pipeline\.[a-z_]+$' and on_ended ~ '^pipeline\.[a-z_]+$'),
  constraint payload_shape_is_an_object check (jsonb_typeof(payload_shape) = 'object')
);
comment on table pipeline.ticket_kinds is
  'Policy as rows. payload_shape: {"key": "uuid" | "text" | "integer" | "boolean" | "timestamp" | "object"}, with "?" behind the type when optional.';
comment on column pipeline.ticket_kinds.on_scheduled is 'Called as f(work_tickets) when a schedule made a ticket, in the same transaction.';
comment on column pipeline.ticket_kinds.on_ended is
  'Called as f(work_tickets, ticket_state, error jsonb) when a ticket ends, in the same transaction: no row of the domain stays behind in a state without exit.';

create table pipeline.work_tickets (
  id bigint generated always as identity primary key,
  user_id uuid references auth.users on delete cascade,
  lane uuid not null generated always as (coalesce(user_id, '00000000-0000-0000-0000-000000000000')) stored,
  created_at timestamptz not null default clock_timestamp(),
  run_at timestamptz not null default clock_timestamp(),
  started_at timestamptz,
  lease_until timestamptz,
  slot_at timestamptz,
  lease_token uuid,
  schedule_id bigint,
  turn int not null default 0,
  state public.ticket_state not null default 'queued',
  attempt smallint not null default 0,
  crashes smallint not null default 0,
  stalled_turns smallint not null default 0,
  priority smallint not null default 1,
  quarantined boolean not null default false,
  cancel_asked boolean not null default false,
  kind text not null references pipeline.ticket_kinds,
  platform text not null default 'none' references pipeline.platform_limits,
  dedupe_key text,
  payload jsonb not null default '{}',
  progress jsonb not null default '{}',
  progress_at_claim jsonb,
  waiting_for jsonb,
  last_error jsonb,
  constraint a_running_ticket_is_leased check ((state = 'running') = (lease_token is not null) and (state = 'running') = (lease_until is not null)),
  constraint live_tickets_only check (state in ('queued', 'running')),
  constraint priority_is_0_person_waits_1_due_2_bulk check (priority between 0 and 2)
) with (
  -- Measured in the prototype: with room for HOT updates and an eager autovacuum the table stays below 5 MB over 10,000 tickets.
  fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500,
  autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 500
);
comment on table pipeline.work_tickets is 'Live work. Columns are ordered by alignment.';
comment on column pipeline.work_tickets.lane is 'The person, or zero for the system''s own work: the unit of fairness.';
comment on column pipeline.work_tickets.dedupe_key is
  'Per kind and key one ticket that has begun (running, or waiting to go on) and one new one, which waits until the other has ended.';
comment on column pipeline.work_tickets.waiting_for is 'Why a queued ticket waits: {"code", "message"} of its last yield.';
comment on column pipeline.work_tickets.stalled_turns is 'Turns in a row that ended where they began; the third fails the ticket.';

create index work_tickets_ready on pipeline.work_tickets (kind, quarantined, priority, lane, platform, run_at, id) where state = 'queued';
create index work_tickets_running_by_person on pipeline.work_tickets (kind, lane) where state = 'running';
create index work_tickets_running_by_platform on pipeline.work_tickets (platform) where state = 'running';
-- By begun or not, and not by state: a ticket that goes back to the queue must not collide with the successor that came meanwhile.
create unique index one_new_ticket_a_key on pipeline.work_tickets (kind, dedupe_key) where started_at is null and dedupe_key is not null;
create unique index one_begun_ticket_a_key on pipeline.work_tickets (kind, dedupe_key) where started_at is not null and dedupe_key is not null;
create index work_tickets_of_a_person on pipeline.work_tickets (user_id);
create index work_tickets_by_platform on pipeline.work_tickets (platform);
-- lease_until is deliberately in no index: every save moves it, and unindexed that update stays HOT (9 of 10 saves, measured).

alter table pipeline.work_tickets enable row level security;
create policy "People see their tickets" on pipeline.work_tickets for select to authenticated using (user_id = (select auth.uid()));

create table pipeline.work_execution_log (
  id bigint not null,
  user_id uuid references auth.users on delete cascade,
  created_at timestamptz not null,
  started_at timestamptz,
  ended_at timestamptz not null default clock_timestamp(),
  slot_at timestamptz,
  schedule_id bigint,
  redriven_as bigint,
  turn int not null,
  outcome public.ticket_state not null,
  attempt smallint not null,
  crashes smallint not null,
  priority smallint not null,
  kind text not null,
  platform text not null,
  dedupe_key text,
  payload jsonb not null,
  progress jsonb not null,
  result jsonb,
  error jsonb,
  constraint one_row_an_ended_ticket primary key (id, ended_at),
  constraint only_ended_tickets check (outcome in ('done', 'dead', 'cancelled'))
) partition by range (ended_at);
comment on table pipeline.work_execution_log is 'Ended tickets with outcome, counters, duration, result or error. A partition a day; kept 30 days.';
create index work_execution_log_of_a_person on pipeline.work_execution_log (user_id, ended_at desc);
create index work_execution_log_dead on pipeline.work_execution_log (ended_at desc) where outcome = 'dead';
alter table pipeline.work_execution_log enable row level security;
create policy "People see their ended tickets" on pipeline.work_execution_log for select to authenticated using (user_id = (select auth.uid()));

-- Catches what falls outside the days that exist; the sweep makes those ahead of time. Partitions are private: they come and go by
-- the day, and neither the API nor the generated types should know today's date.
create table private.work_execution_log_default partition of pipeline.work_execution_log default;
alter table private.work_execution_log_default enable row level security;

create table pipeline.wake_ups (
  id uuid primary key default gen_random_uuid(),
  function_name text not null,
  quarantined boolean not null default false,
  woken_at timestamptz not null default clock_timestamp(),
  answered_at timestamptz,
  claimed int
);
comment on table pipeline.wake_ups is 'Calls that asked a function to come and claim. Lost: the next tick wakes again. Repeated: an answered one claims nothing.';
create index wake_ups_unanswered on pipeline.wake_ups (function_name, woken_at) where answered_at is null;
create index wake_ups_by_age on pipeline.wake_ups (woken_at);
alter table pipeline.wake_ups enable row level security;

create table pipeline.lane_turns (
  kind text not null references pipeline.ticket_kinds on delete cascade,
  quarantined boolean not null,
  lane uuid not null,
  platform text not null,
  constraint one_row_a_round primary key (kind, quarantined)
) with (fillfactor = 50);
comment on table pipeline.lane_turns is 'Where the last claim of a kind stopped in the round of lanes; the next begins behind it.';
alter table pipeline.lane_turns enable row level security;
alter table pipeline.platform_limits enable row level security;
alter table pipeline.ticket_kinds enable row level security;

-- What a person sees of it: their own tickets, live and ended, in one list.
grant select (id, user_id, kind, platform, state, priority, attempt, crashes, turn, quarantined, cancel_asked, created_at, run_at,
  started_at, slot_at, progress, waiting_for, last_error) on pipeline.work_tickets to authenticated;
grant select (id, user_id, kind, platform, outcome, priority, attempt, crashes, turn, created_at, started_at, ended_at, slot_at,
  progress, result, error) on pipeline.work_execution_log to authenticated;

create view public.work_tickets with (security_invoker = true) as
  select t.id, t.user_id, t.kind, t.platform, t.state, t.priority, t.attempt, t.crashes, t.turn, t.quarantined, t.cancel_asked,
         t.created_at, t.run_at, t.started_at, null::timestamptz as ended_at, t.slot_at, t.progress, t.waiting_for,
         null::jsonb as result, t.last_error as error
    from pipeline.work_tickets t
  union all
  select l.id, l.user_id, l.kind, l.platform, l.outcome, l.priority, l.attempt, l.crashes, l.turn, l.crashes > 0, l.outcome = 'cancelled',
         l.created_at, null, l.started_at, l.ended_at, l.slot_at, l.progress, null, l.result, l.error
    from pipeline.work_execution_log l;
comment on view public.work_tickets is 'One''s own background work, live and ended: in which state it is and why.';
grant select on public.work_tickets to authenticated, service_role;
