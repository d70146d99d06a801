-- The one way content is written: items, sightings, deletions. Sync, imports and live changes all come through here, each behind its own fence.

create type private.stored_items as (stored int, changed int);

create function private.store_items(p_connection uuid, p_platform public.platform, p_user uuid, p_items jsonb)
returns private.stored_items
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := private.moment_of_change(p_user);
  v_changed int;
  v_stored int;
begin
  with items as (
    -- A page may hold an item twice (a reply that was also sent to the channel): the later one counts.
    select distinct on (x.container_id, x.item_id) x.*, left(x.content, 10000) as text
      from rows from (jsonb_to_recordset(p_items) as (
        container_id text, item_id text, content_type public.content_type, thread_id text, title text, content text, author text,
        author_id text, is_user_authored boolean, permalink text, metadata jsonb, source_timestamp timestamptz, edited_at timestamptz,
        keep_until timestamptz)) with ordinality
        as x(container_id, item_id, content_type, thread_id, title, content, author, author_id, is_user_authored, permalink, metadata,
             source_timestamp, edited_at, keep_until, nth)
     -- A fixed order, so that two syncs that share items lock them alike.
     order by x.container_id, x.item_id, x.nth desc
  ), hashed as (
    -- The hash covers what is stored, after the cap.
    select i.*, encode(sha256(convert_to(concat_ws(E'\x1f', coalesce(i.title, ''), i.text), 'UTF8')), 'hex') as hash,
           greatest(pipeline.now() + private.lifetime(p_platform), i.keep_until) as expires
      from items i
  ), earlier as (
    insert into public.content_revisions (content_id, revision, user_id, title, content, content_hash, author, replaced_at)
    select c.id, c.revision, c.user_id, c.title, c.content, c.content_hash, c.author, v_now
      from hashed h join public.platform_content c
        on c.connection_id = p_connection and c.platform = p_platform and c.container_id = h.container_id and c.item_id = h.item_id
     where c.content_hash <> h.hash and coalesce(h.edited_at, '-infinity') >= coalesce(c.edited_at, '-infinity')
    on conflict on constraint one_row_a_revision do nothing
    returning content_id
  ), written as (
    insert into public.platform_content as c
      (user_id, connection_id, platform, container_id, item_id, content_type, thread_id, title, content, content_hash, author, author_id,
       is_user_authored, permalink, metadata, source_timestamp, edited_at, stored_at, changed_at, expires_at)
    select p_user, p_connection, p_platform, h.container_id, h.item_id, h.content_type, h.thread_id, h.title, h.text,
           h.hash, h.author, h.author_id, coalesce(h.is_user_authored, false), h.permalink, coalesce(h.metadata, '{}'), h.source_timestamp,
           h.edited_at, v_now, v_now, h.expires
      from hashed h
    on conflict on constraint one_row_an_item do update
      set revision = c.revision + (c.content_hash <> excluded.content_hash)::int,
          changed_at = case when c.content_hash <> excluded.content_hash or c.deleted_at is not null then v_now else c.changed_at end,
          content_type = excluded.content_type, thread_id = excluded.thread_id, title = excluded.title, content = excluded.content,
          content_hash = excluded.content_hash, author = excluded.author, author_id = excluded.author_id,
          is_user_authored = excluded.is_user_authored, permalink = excluded.permalink, metadata = excluded.metadata,
          source_timestamp = excluded.source_timestamp, edited_at = excluded.edited_at, fetched_at = pipeline.now(), deleted_at = null,
          -- What was retained as evidence stays retained.
          expires_at = case when c.retained then null else greatest(c.expires_at, excluded.expires_at) end
      -- What was read before an edit must not undo it (a live change overtook the page).
      where coalesce(excluded.edited_at, '-infinity') >= coalesce(c.edited_at, '-infinity')
        -- A re-fetch without change writes nothing: most of every sync is one.
        and ((c.content_type, c.thread_id, c.title, c.content_hash, c.author, c.author_id, c.is_user_authored, c.permalink, c.metadata, c.source_timestamp, c.edited_at)
               is distinct from
             (excluded.content_type, excluded.thread_id, excluded.title, excluded.content_hash, excluded.author, excluded.author_id,
              excluded.is_user_authored, excluded.permalink, excluded.metadata, excluded.source_timestamp, excluded.edited_at)
          or c.deleted_at is not null
          or (not c.retained and c.expires_at < excluded.expires_at - private.lifetime(p_platform) / 10))
    returning c.changed_at
  )
  select count(*) filter (where w.changed_at = v_now) into v_changed from written w;

  v_stored := private.see_items(p_connection, p_platform, p_user, p_items);
  return (v_stored, v_changed);
end $$;
comment on function private.store_items(uuid, public.platform, uuid, jsonb) is
  'Stores items in the shape of content/item.ts: new text becomes a revision, the memberships become what "sources" says, and each counts as seen. Returns {stored, changed}.';

