-- Deliverables: what a person wants written, from which sources, when, and to whom; its versions and what they rest on.

create table public.deliverable_types (
  deliverable_type public.deliverable_type primary key,
  binding public.binding not null,
  temporal_pattern public.temporal_pattern not null,
  primary_platform public.platform,
  freshness interval not null,
  tool_rounds smallint not null,
  available boolean not null default false
);
comment on table public.deliverable_types is 'Classification by type: which content it reads, when it runs, how many tool rounds its agent has. available: this version can write it.';
insert into public.deliverable_types (deliverable_type, binding, temporal_pattern, primary_platform, freshness, tool_rounds, available) values
  ('slack_channel_digest',    'platform_bound', 'scheduled', 'slack',    '1 hour',   2, true),
  ('gmail_inbox_brief',       'platform_bound', 'scheduled', 'gmail',    '1 hour',   2, false),
  ('notion_page_summary',     'platform_bound', 'scheduled', 'notion',   '4 hours',  2, false),
  ('weekly_calendar_preview', 'platform_bound', 'scheduled', 'calendar', '4 hours',  2, false),
  ('meeting_prep',            'platform_bound', 'reactive',  'calendar', '1 hour',   2, false),
  ('status_report',           'cross_platform', 'scheduled', null,       '4 hours',  3, false),
  ('research_brief',          'research',       'on_demand', null,       '24 hours', 6, false),
  ('custom',                  'hybrid',         'on_demand', null,       '4 hours',  6, false);
alter table public.deliverable_types enable row level security;
create policy "Everyone signed in may read the types" on public.deliverable_types for select to authenticated using (true);
grant select on public.deliverable_types to authenticated;

create table public.deliverables (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null default auth.uid() references auth.users on delete cascade,
  title text not null,
  description text not null default '',
  deliverable_type public.deliverable_type not null references public.deliverable_types,
  type_config jsonb not null default '{}',
  recipient_context jsonb not null default '{}',
  schedule jsonb,
  status public.deliverable_status not null default 'active',
  origin public.deliverable_origin not null default 'user_configured',
  expires_at timestamptz,
  last_run_at timestamptz,
  created_at timestamptz not null default pipeline.now(),
  updated_at timestamptz not null default pipeline.now(),
  constraint title_is_one_short_line check (length(title) between 1 and 200 and title !~ '[\r\n]'),
  constraint description_is_at_most_5000_characters check (length(description) <= 5000),
  constraint type_config_is_an_object check (jsonb_typeof(type_config) = 'object'),
  constraint recipient_context_is_an_object check (jsonb_typeof(recipient_context) = 'object')
);
comment on table public.deliverables is 'Recurring or one-off written work. schedule: {frequency, time, day, timezone, cron, at}; null runs on demand only.';
comment on column public.deliverables.last_run_at is 'Up to when its last version had read its sources. A failed run does not count.';
create index deliverables_of_a_person on public.deliverables (user_id, status);
create index deliverables_by_type on public.deliverables (deliverable_type);

alter table public.deliverables enable row level security;
create policy "People see their deliverables" on public.deliverables for select to authenticated using (user_id = (select auth.uid()));
create policy "People add deliverables" on public.deliverables for insert to authenticated
  with check (user_id = (select auth.uid()) and origin = 'user_configured' and status <> 'suggested');
create policy "People change their deliverables" on public.deliverables for update to authenticated
  using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy "People delete their deliverables" on public.deliverables for delete to authenticated using (user_id = (select auth.uid()));
grant select, delete on public.deliverables to authenticated;
grant insert (title, description, deliverable_type, type_config, recipient_context, schedule, status, expires_at) on public.deliverables to authenticated;
grant update (title, description, deliverable_type, type_config, recipient_context, schedule, status, expires_at) on public.deliverables to authenticated;

create function private.check_deliverable() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_limit int;
  v_active int;
