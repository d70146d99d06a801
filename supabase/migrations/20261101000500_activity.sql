-- The activity log: what happened, for people and for the features that read it. One writer.

create table public.activity_log (
  id bigint generated always as identity primary key,
  user_id uuid references auth.users on delete cascade,
  event_type public.activity_event not null,
  event_ref uuid,
  summary text not null,
  metadata jsonb not null default '{}',
  created_at timestamptz not null default pipeline.now(),
  constraint summary_is_one_short_line check (length(summary) <= 500 and summary !~ '[\r\n]'),
  constraint metadata_is_an_object check (jsonb_typeof(metadata) = 'object')
);
comment on table public.activity_log is 'Append only. user_id null: for operators (scheduler_heartbeat). Kept 180 days.';
create index activity_log_of_a_person on public.activity_log (user_id, created_at desc);
create index activity_log_of_a_person_by_event on public.activity_log (user_id, event_type, created_at desc);
create index activity_log_by_age on public.activity_log (created_at);

alter table public.activity_log enable row level security;
create policy "People see their activity" on public.activity_log for select to authenticated using (user_id = (select auth.uid()));
grant select on public.activity_log to authenticated;

create function pipeline.log_activity(
  p_user uuid, p_event public.activity_event, p_summary text, p_metadata jsonb default '{}', p_ref uuid default null
) returns bigint
language sql security definer set search_path = '' as $$
  insert into public.activity_log (user_id, event_type, event_ref, summary, metadata)
  values (p_user, p_event, p_ref, left(regexp_replace(p_summary, '\s+', ' ', 'g'), 500), coalesce(p_metadata, '{}'))
  returning id
$$;
comment on function pipeline.log_activity(uuid, public.activity_event, text, jsonb, uuid) is
  'The one writer of the activity log. Called in the transaction of what it tells, so that neither exists without the other.';
