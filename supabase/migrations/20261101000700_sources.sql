-- Sources (channels, labels, calendars, pages, databases), which of them are selected, how they fare, and how far each was read.

create function private.unit_of(p_platform public.platform, p_external_id text) returns text
language sql immutable set search_path = '' as $$
  select case p_platform when 'gmail' then 'mailbox' when 'notion' then 'workspace' else p_external_id end
$$;

create table public.sync_registry (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users on delete cascade,
  connection_id uuid not null references public.platform_connections on delete cascade,
  platform public.platform not null,
  external_id text not null,
  unit text not null generated always as (private.unit_of(platform, external_id)) stored,
  kind public.source_kind not null,
  name text not null,
  metadata jsonb not null default '{}',
  available boolean not null default true,
  rank int,
  selected boolean not null default false,
  selected_by public.selected_by,
  discovered_at timestamptz not null default pipeline.now(),
  last_synced_at timestamptz,
  source_latest_at timestamptz,
  item_count int not null default 0,
  error public.sync_error,
  error_message text,
  error_at timestamptz,
  failed_ticket_id bigint,
  progress_percent smallint,
  ready_at timestamptz,
  held_deletions int not null default 0,
  constraint one_row_a_source unique (connection_id, platform, external_id),
  constraint a_selection_says_who_made_it check (not selected or selected_by is not null),
  constraint progress_is_a_percentage check (progress_percent between 0 and 100),
  constraint an_error_is_whole check ((error is null) = (error_at is null) and (error is null) = (error_message is null))
);
comment on table public.sync_registry is
  'One row per discovered source: selection, freshness, health. external_id is the platform''s own id (channel id, label id …).';
comment on column public.sync_registry.unit is 'What the platform has one cursor for: the channel, the calendar, the mailbox, the Notion workspace.';
comment on column public.sync_registry.rank is 'Its place among the sources we would choose for the person (0 is the best); null is never chosen for them.';
comment on column public.sync_registry.failed_ticket_id is 'The sync that found the error.';
comment on column public.sync_registry.progress_percent is 'How far the sync under way is; null when none is, or the platform does not tell.';
comment on column public.sync_registry.ready_at is 'When the sync under way should be through, at the platform''s pace.';
comment on column public.sync_registry.held_deletions is 'Items that seem deleted at the platform and are kept, as they are suspiciously many: until more syncs agree, or the person confirms (pipeline.confirm_deletions).';
comment on column public.sync_registry.item_count is 'Live items that belong to the source.';
comment on column public.sync_registry.source_latest_at is 'The instant of the newest item.';
create index sync_registry_of_a_person on public.sync_registry (user_id, platform) where selected;
create index sync_registry_by_owner on public.sync_registry (user_id);

alter table public.sync_registry enable row level security;
create policy "People see their sources" on public.sync_registry for select to authenticated using (user_id = (select auth.uid()));
grant select on public.sync_registry to authenticated;

create table pipeline.sync_cursors (
  connection_id uuid not null references public.platform_connections on delete cascade,
  platform public.platform not null,
  unit text not null,
  cursor jsonb not null,
  updated_at timestamptz not null default pipeline.now(),
  constraint one_cursor_a_unit primary key (connection_id, platform, unit)
);
comment on table pipeline.sync_cursors is
  'How far the platform''s own unit (Slack channel, mailbox, calendar, Notion workspace) was stored. Written only together with the items it stands for.';
alter table pipeline.sync_cursors enable row level security;

create table pipeline.people (
  connection_id uuid not null references public.platform_connections on delete cascade,
  external_id text not null,
  name text not null,
  email text,
  is_guest boolean,
  constraint one_row_a_person_and_connection primary key (connection_id, external_id)
);
comment on table pipeline.people is 'Who is who at a platform, from its listing of members: ids in messages become names without a call each.';
comment on column pipeline.people.is_guest is 'Reads only the channels it was invited to, public or not; null when nobody said.';
alter table pipeline.people enable row level security;

create function pipeline.store_people(p_connection uuid, p_people jsonb) returns int
language sql set search_path = '' as $$
  with stored as (
    insert into pipeline.people as p (connection_id, external_id, name, email, is_guest)
    select p_connection, x.external_id, x.name, x.email, x.is_guest
      from jsonb_to_recordset(p_people) as x(external_id text, name text, email text, is_guest boolean) order by x.external_id
    on conflict on constraint one_row_a_person_and_connection do update set name = excluded.name, email = excluded.email, is_guest = coalesce(excluded.is_guest, p.is_guest)
      where (p.name, p.email, p.is_guest) is distinct from (excluded.name, excluded.email, coalesce(excluded.is_guest, p.is_guest))
    returning 1
  )
  select count(*)::int from stored
$$;
comment on function pipeline.store_people(uuid, jsonb) is 'Adds or renames people: [{external_id, name, email?, is_guest?}]. Those who left stay known, as their messages do. Returns how many changed.';