create function private.see_items(p_connection uuid, p_platform public.platform, p_user uuid, p_seen jsonb) returns int
language plpgsql set search_path = '' as $$
declare
  v_count int;
begin
  -- One statement for who is meant, so that the two below agree.
  with seen as (
    select distinct on (c.id) c.id, c.expires_at, c.retained, x.sources
      from jsonb_to_recordset(p_seen) as x(container_id text, item_id text, sources jsonb)
      join public.platform_content c
        on c.connection_id = p_connection and c.platform = p_platform and c.container_id = x.container_id and c.item_id = x.item_id
     order by c.id
  ), sighted as (
    insert into pipeline.item_sightings as s (content_id) select v.id from seen v order by v.id
    on conflict (content_id) do update set seen_at = pipeline.now(), missed = 0, first_missed_at = null, missed_by = null
    returning 1
  ), renewed as (
    update public.platform_content c set expires_at = pipeline.now() + private.lifetime(p_platform)
      from seen v where c.id = v.id and not v.retained and c.deleted_at is null
       and v.expires_at < pipeline.now() + private.lifetime(p_platform) * 0.9
  ), belongs as (
    select v.id, r.id as source_id
      from seen v cross join lateral jsonb_array_elements_text(v.sources) e
      join public.sync_registry r on r.connection_id = p_connection and r.platform = p_platform and r.external_id = e
     where jsonb_typeof(v.sources) = 'array'
  ), joined as (
    insert into public.content_sources (content_id, source_id, user_id) select b.id, b.source_id, p_user from belongs b order by b.source_id, b.id
    on conflict on constraint an_item_belongs_to_a_source_once do nothing
  ), left_behind as (
    delete from public.content_sources m using seen v
     where m.content_id = v.id and jsonb_typeof(v.sources) = 'array'
       and not exists (select from belongs b where b.id = m.content_id and b.source_id = m.source_id)
  )
  select count(*) into v_count from sighted;
  return v_count;
end $$;
comment on function private.see_items(uuid, public.platform, uuid, jsonb) is
  'A listing named these items [{container_id, item_id, sources?}]: they exist, do not expire yet, and belong to what "sources" names (nothing said: where they did). Returns how many are known.';

create function private.delete_items(p_connection uuid, p_platform public.platform, p_gone jsonb) returns int
language sql set search_path = '' as $$
  with gone as (
    update public.platform_content c set deleted_at = pipeline.now(), changed_at = pipeline.now()
      from jsonb_to_recordset(p_gone) as x(container_id text, item_id text)
     where c.connection_id = p_connection and c.platform = p_platform and c.container_id = x.container_id and c.item_id = x.item_id
       and c.deleted_at is null
    returning 1
  )
  select count(*)::int from gone
$$;
comment on function private.delete_items(uuid, public.platform, jsonb) is
  'The platform itself said that these items [{container_id, item_id}] were deleted: they become tombstones. Returns how many.';

create function private.settle_enumeration(p_connection uuid, p_platform public.platform, p_ticket bigint, p_enumeration jsonb) returns int
language plpgsql set search_path = '' as $$
declare
  v_began timestamptz := (p_enumeration ->> 'began')::timestamptz;
  v_container text := p_enumeration ->> 'container_id';
  v_missing uuid[];
  v_gone uuid[];
  v_live int;
  v_suspicious boolean;
  v_answering_at timestamptz;
begin
  v_missing := array(
    select c.id from public.platform_content c join pipeline.item_sightings s on s.content_id = c.id
     where c.connection_id = p_connection and c.platform = p_platform and c.container_id = v_container and c.deleted_at is null
       and s.seen_at < v_began
       and (not p_enumeration ? 'thread_id'
         -- The parent of a thread is in none: the channel's own listing has it.
         or case when p_enumeration ->> 'thread_id' is null then c.thread_id is null or c.thread_id = c.item_id
                 else c.thread_id = p_enumeration ->> 'thread_id' and c.item_id <> c.thread_id end)
       and (p_enumeration ->> 'after' is null or c.source_timestamp >= (p_enumeration ->> 'after')::timestamptz)
       and (p_enumeration ->> 'before' is null or c.source_timestamp < (p_enumeration ->> 'before')::timestamptz)
       and (p_enumeration ->> 'source' is null or exists (
         select from public.content_sources m join public.sync_registry r on r.id = m.source_id
          where m.content_id = c.id and r.connection_id = p_connection and r.platform = p_platform and r.external_id = p_enumeration ->> 'source'))
     order by c.id);
  if cardinality(v_missing) = 0 then return 0; end if;

  -- A sync that lists a scope twice is still one witness.
  update pipeline.item_sightings s
     set missed = s.missed + 1, missed_by = p_ticket, first_missed_at = coalesce(s.first_missed_at, pipeline.now())
   where s.content_id = any (v_missing) and s.missed_by is distinct from p_ticket;

  -- Measured over the whole container: two replies of a thread are not a fifth of a channel.
  -- And when the platform last showed anything like it: a source that shows nothing at all looks the same empty and broken.
  select count(*), max(s.seen_at) filter (where c.id <> all (v_missing)
           and (p_enumeration -> 'thread_id' is distinct from 'null' or c.thread_id is null or c.thread_id = c.item_id)
           and (p_enumeration ->> 'source' is null or exists (
             select from public.content_sources m join public.sync_registry r on r.id = m.source_id
              where m.content_id = c.id and r.connection_id = p_connection and r.platform = p_platform and r.external_id = p_enumeration ->> 'source')))
    into v_live, v_answering_at
    from public.platform_content c left join pipeline.item_sightings s on s.content_id = c.id
   where c.connection_id = p_connection and c.platform = p_platform and c.container_id = v_container and c.deleted_at is null;
  v_suspicious := cardinality(v_missing) > 50 or cardinality(v_missing) > 0.2 * v_live;
  v_gone := array(
    select s.content_id from pipeline.item_sightings s
     where s.content_id = any (v_missing)
       and (coalesce((p_enumeration ->> 'told')::boolean, false) or s.first_missed_at <= v_answering_at)
       and case when not v_suspicious then s.missed >= 2
                -- A few items of a small source: a third witness will do. Many: not before they were missing for a day.
                else s.missed >= 3 and (cardinality(v_missing) < 10 or s.first_missed_at <= pipeline.now() - interval '1 day') end);
  update public.platform_content c set deleted_at = pipeline.now(), changed_at = pipeline.now() where c.id = any (v_gone);
  return cardinality(v_gone);
