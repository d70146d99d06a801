-- The words of the product: one enum for each list, generated into TypeScript from here.

create type public.platform as enum ('slack', 'gmail', 'calendar', 'notion');
comment on type public.platform is 'Where content comes from.';
create type public.provider as enum ('slack', 'google', 'notion');
comment on type public.provider is 'Who grants access: one Google grant covers gmail and calendar.';
create type public.tier as enum ('free', 'starter', 'pro');

create type public.connection_status as enum ('active', 'needs_reauth');
comment on type public.connection_status is 'needs_reauth: the provider refused the token; reconnecting is the way out.';
create type public.source_kind as enum ('channel', 'label', 'calendar', 'page', 'database');
create type public.selected_by as enum ('default', 'person');
create type public.sync_error as enum ('needs_reauth', 'access_denied', 'not_found', 'rate_limited', 'provider_down', 'internal');
comment on type public.sync_error is 'Categories that a person can act on.';
create type public.content_type as enum ('message', 'thread_reply', 'email', 'event', 'page');
create type public.retained_reason as enum ('deliverable_execution', 'signal_processing', 'chat_session');

create type public.deliverable_status as enum ('suggested', 'active', 'paused', 'archived');
create type public.deliverable_origin as enum ('user_configured', 'analyst_suggested', 'signal_emergent', 'task');
comment on type public.deliverable_origin is 'Where it came from, for ever. task: work that a person asked for in their own words (F10).';
create type public.unchanged_policy as enum ('skip', 'heartbeat', 'always');
comment on type public.unchanged_policy is 'What a run does when nothing is new: nothing, a short note that there is nothing, or a text about what is known.';
create type public.binding as enum ('platform_bound', 'cross_platform', 'research', 'hybrid');
create type public.temporal_pattern as enum ('reactive', 'scheduled', 'on_demand', 'emergent');
create type public.version_status as enum ('generating', 'generated', 'delivered', 'failed', 'suggested', 'approved', 'rejected');
create type public.version_purpose as enum ('live', 'preview', 'backtest');
comment on type public.version_purpose is 'live: numbered and delivered. preview and backtest: for its person to read only; they are not delivered and change nothing for the next run.';
create type public.backtest_status as enum ('running', 'done', 'failed', 'cancelled');
create type public.delivery_channel as enum ('email', 'slack');
create type public.delivery_status as enum ('waiting', 'sending', 'accepted', 'failed');
comment on type public.delivery_status is 'accepted: the provider took it, which is less than delivered.';
create type public.mail_status as enum ('delayed', 'delivered', 'bounced', 'complained');
comment on type public.mail_status is 'What the mail provider tells of a mail after it took it.';

create type public.memory_source as enum ('user_stated', 'conversation', 'feedback', 'pattern');
comment on type public.memory_source is 'In order of authority, strongest first.';
create type public.session_status as enum ('active', 'completed', 'archived');
create type public.message_role as enum ('user', 'assistant');

create type public.ticket_state as enum ('queued', 'running', 'done', 'dead', 'cancelled');
comment on type public.ticket_state is 'queued and running are live; done, dead and cancelled are ended. A dead ticket can be redriven.';
create type public.recurrence as enum ('hourly', 'daily', 'weekly', 'biweekly', 'monthly', 'cron', 'once');
create type public.missed_slot_policy as enum ('run_latest', 'skip');

create type public.notification_urgency as enum ('low', 'normal', 'high');
create type public.notification_status as enum ('pending', 'sent', 'failed', 'suppressed');
create type public.scheduled_message_status as enum ('pending', 'sent', 'failed', 'skipped');
create type public.import_status as enum ('pending', 'processing', 'completed', 'failed', 'cancelled');

create type public.activity_event as enum (
  'platform_synced', 'signal_processed',
  'deliverable_scheduled', 'deliverable_generated', 'deliverable_run', 'deliverable_approved', 'deliverable_rejected',
  'memory_written', 'session_summary_written', 'pattern_detected', 'conversation_analyzed',
  'content_cleanup', 'integration_connected', 'integration_disconnected', 'sources_selected', 'chat_session', 'scheduler_heartbeat'
);

-- What each tier may do. A null limit means no limit.
create table public.tiers (
  tier public.tier primary key,
  slack_channels int, gmail_labels int, notion_sources int, calendars int,
  active_deliverables int,
  chat_tokens_per_day int,
  signal_processing boolean not null,
  sync_times time[] not null,
  sync_hourly boolean not null,
  sync_min_interval interval not null,
  manual_sync_min_interval interval not null,
  model_spend_per_day_usd numeric(10, 4) not null,
  model_spend_per_run_usd numeric(10, 4) not null,
  notion_rows_per_pass int not null
);
comment on table public.tiers is
  'Limits by tier, enforced where the row is written. sync_times are in the person''s zone; manual_sync_min_interval counts from start to start; model_spend_per_day_usd caps background model calls of a UTC day, model_spend_per_run_usd those of one ticket.';
insert into public.tiers
  (tier, slack_channels, gmail_labels, notion_sources, calendars, active_deliverables, chat_tokens_per_day, signal_processing,
   sync_times, sync_hourly, sync_min_interval, manual_sync_min_interval, model_spend_per_day_usd, model_spend_per_run_usd, notion_rows_per_pass)
values
  ('free',     5,  5, 10, null,    2,  50000, false, '{08:00,18:00}',             false, '6 hours',    '15 minutes',  0.50, 0.25,  50),
  ('starter', 15, 10, 25, null,    5, 250000, true,  '{00:00,06:00,12:00,18:00}', false, '4 hours',    '5 minutes',   2.00, 0.60, 100),
  ('pro',     50, 30, 50, null, null,   null, true,  '{}',                        true,  '45 minutes', '1 minute',   10.00, 2.00, 300);

alter table public.tiers enable row level security;
create policy "Everyone signed in may read the tiers" on public.tiers for select to authenticated using (true);
grant select on public.tiers to authenticated;