create function pipeline.people_named(p_connection uuid, p_ids text[]) returns table (external_id text, name text)
language sql stable set search_path = '' as $$
  select p.external_id, p.name from pipeline.people p where p.connection_id = p_connection and p.external_id = any (p_ids)
$$;
comment on function pipeline.people_named(uuid, text[]) is 'The names of some people; unknown ids are left out.';

create function private.source_limit(p_user uuid, p_kind public.source_kind) returns int
language sql stable security definer set search_path = '' as $$
  select case p_kind
      when 'channel' then t.slack_channels when 'label' then t.gmail_labels
      when 'calendar' then t.calendars else t.notion_sources end
    from public.tiers t where t.tier = private.tier_of(p_user)
$$;
comment on function private.source_limit(uuid, public.source_kind) is 'How many sources of a kind a person may select; null means no limit.';

create function private.check_selection() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_limit int;
  v_selected int;
begin
  -- What is selected already stays: a smaller plan is no reason to refuse a rename.
  if tg_op = 'UPDATE' and old.selected then return new; end if;
  -- One selection at a time per person, so that two at once cannot both pass the count.
  perform pg_advisory_xact_lock(hashtextextended('selection:' || new.user_id::text, 0));
  v_limit := private.source_limit(new.user_id, new.kind);
  select count(*) into v_selected from public.sync_registry s
   where s.user_id = new.user_id and s.selected and s.available and s.id <> new.id
     and (s.kind = new.kind or (s.kind in ('page', 'database') and new.kind in ('page', 'database')));
  if v_selected >= v_limit then
    perform private.raise_error('source_limit_reached', 403,
      format('Your plan syncs up to %s sources of this kind, and %s are selected.', v_limit, v_selected),
      'Deselect one first, or move to a larger plan.');
  end if;
  return new;
end $$;
comment on function private.check_selection() is 'Holds the tier''s source limit whoever selects: the app, the defaults or an assistant.';
create trigger sources_stay_within_the_tier before insert or update of selected on public.sync_registry
  for each row when (new.selected) execute function private.check_selection();

create function pipeline.register_sources(p_connection uuid, p_platform public.platform, p_sources jsonb, p_ranked text[] default '{}')
returns setof public.sync_registry
language plpgsql set search_path = '' as $$
declare
  v_user uuid;
begin
  select c.user_id into v_user from public.platform_connections c where c.id = p_connection;
  if v_user is null then
    perform private.raise_error('unknown_connection', 404, 'This connection does not exist any more.', 'Connect the platform again.');
  end if;

  insert into public.sync_registry as s (user_id, connection_id, platform, external_id, kind, name, metadata, rank)
  select v_user, p_connection, p_platform, x.external_id, x.kind, x.name, coalesce(x.metadata, '{}'), array_position(p_ranked, x.external_id) - 1
    from jsonb_to_recordset(p_sources) as x(external_id text, kind public.source_kind, name text, metadata jsonb)
   order by x.external_id
  on conflict on constraint one_row_a_source do update
    set name = excluded.name, metadata = excluded.metadata, kind = excluded.kind, rank = excluded.rank, available = true;

  update public.sync_registry s set available = false
   where s.connection_id = p_connection and s.platform = p_platform and s.available
     and not exists (select from jsonb_array_elements(p_sources) x where x ->> 'external_id' = s.external_id);

  return query select s.* from public.sync_registry s where s.connection_id = p_connection and s.platform = p_platform and s.available;
end $$;
comment on function pipeline.register_sources(uuid, public.platform, jsonb, text[]) is
  'Stores a complete discovery: [{external_id, kind, name, metadata}], and which of them we would choose, best first. Sources that are gone stay, marked as not available; selections stay.';

create function pipeline.select_default_sources(p_connection uuid, p_platform public.platform) returns int
language plpgsql set search_path = '' as $$
declare
  v_user uuid;
  v_room int;
  v_count int;
begin
  -- "The person chose none" is a choice: defaults are for connections on which nothing was ever selected.
  if exists (select from public.sync_registry s where s.connection_id = p_connection and s.platform = p_platform and s.selected_by is not null) then
    return 0;
  end if;
  select c.user_id into v_user from public.platform_connections c where c.id = p_connection;
  v_room := private.source_limit(v_user, (select s.kind from public.sync_registry s
    where s.connection_id = p_connection and s.platform = p_platform limit 1));

  update public.sync_registry s set selected = true, selected_by = 'default'
    from (select a.id from public.sync_registry a
           where a.connection_id = p_connection and a.platform = p_platform and a.available and a.rank is not null
           order by a.rank limit v_room) chosen
   where s.id = chosen.id;
  get diagnostics v_count = row_count;
  return v_count;
end $$;
comment on function pipeline.select_default_sources(uuid, public.platform) is
  'Selects the best sources by their rank up to the tier''s limit, on a platform where nothing was ever selected. Returns how many.';
