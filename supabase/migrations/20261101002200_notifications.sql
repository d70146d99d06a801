-- Telling people: notifications in the app, preferences, and scheduled messages (the weekly digest).

create table public.notifications (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users on delete cascade,
  urgency public.notification_urgency not null default 'normal',
  message text not null,
  context jsonb not null default '{}',
  email_status public.notification_status,
  created_at timestamptz not null default pipeline.now(),
  read_at timestamptz,
  constraint message_is_short_text check (length(message) between 1 and 1000)
);
comment on table public.notifications is 'What the app tells its person. email_status null: in the app only.';
create index notifications_of_a_person on public.notifications (user_id, created_at desc);
alter table public.notifications enable row level security;
create policy "People see their notifications" on public.notifications for select to authenticated using (user_id = (select auth.uid()));
create policy "People mark notifications as read" on public.notifications for update to authenticated
  using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
grant select on public.notifications to authenticated;
grant update (read_at) on public.notifications to authenticated;

create table public.user_notification_preferences (
  user_id uuid primary key default auth.uid() references auth.users on delete cascade,
  email_deliverable_ready boolean not null default true,
  email_deliverable_failed boolean not null default true,
  email_work_complete boolean not null default true,
  email_weekly_digest boolean not null default true,
  email_suggestion_created boolean not null default true,
  signal_meeting_prep boolean not null default true,
  signal_silence_alert boolean not null default true,
  signal_contact_drift boolean not null default true,
  updated_at timestamptz not null default pipeline.now()
);
comment on table public.user_notification_preferences is 'What a person wants to hear of. Signing up creates the row with its defaults.';
alter table public.user_notification_preferences enable row level security;
create policy "People see their preferences" on public.user_notification_preferences for select to authenticated using (user_id = (select auth.uid()));
create policy "People change their preferences" on public.user_notification_preferences for update to authenticated
  using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
grant select on public.user_notification_preferences to authenticated;
grant update (email_deliverable_ready, email_deliverable_failed, email_work_complete, email_weekly_digest, email_suggestion_created,
  signal_meeting_prep, signal_silence_alert, signal_contact_drift) on public.user_notification_preferences to authenticated;

create function private.create_preferences() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into public.user_notification_preferences (user_id) values (new.owner_id);
  return null;
end $$;
create trigger a_workspace_comes_with_preferences after insert on public.workspaces
  for each row execute function private.create_preferences();

create table public.scheduled_messages (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users on delete cascade,
  message_type text not null,
  scheduled_for timestamptz not null,
  subject text,
  content jsonb not null default '{}',
  recipient_email text,
  status public.scheduled_message_status not null default 'pending',
  sent_at timestamptz,
  reason text,
  constraint one_message_a_type_and_slot unique (user_id, message_type, scheduled_for),
  constraint a_message_that_was_not_sent_says_why check (status not in ('failed', 'skipped') or reason is not null)
);
comment on table public.scheduled_messages is 'Mail that is due by the calendar, such as the weekly digest: sent, failed, or skipped with a reason.';
alter table public.scheduled_messages enable row level security;
create policy "People see their scheduled messages" on public.scheduled_messages for select to authenticated using (user_id = (select auth.uid()));
grant select on public.scheduled_messages to authenticated;
