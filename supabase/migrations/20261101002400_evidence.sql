-- Evidence: what a deliverable may read, what of it is new, and whether what was cited still stands.

create function private.reaches_a_channel(p_deliverable uuid) returns text[]
language sql stable set search_path = '' as $$
  select array(select d.target from public.deliverable_destinations d
    where d.deliverable_id = p_deliverable and d.channel = 'slack' and d.target <> 'dm' order by d.target)
$$;
comment on function private.reaches_a_channel(uuid) is 'The Slack channels that a deliverable''s versions go to, where others read them too.';

create function private.all_may_read(p_source public.sync_registry, p_channels text[]) returns boolean
language sql stable set search_path = '' as $$
  -- Everyone in a channel can read the channel, and every public channel of the team: unless the channel is shared with
  -- another company, or the team has guests, who read only where they were invited.
  -- Mail, calendars and pages are the person's own: nobody knows who else may read them.
  select p_source.platform = 'slack' and not exists (
    select from unnest(p_channels) as c(channel)
     where c.channel <> p_source.external_id
       and (coalesce((p_source.metadata ->> 'is_private')::boolean, true)
         or exists (select from pipeline.people g where g.connection_id = p_source.connection_id and g.is_guest)
         or not exists (select from public.sync_registry d
           where d.user_id = p_source.user_id and d.connection_id = p_source.connection_id and d.external_id = c.channel
             and not coalesce((d.metadata ->> 'is_shared')::boolean, false))))
$$;
comment on function private.all_may_read(public.sync_registry, text[]) is
  'Whether everyone in these Slack channels could read a source: it is the channel itself, or a public one of a team''s own channels. What we cannot know is no.';

create function private.wanted_sources(p_deliverable public.deliverables, p_everything boolean) returns setof public.sync_registry
language sql stable set search_path = '' as $$
  select s.* from public.sync_registry s
   where s.user_id = p_deliverable.user_id
     and case when p_everything then s.selected
           when exists (select from public.deliverable_sources d where d.deliverable_id = p_deliverable.id)
           then exists (select from public.deliverable_sources d where d.deliverable_id = p_deliverable.id and d.source_id = s.id)
           else s.selected and s.platform = coalesce((select t.primary_platform from public.deliverable_types t
             where t.deliverable_type = p_deliverable.deliverable_type), s.platform) end
$$;
comment on function private.wanted_sources(public.deliverables, boolean) is
  'The sources a deliverable is about: its own, or else every selected one of its type''s platform; p_everything: every selected one. Before its audience is looked at.';

create function private.sources_of(p_deliverable public.deliverables, p_everything boolean default false) returns setof public.sync_registry
language sql stable set search_path = '' as $$
  select s.* from private.wanted_sources(p_deliverable, p_everything) s
   where private.all_may_read(s, private.reaches_a_channel(p_deliverable.id)) or private.reaches_a_channel(p_deliverable.id) = '{}'
$$;
comment on function private.sources_of(public.deliverables, boolean) is
  'The sources a deliverable reads: what it is about, without what someone in its audience could not read.';

create function private.hash_at(p_content uuid, p_hash text, p_stored_at timestamptz, p_changed_at timestamptz, p_at timestamptz) returns text
language sql stable set search_path = '' as $$
  select case when p_changed_at <= p_at then p_hash
    when p_stored_at <= p_at then coalesce(
      -- The text that held then is the first that was replaced later.
      (select r.content_hash from public.content_revisions r where r.content_id = p_content and r.replaced_at > p_at order by r.revision limit 1), p_hash) end
$$;
comment on function private.hash_at(uuid, text, timestamptz, timestamptz, timestamptz) is 'The hash of the text that an item had at an instant; null when we did not have it yet.';

create type private.item_in_scope as (id uuid, source_id uuid, source_timestamp timestamptz, stored_at timestamptz, changed_at timestamptz, current_hash text, content_hash text);