begin
  new.updated_at := pipeline.now();
  if (tg_op = 'INSERT' or new.deliverable_type <> old.deliverable_type) and not (select t.available from public.deliverable_types t where t.deliverable_type = new.deliverable_type) then
    perform private.raise_error('type_not_available', 422, format('"%s" cannot be written yet.', new.deliverable_type),
      format('Available: %s.', (select string_agg(t.deliverable_type::text, ', ' order by t.deliverable_type) from public.deliverable_types t where t.available)));
  end if;
  if new.status = 'active' and (tg_op = 'INSERT' or old.status <> 'active') then
    perform pg_advisory_xact_lock(hashtextextended('deliverables:' || new.user_id::text, 0));
    select t.active_deliverables into v_limit from public.tiers t where t.tier = private.tier_of(new.user_id);
    select count(*) into v_active from public.deliverables d where d.user_id = new.user_id and d.status = 'active' and d.id <> new.id;
    if v_active >= v_limit then
      perform private.raise_error('deliverable_limit_reached', 403,
        format('Your plan runs up to %s active deliverables, and %s are active.', v_limit, v_active),
        'Pause or archive one first, or move to a larger plan.');
    end if;
  end if;
  return new;
end $$;
comment on function private.check_deliverable() is 'Holds the tier''s limit of active deliverables on create, enable, resume and promote alike.';
create trigger deliverables_stay_within_the_tier before insert or update on public.deliverables
  for each row execute function private.check_deliverable();

create function private.schedule_deliverable() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if new.schedule is null then
    delete from pipeline.schedules s where s.kind = 'generate_deliverable' and s.subject = new.id;
  else
    perform pipeline.set_schedule('generate_deliverable', new.id, new.user_id, new.schedule,
      jsonb_build_object('deliverable_id', new.id), 'anthropic',
      p_spread => '4 minutes', p_paused => new.status <> 'active', p_expires_at => new.expires_at);
  end if;
  return null;
end $$;
comment on function private.schedule_deliverable() is 'Keeps the one schedule of a deliverable in step with its row.';
create trigger deliverables_have_their_schedule after insert or update of schedule, status, expires_at on public.deliverables
  for each row execute function private.schedule_deliverable();

create function private.unschedule_deliverable() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  delete from pipeline.schedules s where s.kind = 'generate_deliverable' and s.subject = old.id;
  return null;
end $$;
create trigger deleted_deliverables_are_not_scheduled after delete on public.deliverables
  for each row execute function private.unschedule_deliverable();

create view public.deliverable_schedules with (security_invoker = true) as
  select s.subject as deliverable_id, s.user_id, s.due_at as next_run_at, s.last_slot_at, (s.rule).timezone, s.expires_at
    from pipeline.schedules s where s.kind = 'generate_deliverable';
comment on view public.deliverable_schedules is 'When each of one''s deliverables runs next; null while it is paused or over.';
create policy "People see their schedules" on pipeline.schedules for select to authenticated using (user_id = (select auth.uid()));
grant select (kind, subject, user_id, due_at, last_slot_at, rule, expires_at) on pipeline.schedules to authenticated;
grant select on public.deliverable_schedules to authenticated, service_role;

create table public.deliverable_sources (
  deliverable_id uuid not null references public.deliverables on delete cascade,
  source_id uuid not null references public.sync_registry on delete cascade,
  user_id uuid not null default auth.uid() references auth.users on delete cascade,
  constraint a_source_once_a_deliverable primary key (deliverable_id, source_id)
);
comment on table public.deliverable_sources is 'The sources a deliverable reads. None: every selected source of its platforms.';
create index deliverable_sources_by_source on public.deliverable_sources (source_id);
create index deliverable_sources_of_a_person on public.deliverable_sources (user_id);
alter table public.deliverable_sources enable row level security;
create policy "People see the sources of their deliverables" on public.deliverable_sources for select to authenticated
  using (user_id = (select auth.uid()));
create policy "People give their deliverables their own sources" on public.deliverable_sources for insert to authenticated
  with check (user_id = (select auth.uid())
    and exists (select from public.deliverables d where d.id = deliverable_id and d.user_id = (select auth.uid()))
    and exists (select from public.sync_registry s where s.id = source_id and s.user_id = (select auth.uid())));
create policy "People take sources from their deliverables" on public.deliverable_sources for delete to authenticated
  using (user_id = (select auth.uid()));
grant select, delete on public.deliverable_sources to authenticated;
grant insert (deliverable_id, source_id) on public.deliverable_sources to authenticated;

create table public.deliverable_destinations (
  id uuid primary key default gen_random_uuid(),
  deliverable_id uuid not null references public.deliverables on delete cascade,
  user_id uuid not null default auth.uid() references auth.users on delete cascade,
  channel public.delivery_channel not null,
  target text not null,
  constraint one_destination_once unique (deliverable_id, channel, target)
);
comment on table public.deliverable_destinations is 'Where versions go. None: the person''s own email address. Recipients come from here and never from a model.';
create index deliverable_destinations_of_a_person on public.deliverable_destinations (user_id);
alter table public.deliverable_destinations enable row level security;
create policy "People see their destinations" on public.deliverable_destinations for select to authenticated using (user_id = (select auth.uid()));
create policy "People add destinations to their deliverables" on public.deliverable_destinations for insert to authenticated
  with check (user_id = (select auth.uid())
    and exists (select from public.deliverables d where d.id = deliverable_id and d.user_id = (select auth.uid())));
