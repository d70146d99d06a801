-- The content table: one row per item, its earlier texts as revisions, and the sources it belongs to.

create table public.platform_content (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users on delete cascade,
  connection_id uuid not null references public.platform_connections on delete cascade,
  platform public.platform not null,
  container_id text not null default '',
  item_id text not null,
  content_type public.content_type not null,
  thread_id text,
  title text,
  content text not null,
  content_hash text not null,
  revision int not null default 1,
  author text,
  author_id text,
  is_user_authored boolean not null default false,
  permalink text,
  metadata jsonb not null default '{}',
  source_timestamp timestamptz not null,
  edited_at timestamptz,
  stored_at timestamptz not null default pipeline.now(),
  changed_at timestamptz not null default pipeline.now(),
  fetched_at timestamptz not null default pipeline.now(),
  expires_at timestamptz,
  retained boolean not null default false,
  retained_reason public.retained_reason,
  retained_ref uuid,
  retained_at timestamptz,
  deleted_at timestamptz,
  constraint one_row_an_item unique (connection_id, platform, container_id, item_id),
  constraint content_is_at_most_10000_characters check (length(content) <= 10000),
  constraint retained_content_does_not_expire check (not retained or expires_at is null),
  constraint retained_content_says_why check (retained = (retained_reason is not null) and retained = (retained_at is not null))
);
comment on table public.platform_content is
  'Everything that was synced. container_id is what makes item_id unique at the platform: the Slack channel, the calendar; empty for Gmail and Notion.';
comment on column public.platform_content.content_hash is 'Tells only whether the item changed; never part of its identity.';
comment on column public.platform_content.stored_at is 'When we first had it.';
comment on column public.platform_content.changed_at is 'When its text last changed for us: new, edited, deleted or back. A re-fetch without change does not count.';
comment on column public.platform_content.edited_at is 'When the platform says it was last edited; null where it does not say. An older text never replaces a newer one.';
comment on column public.platform_content.fetched_at is 'When its row was last written by a sync. A re-fetch without change writes nothing but its sighting.';
comment on column public.platform_content.deleted_at is 'The item was deleted upstream. Tombstones go after 30 days unless a version cites them.';
create index platform_content_newest on public.platform_content (user_id, platform, source_timestamp desc);
create index platform_content_expiring on public.platform_content (expires_at) where not retained;
create index platform_content_tombstones on public.platform_content (deleted_at) where deleted_at is not null;

alter table public.platform_content enable row level security;
create policy "People see their content" on public.platform_content for select to authenticated using (user_id = (select auth.uid()));
grant select on public.platform_content to authenticated;

create table public.content_sources (
  content_id uuid not null references public.platform_content on delete cascade,
  source_id uuid not null references public.sync_registry on delete cascade,
  user_id uuid not null references auth.users on delete cascade,
  constraint an_item_belongs_to_a_source_once primary key (source_id, content_id)
);
comment on table public.content_sources is 'Which sources an item belongs to: a mail with three labels is one item and three rows.';
create index content_sources_of_an_item on public.content_sources (content_id);
create index content_sources_of_a_person on public.content_sources (user_id);
alter table public.content_sources enable row level security;
create policy "People see where their content belongs" on public.content_sources for select to authenticated using (user_id = (select auth.uid()));
grant select on public.content_sources to authenticated;

create table public.content_revisions (
  content_id uuid not null references public.platform_content on delete cascade,
  revision int not null,
  user_id uuid not null references auth.users on delete cascade,
  title text,
  content text not null,
  content_hash text not null,
  author text,
  replaced_at timestamptz not null default pipeline.now(),
  constraint one_row_a_revision primary key (content_id, revision)
);
comment on table public.content_revisions is 'Earlier texts of edited items. The newest text is in platform_content. They live as long as their item.';
create index content_revisions_of_a_person on public.content_revisions (user_id);
alter table public.content_revisions enable row level security;
create policy "People see earlier texts of their content" on public.content_revisions for select to authenticated
  using (user_id = (select auth.uid()));
grant select on public.content_revisions to authenticated;

create table pipeline.item_sightings (
  content_id uuid primary key references public.platform_content on delete cascade,
  seen_at timestamptz not null default pipeline.now(),
  missed smallint not null default 0,
  first_missed_at timestamptz,
  missed_by bigint,
  constraint what_was_missed_says_when_and_by_which_sync check ((missed = 0) = (first_missed_at is null) and (missed = 0) = (missed_by is null))
) with (fillfactor = 70);
comment on table pipeline.item_sightings is
  'When an item was last seen at its platform, and how many complete listings of different syncs (missed_by: the last one''s ticket) have missed it since. Apart from the content, because it changes with every sync and the content does not.';
create index item_sightings_missed on pipeline.item_sightings (content_id) where missed > 0;
alter table pipeline.item_sightings enable row level security;

create function private.lifetime(p_platform public.platform) returns interval
language sql immutable set search_path = '' as $$
  select case p_platform when 'slack' then interval '14 days' when 'gmail' then interval '30 days'
    when 'notion' then interval '90 days' when 'calendar' then interval '2 days' end
$$;
comment on function private.lifetime(public.platform) is 'How long content lives that nothing retained (the seed''s F1).';

create function private.moment_of_change(p_user uuid) returns timestamptz
language plpgsql set search_path = '' as $$
begin
  perform pg_advisory_xact_lock_shared(hashtextextended('content:' || p_user::text, 0));
  return (select clock_timestamp() + c.ahead from pipeline.clock c);
end $$;
comment on function private.moment_of_change(uuid) is
  'The instant under which changes of a person''s content are written: none is committed under an instant that a run has read already.';

create function private.moment_of_reading(p_user uuid) returns timestamptz
language plpgsql set search_path = '' as $$
begin
  -- Waits for the changes under way, which have earlier instants; those that begin now get later ones. Without this a
  -- change that commits slowly would look older than the run that could not see it, and be told to nobody.
  perform pg_advisory_xact_lock(hashtextextended('content:' || p_user::text, 0));
  return (select clock_timestamp() + c.ahead from pipeline.clock c);
end $$;
comment on function private.moment_of_reading(uuid) is
  'An instant with all earlier changes of a person''s content committed, for a run that reports the content as of then.';

create function pipeline.mark_content_retained(p_content_ids uuid[], p_reason public.retained_reason, p_ref uuid default null) returns int
language sql set search_path = '' as $$
  with kept as (
    update public.platform_content c
       set retained = true, retained_reason = p_reason, retained_ref = p_ref, retained_at = pipeline.now(), expires_at = null
     where c.id = any (p_content_ids) and not c.retained
    returning 1
  )
  select count(*)::int from kept
$$;
comment on function pipeline.mark_content_retained(uuid[], public.retained_reason, uuid) is
  'Keeps content that was used as evidence. The first reason stays; a sync never takes it back. Returns how many were newly retained.';