create function private.content_in_scope(p_user uuid, p_sources uuid[], p_at timestamptz, p_from timestamptz, p_until timestamptz)
returns setof private.item_in_scope
language sql stable set search_path = '' as $$
  -- A mail with two of these labels is told once, under the one that we would rather choose.
  select distinct on (c.id) c.id, s.id, c.source_timestamp, c.stored_at, c.changed_at, c.content_hash,
         private.hash_at(c.id, c.content_hash, c.stored_at, c.changed_at, p_at)
    from public.content_sources m
    join public.sync_registry s on s.id = m.source_id
    join public.platform_content c on c.id = m.content_id
   where m.source_id = any (p_sources) and c.user_id = p_user and (c.deleted_at is null or c.deleted_at > p_at)
     and (c.retained or c.expires_at is null or c.expires_at > pipeline.now())
     and c.stored_at <= p_at and c.source_timestamp >= p_from and c.source_timestamp < p_until
   order by c.id, s.rank nulls last, s.id
$$;
comment on function private.content_in_scope(uuid, uuid[], timestamptz, timestamptz, timestamptz) is
  'The items of some sources within a window, as far as we had them at p_at. Narrow rows: a person may have tens of thousands.';

create function pipeline.gather_evidence(
  p_user uuid, p_sources uuid[], p_at timestamptz, p_from timestamptz, p_until timestamptz,
  p_seen_at timestamptz default null, p_seen_until timestamptz default null, p_seen_sources uuid[] default '{}', p_all boolean default false,
  p_limit int default 300
) returns table (id uuid, revision int, content_hash text, platform public.platform, source_id uuid, source_name text, content_type public.content_type,
  thread_id text, title text, content text, author text, is_user_authored boolean, permalink text, source_timestamp timestamptz, metadata jsonb, is_new boolean,
  total bigint)
language sql stable set search_path = '' as $$
  with judged as (
    select x.*,
           p_seen_at is null or x.source_timestamp >= p_seen_until
             or private.hash_at(x.id, x.current_hash, x.stored_at, x.changed_at, p_seen_at) is distinct from x.content_hash
             or not exists (select from public.content_sources m where m.content_id = x.id and m.source_id = any (p_seen_sources)) as is_new
      from private.content_in_scope(p_user, p_sources, p_at, p_from, p_until) x
  ), ranked as (
    select j.*, row_number() over (partition by j.source_id order by j.is_new desc, j.source_timestamp desc, j.id) as nth,
           count(*) filter (where j.is_new) over () as total
      from judged j where j.is_new or p_all
  ), taken as (
    -- Everyone's newest before anyone's second newest: a loud channel does not drown a quiet one.
    select r.* from ranked r order by r.nth, r.source_timestamp desc, r.id limit least(greatest(p_limit, 1), 500)
  )
  select t.id, coalesce(v.revision, c.revision), t.content_hash, c.platform, t.source_id, s.name, c.content_type, c.thread_id,
         case when v.revision is null then c.title else v.title end, coalesce(v.content, c.content), case when v.revision is null then c.author else v.author end,
         c.is_user_authored, c.permalink, c.source_timestamp, c.metadata, t.is_new, t.total
    from taken t
    join public.platform_content c on c.id = t.id
    join public.sync_registry s on s.id = t.source_id
    left join lateral (select r.revision, r.title, r.content, r.author from public.content_revisions r
      where r.content_id = t.id and t.changed_at > p_at and r.replaced_at > p_at order by r.revision limit 1) v on true
   order by t.nth, t.source_timestamp desc, t.id
$$;
comment on function pipeline.gather_evidence(uuid, uuid[], timestamptz, timestamptz, timestamptz, timestamptz, timestamptz, uuid[], boolean, int) is
  'The content of these sources from p_from to p_until as it was at p_at, newest first, in fair shares by source. New is what a reader who read p_seen_sources up to p_seen_until at p_seen_at has not seen in this text; what changed and changed back is not. p_all: what is not new too. total counts what is new.';

create function pipeline.evidence_fingerprint(p_user uuid, p_sources uuid[], p_at timestamptz, p_from timestamptz, p_until timestamptz) returns text
language sql stable set search_path = '' as $$
  select encode(sha256(convert_to(coalesce(string_agg(x.id || '@' || x.content_hash, ' ' order by x.id), ''), 'UTF8')), 'hex')
    from private.content_in_scope(p_user, p_sources, p_at, p_from, p_until) x