end $$;
comment on function private.settle_enumeration(uuid, public.platform, bigint, jsonb) is
  'A scope was listed from end to end (Enumeration of connector.ts): what was not seen since it began was missed. Two syncs that miss an item prove its deletion; more than 50 items or a fifth of the container need a third, and many a day. Nothing is proven while the source shows nothing else either, unless the platform said in words that it is empty (told). Returns how many became tombstones.';

create function private.count_held_deletions(p_connection uuid, p_platform public.platform, p_unit text) returns void
language sql set search_path = '' as $$
  with held as (
    select m.source_id, count(*) as items
      from pipeline.item_sightings s
      join public.platform_content c on c.id = s.content_id and c.deleted_at is null
      join public.content_sources m on m.content_id = c.id
     where s.missed >= 2 and c.connection_id = p_connection and c.platform = p_platform
     group by m.source_id
  )
  update public.sync_registry r set held_deletions = coalesce((select h.items from held h where h.source_id = r.id), 0)
   where r.connection_id = p_connection and r.platform = p_platform and r.unit = p_unit
     and r.held_deletions is distinct from coalesce((select h.items from held h where h.source_id = r.id), 0)
$$;

create function pipeline.confirm_deletions(p_user uuid, p_source uuid) returns int
language plpgsql set search_path = '' as $$
declare
  v_source public.sync_registry;
  v_count int;
begin
  select * into v_source from public.sync_registry s where s.id = p_source and s.user_id = p_user;
  if not found then
    perform private.raise_error('unknown_source', 404, 'You have no such source.', 'Read your sources again.');
  end if;
  update public.platform_content c set deleted_at = pipeline.now(), changed_at = pipeline.now()
    from pipeline.item_sightings s, public.content_sources m
   where s.content_id = c.id and s.missed >= 2 and m.content_id = c.id and m.source_id = p_source and c.deleted_at is null;
  get diagnostics v_count = row_count;
  perform private.count_held_deletions(v_source.connection_id, v_source.platform, v_source.unit);
  return v_count;
end $$;
comment on function pipeline.confirm_deletions(uuid, uuid) is
  'The person says that the held deletions of a source are right: they become tombstones now. Raises unknown_source. Returns how many.';

create function private.apply_page(p_connection uuid, p_platform public.platform, p_user uuid, p_ticket bigint, p_page jsonb) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_items private.stored_items;
  v_deleted int;
  v_enumeration jsonb;
begin
  v_items := private.store_items(p_connection, p_platform, p_user, coalesce(p_page -> 'items', '[]'));
  if jsonb_array_length(coalesce(p_page -> 'seen', '[]')) > 0 then
    perform private.see_items(p_connection, p_platform, p_user, p_page -> 'seen');
  end if;
  v_deleted := private.delete_items(p_connection, p_platform, coalesce(p_page -> 'gone', '[]'));
  for v_enumeration in select e from jsonb_array_elements(coalesce(p_page -> 'enumerated', '[]')) e loop
    v_deleted := v_deleted + private.settle_enumeration(p_connection, p_platform, p_ticket, v_enumeration);
  end loop;
  return jsonb_build_object('stored', v_items.stored, 'changed', v_items.changed, 'deleted', v_deleted);
end $$;
comment on function private.apply_page(uuid, public.platform, uuid, bigint, jsonb) is
  'What a page (Page of connector.ts) says of items: stored, seen, gone, and missed by its enumerations. Its caller holds the fence. Returns {stored, changed, deleted}.';
