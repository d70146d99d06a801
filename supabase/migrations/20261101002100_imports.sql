-- On-demand imports of one sources history (F8).

create table public.integration_import_jobs (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users on delete cascade,
  source_id uuid not null references public.sync_registry on delete cascade,
  ticket_id bigint,
  scope jsonb not null default '{"days": 30, "items": 500, "threads": true}',
  status public.import_status not null default 'pending',
  progress smallint not null default 0,
  progress_details jsonb not null default '{}',
  result jsonb,
  error jsonb,
  created_at timestamptz not null default pipeline.now(),
  started_at timestamptz,
  completed_at timestamptz,
  constraint progress_is_a_percentage check (progress between 0 and 100),
  constraint scope_is_1_to_365_days_and_1_to_5000_items check (
    (scope ->> 'days')::int between 1 and 365 and (scope ->> 'items')::int between 1 and 5000 and jsonb_typeof(scope -> 'threads') = 'boolean'),
  constraint a_failed_import_says_why check (status <> 'failed' or error is not null),
  constraint an_import_that_ended_says_when check ((completed_at is null) = (status in ('pending', 'processing')))
);
comment on table public.integration_import_jobs is
  'On-demand history of one source. scope: {days, items, threads}. progress_details: {items, changed, pages, seconds_left}. Its ticket does the work.';
create index integration_import_jobs_of_a_person on public.integration_import_jobs (user_id, created_at desc);
create index integration_import_jobs_of_a_source on public.integration_import_jobs (source_id);
create unique index one_open_import_a_source on public.integration_import_jobs (source_id) where status in ('pending', 'processing');
alter table public.integration_import_jobs enable row level security;
create policy "People see their imports" on public.integration_import_jobs for select to authenticated using (user_id = (select auth.uid()));
grant select on public.integration_import_jobs to authenticated;
