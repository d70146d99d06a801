-- What the person told us, and the conversations it came from.

create table public.chat_sessions (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users on delete cascade,
  status public.session_status not null default 'active',
  summary text,
  compaction_summary text,
  started_at timestamptz not null default pipeline.now(),
  updated_at timestamptz not null default pipeline.now(),
  ended_at timestamptz,
  constraint a_session_that_is_over_says_when check (status = 'active' or ended_at is not null)
);
comment on table public.chat_sessions is 'Conversations. summary is written nightly, compaction_summary within a long session.';
create index chat_sessions_of_a_person on public.chat_sessions (user_id, updated_at desc);
alter table public.chat_sessions enable row level security;
create policy "People see their sessions" on public.chat_sessions for select to authenticated using (user_id = (select auth.uid()));
grant select on public.chat_sessions to authenticated;

create table public.session_messages (
  id uuid primary key default gen_random_uuid(),
  session_id uuid not null references public.chat_sessions on delete cascade,
  user_id uuid not null references auth.users on delete cascade,
  sequence_number int not null,
  role public.message_role not null,
  content text not null,
  metadata jsonb not null default '{}',
  created_at timestamptz not null default pipeline.now(),
  constraint messages_are_in_sequence unique (session_id, sequence_number)
);
comment on table public.session_messages is 'Messages of a session in order. metadata: model, tools used, tokens.';
create index session_messages_of_a_person on public.session_messages (user_id, created_at desc);
alter table public.session_messages enable row level security;
create policy "People see their messages" on public.session_messages for select to authenticated using (user_id = (select auth.uid()));
grant select on public.session_messages to authenticated;

create table public.user_context (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null default auth.uid() references auth.users on delete cascade,
  key text not null,
  value text not null,
  source public.memory_source not null default 'user_stated',
  confidence numeric(3, 2) not null default 1,
  source_ref uuid,
  created_at timestamptz not null default pipeline.now(),
  updated_at timestamptz not null default pipeline.now(),
  constraint one_value_a_key unique (user_id, key),
  constraint key_is_a_short_name check (key ~ '^[a-z_]+(:[a-z0-9_-]+)?$' and length(key) <= 100),
  constraint value_is_at_most_2000_characters check (length(value) between 1 and 2000),
  constraint confidence_is_0_to_1 check (confidence between 0 and 1)
);
comment on table public.user_context is 'Memory: name, role, tone_<platform>, fact:…, instruction:…, preference:…, pattern:…. Taken from what the person said, never from synced content.';
alter table public.user_context enable row level security;
create policy "People see their memory" on public.user_context for select to authenticated using (user_id = (select auth.uid()));
create policy "People add to their memory" on public.user_context for insert to authenticated
  with check (user_id = (select auth.uid()) and source = 'user_stated');
create policy "People correct their memory" on public.user_context for update to authenticated
  using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()) and source = 'user_stated');
create policy "People delete from their memory" on public.user_context for delete to authenticated using (user_id = (select auth.uid()));
grant select, delete on public.user_context to authenticated;
grant insert (key, value, source) on public.user_context to authenticated;
grant update (value, source) on public.user_context to authenticated;

create table public.signal_history (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users on delete cascade,
  signal_type text not null,
  signal_ref text not null,
  deliverable_id uuid references public.deliverables on delete set null,
  metadata jsonb not null default '{}',
  last_triggered_at timestamptz not null default pipeline.now(),
  constraint one_row_a_signal unique (user_id, signal_type, signal_ref)
);
comment on table public.signal_history is 'What was already noticed, shared by the signal pass and the conversation pass.';
create index signal_history_by_deliverable on public.signal_history (deliverable_id);
alter table public.signal_history enable row level security;
create policy "People see what was noticed" on public.signal_history for select to authenticated using (user_id = (select auth.uid()));
grant select on public.signal_history to authenticated;
