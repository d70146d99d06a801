-- Versions: what was written, what it rests on, the state of its sources, and the outbox that delivers it.

create table public.deliverable_backtests (
  id uuid primary key default gen_random_uuid(),
  deliverable_id uuid not null references public.deliverables on delete cascade,
  user_id uuid not null references auth.users on delete cascade,
  ticket_id bigint,
  slots timestamptz[] not null,
  done int not null default 0,
  skipped jsonb not null default '[]',
  status public.backtest_status not null default 'running',
  cost_usd numeric(10, 4) not null default 0,
  error jsonb,
  created_at timestamptz not null default pipeline.now(),
  ended_at timestamptz,
  constraint a_backtest_has_1_to_40_slots check (cardinality(slots) between 1 and 40),
  constraint a_failed_backtest_says_why check (status <> 'failed' or error is not null),
  constraint a_backtest_that_ended_says_when check ((status = 'running') = (ended_at is null))
);
comment on table public.deliverable_backtests is
  'What a deliverable would have written at past slots, from the content as it was then. skipped: [{slot, reason, message}]; the others are versions of purpose "backtest".';
create index deliverable_backtests_of_a_person on public.deliverable_backtests (user_id);
create unique index one_running_backtest_a_deliverable on public.deliverable_backtests (deliverable_id) where status = 'running';
create index deliverable_backtests_of_a_deliverable on public.deliverable_backtests (deliverable_id);
alter table public.deliverable_backtests enable row level security;
create policy "People see their backtests" on public.deliverable_backtests for select to authenticated using (user_id = (select auth.uid()));
grant select on public.deliverable_backtests to authenticated;

create table public.deliverable_versions (
  id uuid primary key default gen_random_uuid(),
  deliverable_id uuid not null references public.deliverables on delete cascade,
  user_id uuid not null references auth.users on delete cascade,
  version_number int,
  purpose public.version_purpose not null default 'live',
  as_of timestamptz not null default pipeline.now(),
  backtest_id uuid references public.deliverable_backtests on delete cascade,
  ticket_id bigint,
  status public.version_status not null default 'generating',
  draft_content text,
  final_content text,
  evidence_fingerprint text,
  scope_until timestamptz,
  coverage jsonb not null default '[]',
  corrections jsonb not null default '[]',
  failure jsonb,
  model text,
  usage jsonb not null default '{}',
  edit_distance_score numeric(4, 3),
  edit_categories jsonb,
  feedback_notes text,
  analyst_metadata jsonb,
  created_at timestamptz not null default pipeline.now(),
  generated_at timestamptz,
  reviewed_at timestamptz,
  delivered_at timestamptz,
  constraint versions_are_numbered_without_gaps_or_doubles unique (deliverable_id, version_number),
  constraint only_live_versions_are_numbered check ((purpose = 'live') = (version_number is not null)),
  constraint a_version_of_a_backtest_names_it check ((purpose = 'backtest') = (backtest_id is not null)),
  -- A backtest's one ticket writes a version a slot; every other run writes one.
  constraint one_version_a_run_and_instant unique (ticket_id, as_of),
  constraint an_edit_distance_is_0_to_1 check (edit_distance_score between 0 and 1),
  constraint a_version_that_was_generated_has_content check (status not in ('generated', 'delivered', 'approved') or draft_content is not null),
  constraint a_failed_version_says_why check (status <> 'failed' or failure is not null)
);
comment on table public.deliverable_versions is 'What was written: generating → generated → delivered, or failed with a reason. coverage: per source, up to when it was read. corrections: [{text}] about what earlier versions cited.';
comment on column public.deliverable_versions.as_of is 'The instant whose state of the content it reports: when its run began, or the slot that a backtest plays.';
comment on column public.deliverable_versions.scope_until is 'Up to where its sources'' events were looked at: later ones are still to be told.';
comment on column public.deliverable_versions.evidence_fingerprint is 'A hash over every item and its text in scope: the same fingerprint, the same evidence.';
create index deliverable_versions_of_a_backtest on public.deliverable_versions (backtest_id) where backtest_id is not null;
create index deliverable_versions_of_a_person on public.deliverable_versions (user_id, created_at desc);
alter table public.deliverable_versions enable row level security;
create policy "People see their versions" on public.deliverable_versions for select to authenticated using (user_id = (select auth.uid()));
grant select on public.deliverable_versions to authenticated;