create policy "People remove destinations" on public.deliverable_destinations for delete to authenticated using (user_id = (select auth.uid()));
grant select, delete on public.deliverable_destinations to authenticated;
grant insert (deliverable_id, channel, target) on public.deliverable_destinations to authenticated;

create function private.email_of(p_user uuid) returns text
language sql stable security definer set search_path = '' as $$
  select u.email from auth.users u where u.id = p_user
$$;

create function private.check_destination() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if new.channel = 'email' and lower(new.target) is distinct from lower(private.email_of(new.user_id)) then
    perform private.raise_error('unverified_recipient', 422, format('Mail goes to your own address only, not to "%s".', left(new.target, 200)),
      format('Use %s, or leave the destination out.', private.email_of(new.user_id)));
  end if;
  return new;
end $$;
comment on function private.check_destination() is 'Only addresses that we know to be the person''s own receive their mail.';
create trigger destinations_are_verified before insert or update on public.deliverable_destinations
  for each row execute function private.check_destination();

create table public.deliverable_versions (
  id uuid primary key default gen_random_uuid(),
  deliverable_id uuid not null references public.deliverables on delete cascade,
  user_id uuid not null references auth.users on delete cascade,
  version_number int not null,
  ticket_id bigint unique,
  status public.version_status not null default 'generating',
  draft_content text,
  final_content text,
  evidence_fingerprint text,
  coverage jsonb not null default '[]',
  failure jsonb,
  model text,
  usage jsonb not null default '{}',
  edit_distance_score numeric(4, 3),
  edit_categories jsonb,
  feedback_notes text,
  analyst_metadata jsonb,
  created_at timestamptz not null default pipeline.now(),
  generated_at timestamptz,
  delivered_at timestamptz,
  constraint versions_are_numbered_without_gaps_or_doubles unique (deliverable_id, version_number),
  constraint a_version_that_was_generated_has_content check (status not in ('generated', 'delivered', 'approved') or draft_content is not null),
  constraint a_failed_version_says_why check (status <> 'failed' or failure is not null)
);
comment on table public.deliverable_versions is 'What was written: generating → generated → delivered, or failed with a reason. coverage: per source, up to when it was read.';
create index deliverable_versions_of_a_person on public.deliverable_versions (user_id, created_at desc);
alter table public.deliverable_versions enable row level security;
create policy "People see their versions" on public.deliverable_versions for select to authenticated using (user_id = (select auth.uid()));
grant select on public.deliverable_versions to authenticated;

create table public.version_citations (
  version_id uuid not null references public.deliverable_versions on delete cascade,
  number int not null,
  user_id uuid not null references auth.users on delete cascade,
  content_id uuid references public.platform_content on delete set null,
  revision int not null,
  quote text not null,
  permalink text,
  label text not null,
  constraint one_row_a_citation primary key (version_id, number)
);
comment on table public.version_citations is 'What a version rests on: item@revision and the words it quotes, verified before delivery.';
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
  provider_id text,
  error jsonb,
  created_at timestamptz not null default pipeline.now(),
  first_sent_at timestamptz,
  accepted_at timestamptz,
  constraint one_delivery_a_version_and_destination unique (version_id, channel, target),
  constraint an_accepted_delivery_names_its_message check (status <> 'accepted' or (provider_id is not null and accepted_at is not null)),
  constraint a_failed_delivery_says_why check (status <> 'failed' or error is not null)
);
comment on table public.deliveries is 'The outbox: a row before the send, so that no crash can lose or double it. Its id is the provider''s idempotency key.';
comment on column public.deliveries.first_sent_at is 'Real time of the first attempt: past the provider''s 24 hours an uncertain send is looked up before it is repeated.';
create index deliveries_of_a_person on public.deliveries (user_id, created_at desc);
create index deliveries_of_a_deliverable on public.deliveries (deliverable_id);
alter table public.deliveries enable row level security;
create policy "People see their deliveries" on public.deliveries for select to authenticated using (user_id = (select auth.uid()));
grant select on public.deliveries to authenticated;