$$;
comment on function pipeline.evidence_fingerprint(uuid, uuid[], timestamptz, timestamptz, timestamptz) is
  'A hash over every item in scope and its text, in a fixed order: two runs with the same fingerprint had the same evidence.';

create function pipeline.current_evidence(p_user uuid, p_sources uuid[], p_items jsonb)
returns table (id uuid, revision int, current_revision int, readable boolean)
language sql stable set search_path = '' as $$
  select x.id, x.revision, c.revision,
         coalesce(c.deleted_at is null and exists (select from public.content_sources m where m.content_id = c.id and m.source_id = any (p_sources)), false)
    from jsonb_to_recordset(p_items) as x(id uuid, revision int)
    left join public.platform_content c on c.id = x.id and c.user_id = p_user
$$;
comment on function pipeline.current_evidence(uuid, uuid[], jsonb) is
  'How items [{id, revision}] stand now: their newest revision, and whether they are the person''s own, not deleted, and in one of these sources.';

create function private.letters_of(p_text text) returns text
language sql immutable set search_path = '' as $$
  select lower(regexp_replace(p_text, '[^[:alnum:]]+', '', 'g'))
$$;

create function private.check_citations(p_user uuid, p_sources uuid[], p_citations jsonb) returns void
language plpgsql stable set search_path = '' as $$
declare
  v_forged text;
begin
  -- The function has checked all of this. Here it holds whatever the function does.
  select string_agg(x.number::text, ', ' order by x.number) into v_forged
    from jsonb_to_recordset(p_citations) as x(number int, content_id uuid, revision int, url text, quote text)
    left join public.platform_content c on c.id = x.content_id and c.user_id = p_user
      and exists (select from public.content_sources m where m.content_id = c.id and m.source_id = any (p_sources))
    left join public.content_revisions r on r.content_id = c.id and r.revision = x.revision
   where case when x.content_id is null then coalesce(x.url, '') !~ '^https?://'
           else c.id is null or (x.revision <> c.revision and r.content_id is null) or strpos(
             private.letters_of(case when x.revision = c.revision then concat_ws(' ', c.title, c.content) else concat_ws(' ', r.title, r.content) end),
             private.letters_of(x.quote)) = 0 end;
  if v_forged is not null then
    perform private.raise_error('citation_not_evidenced', 422, format('Citations %s of this text do not stand in what this run may read. Nothing was delivered.', v_forged),
      'The run is tried again by itself. If it goes on, the log has the details.');
  end if;
end $$;
comment on function private.check_citations(uuid, uuid[], jsonb) is
  'The last word before a text may leave: every citation is of an item that is the person''s own and in these sources, in a revision that exists, whose letters hold the quoted ones. Raises citation_not_evidenced.';

create function private.corrections_of(p_deliverable uuid) returns jsonb
language sql stable set search_path = '' as $$
  with changed as (
    select v.version_number, n.number, n.content_id, n.label, case when c.deleted_at is not null or c.id is null then 'deleted' else 'edited' end as change
      from public.deliverable_versions v
      join public.version_citations n on n.version_id = v.id
      left join public.platform_content c on c.id = n.content_id
     where v.deliverable_id = p_deliverable and v.purpose = 'live' and v.status in ('delivered', 'approved', 'rejected') and n.corrected_in is null
       and n.revision is not null and v.created_at > pipeline.now() - interval '90 days'
       and (c.deleted_at is not null or c.content_hash is distinct from n.content_hash)
       -- What expired here was not deleted there.
       and c.id is not null
       -- Where an item stands and who wrote it is told to nobody who could not read it: an earlier version may have gone to fewer.
       and (private.reaches_a_channel(p_deliverable) = '{}' or exists (
         select from public.content_sources m join public.sync_registry s on s.id = m.source_id
          where m.content_id = c.id and private.all_may_read(s, private.reaches_a_channel(p_deliverable))))
  )
  select coalesce(jsonb_agg(to_jsonb(x) order by x.version_number, x.number), '[]') from changed x
$$;
comment on function private.corrections_of(uuid) is
  'What delivered versions of the last 90 days cite that was edited or deleted since, and that no later version has told: [{version_number, number, content_id, label, change}].';