create table public.version_citations (
  version_id uuid not null references public.deliverable_versions on delete cascade,
  number int not null,
  user_id uuid not null references auth.users on delete cascade,
  content_id uuid references public.platform_content on delete set null,
  revision int,
  content_hash text,
  quote text not null,
  permalink text,
  label text not null,
  corrected_in uuid references public.deliverable_versions on delete set null,
  constraint one_row_a_citation primary key (version_id, number),
  constraint a_citation_of_the_web_has_its_address check (revision is not null or permalink is not null)
);
comment on table public.version_citations is 'What a version rests on: item@revision and the words it quotes, verified before delivery; or a page of the web (no revision).';
comment on column public.version_citations.content_hash is 'Of the revision that is cited: whether the item still says what it said.';
comment on column public.version_citations.corrected_in is 'The later version that told its reader that the item was edited or deleted.';
create index version_citations_corrected on public.version_citations (corrected_in) where corrected_in is not null;
create index version_citations_of_an_item on public.version_citations (content_id);
create index version_citations_of_a_person on public.version_citations (user_id);
alter table public.version_citations enable row level security;
create policy "People see their citations" on public.version_citations for select to authenticated using (user_id = (select auth.uid()));
grant select on public.version_citations to authenticated;

create table public.source_snapshots (
  version_id uuid not null references public.deliverable_versions on delete cascade,
  source_id uuid not null,
  user_id uuid not null references auth.users on delete cascade,
  platform public.platform not null,
  external_id text not null,
  name text not null,
  synced_at timestamptz,
  source_latest_at timestamptz,
  item_count int not null,
  cursor jsonb,
  taken_at timestamptz not null default pipeline.now(),
  constraint one_snapshot_a_version_and_source primary key (version_id, source_id)
);
comment on table public.source_snapshots is 'The state of each source as a version began, taken before its content was read. source_id has no foreign key: the snapshot outlives its source.';
create index source_snapshots_of_a_person on public.source_snapshots (user_id);
alter table public.source_snapshots enable row level security;
create policy "People see their snapshots" on public.source_snapshots for select to authenticated using (user_id = (select auth.uid()));
grant select on public.source_snapshots to authenticated;

create table public.deliveries (
  id uuid primary key default gen_random_uuid(),
  version_id uuid not null references public.deliverable_versions on delete cascade,
  deliverable_id uuid not null references public.deliverables on delete cascade,
  user_id uuid not null references auth.users on delete cascade,
  channel public.delivery_channel not null,
  target text not null,
  status public.delivery_status not null default 'waiting',
  options jsonb not null default '{}',
  provider_id text,
  error jsonb,
  created_at timestamptz not null default pipeline.now(),
  first_sent_at timestamptz,
  accepted_at timestamptz,
  mail_status public.mail_status,
  delivered_at timestamptz,
  constraint one_delivery_a_version_and_destination unique (version_id, channel, target),
  constraint an_accepted_delivery_names_its_message check (status <> 'accepted' or (provider_id is not null and accepted_at is not null)),
  constraint a_failed_delivery_says_why check (status <> 'failed' or error is not null)
);
comment on table public.deliveries is 'The outbox: a row before the send, so that no crash can lose or double it. Its id is the provider''s idempotency key.';
comment on column public.deliveries.first_sent_at is 'Real time of the first attempt: past the provider''s 24 hours an uncertain send is looked up before it is repeated.';
comment on column public.deliveries.provider_id is 'The mail''s id at its provider, or "<channel>:<ts>" of the first Slack message.';
comment on column public.deliveries.mail_status is 'What the mail provider told later; null until it does. delivered_at: when the mail reached its mailbox.';
create index deliveries_by_message on public.deliveries (provider_id) where provider_id is not null;
create index deliveries_of_a_person on public.deliveries (user_id, created_at desc);
create index deliveries_of_a_deliverable on public.deliveries (deliverable_id);
alter table public.deliveries enable row level security;
create policy "People see their deliveries" on public.deliveries for select to authenticated using (user_id = (select auth.uid()));
grant select on public.deliveries to authenticated;
