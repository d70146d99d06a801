-- Search, the lexical leg: BM25 over a postings table, in plain SQL.
-- AND-only text search finds nothing for most questions (392 of 481 in our corpus), and BM25 over postings is as good as
-- the extensions that Supabase does not have (nDCG@10 .261 beside .263).

create table pipeline.search_postings (
  user_id uuid not null,
  lexeme text not null,
  content_id uuid not null,
  platform public.platform not null,
  frequency smallint not null,
  length int not null,
  constraint one_posting_a_lexeme_and_item primary key (user_id, lexeme, content_id) include (frequency, length)
);
comment on table pipeline.search_postings is
  'Which items hold which word stem, how often, and how many stems the item has. Kept by the triggers below; no foreign key, as they delete in sets.';
create index search_postings_of_an_item on pipeline.search_postings (content_id);
alter table pipeline.search_postings enable row level security;

create table pipeline.search_statistics (
  user_id uuid not null references auth.users on delete cascade,
  platform public.platform not null,
  items int not null default 0,
  length bigint not null default 0,
  constraint one_row_a_person_and_platform primary key (user_id, platform)
);
comment on table pipeline.search_statistics is 'How many items are indexed and how many stems they have: BM25''s corpus size and average length.';
alter table pipeline.search_statistics enable row level security;

create function private.searchable_text(p_content public.platform_content) returns tsvector
language sql immutable set search_path = '' as $$
  -- The author belongs in: "what did Maya decide" is asked as often as "what was decided".
  select to_tsvector('pg_catalog.english', concat_ws(' ', p_content.title, p_content.author, p_content.content))
$$;

create function private.add_postings(p_ids uuid[]) returns void
language sql set search_path = '' as $$
  with stems as (
    select c.user_id, c.platform, c.id, s.lexeme, cardinality(s.positions)::smallint as frequency
      from public.platform_content c cross join lateral unnest(private.searchable_text(c)) s
     where c.id = any (p_ids) and c.deleted_at is null
  ), measured as (
    select s.*, sum(s.frequency) over (partition by s.id) as length from stems s
  ), posted as (
    insert into pipeline.search_postings (user_id, lexeme, content_id, platform, frequency, length)
    select m.user_id, m.lexeme, m.id, m.platform, m.frequency, m.length from measured m
    returning content_id
  )
  insert into pipeline.search_statistics as st (user_id, platform, items, length)
  select m.user_id, m.platform, count(distinct m.id), sum(m.frequency) from measured m
   group by m.user_id, m.platform order by m.user_id, m.platform
  on conflict on constraint one_row_a_person_and_platform do update
    set items = st.items + excluded.items, length = st.length + excluded.length
$$;

create function private.drop_postings(p_ids uuid[]) returns void
language sql set search_path = '' as $$
  with gone as (
    delete from pipeline.search_postings p where p.content_id = any (p_ids)
    returning p.user_id, p.platform, p.content_id, p.frequency
  )
  update pipeline.search_statistics st set items = st.items - sums.items, length = st.length - sums.length
    from (select g.user_id, g.platform, count(distinct g.content_id) as items, sum(g.frequency) as length
            from gone g group by g.user_id, g.platform) sums
   where st.user_id = sums.user_id and st.platform = sums.platform
$$;

create function private.index_new_content() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.add_postings(array(select n.id from new_rows n));
  return null;
end $$;
create trigger new_content_is_searchable after insert on public.platform_content
  referencing new table as new_rows for each statement execute function private.index_new_content();

create function private.index_changed_content() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_ids uuid[];
begin
  -- Only what changes the words: a re-fetch, a retention or a new expiry costs nothing here.
  v_ids := array(
    select n.id from new_rows n join old_rows o using (id)
     where (n.title, n.author, n.content, n.deleted_at is null) is distinct from (o.title, o.author, o.content, o.deleted_at is null));
  if cardinality(v_ids) > 0 then
    perform private.drop_postings(v_ids);
    perform private.add_postings(v_ids);
  end if;
  return null;
end $$;
create trigger changed_content_is_searchable after update on public.platform_content
  referencing old table as old_rows new table as new_rows for each statement execute function private.index_changed_content();

create function private.forget_deleted_content() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.drop_postings(array(select o.id from old_rows o));
  return null;
end $$;
create trigger deleted_content_is_not_searchable after delete on public.platform_content
  referencing old table as old_rows for each statement execute function private.forget_deleted_content();

create function private.search_content(
  p_user uuid, p_query text, p_platforms public.platform[], p_sources uuid[], p_retained_only boolean, p_limit int
) returns table (content_id uuid, score real)
language sql stable security definer set search_path = '' as $$
  -- Okapi BM25, k1 = 1.2, b = 0.75 (Robertson & Zaragoza 2009, the usual constants).
  with corpus as (
    select greatest(1, sum(st.items))::float8 as items, greatest(1, sum(st.length))::float8 / greatest(1, sum(st.items)) as average
      from pipeline.search_statistics st where st.user_id = p_user
  ), words as (
    select q.lexeme from unnest(to_tsvector('pg_catalog.english', left(p_query, 2000))) q limit 50
  ), hits as (
    select p.content_id, p.frequency, p.length, count(*) over (partition by p.lexeme) as holders
      from words w join pipeline.search_postings p on p.user_id = p_user and p.lexeme = w.lexeme
  ), scored as (
    select h.content_id,
           sum(ln(1 + (c.items - h.holders + 0.5) / (h.holders + 0.5))
               * h.frequency * 2.2 / (h.frequency + 1.2 * (0.25 + 0.75 * h.length / c.average)))::real as score
      from hits h cross join corpus c group by h.content_id
  )
  select s.content_id, s.score
    from scored s join public.platform_content c on c.id = s.content_id
   where c.user_id = p_user and c.deleted_at is null
     and (c.retained or c.expires_at is null or c.expires_at > pipeline.now())
     and (p_platforms is null or c.platform = any (p_platforms))
     and (not p_retained_only or c.retained)
     and (p_sources is null or exists (select from public.content_sources m where m.content_id = c.id and m.source_id = any (p_sources)))
   order by s.score desc, c.source_timestamp desc, c.id
   limit least(greatest(p_limit, 1), 200)
$$;
comment on function private.search_content(uuid, text, public.platform[], uuid[], boolean, int) is
  'BM25 over one person''s live content. Filters come before ranking is cut, so that a filtered search is never short of what exists.';

create type public.found_content as (
  id uuid, revision int, platform public.platform, source_name text, content_type public.content_type, title text, content text,
  author text, permalink text, source_timestamp timestamptz, retained boolean, score real
);

create function private.found(p_user uuid, p_query text, p_platforms public.platform[], p_sources uuid[], p_retained_only boolean, p_limit int)
returns setof public.found_content
language sql stable security definer set search_path = '' as $$
  select (c.id, c.revision, c.platform,
      (select min(r.name) from public.content_sources m join public.sync_registry r on r.id = m.source_id where m.content_id = c.id),
      c.content_type, c.title, c.content, c.author, c.permalink, c.source_timestamp, c.retained, s.score)::public.found_content
    from private.search_content(p_user, p_query, p_platforms, p_sources, p_retained_only, p_limit) s
    join public.platform_content c on c.id = s.content_id
   order by s.score desc, c.source_timestamp desc, c.id
$$;

create function pipeline.search_platform_content(
  p_user uuid, p_query text, p_platforms public.platform[] default null, p_sources uuid[] default null,
  p_retained_only boolean default false, p_limit int default 20
) returns setof public.found_content
language sql stable set search_path = '' as $$
  select * from private.found(p_user, p_query, p_platforms, p_sources, p_retained_only, p_limit)
$$;
comment on function pipeline.search_platform_content(uuid, text, public.platform[], uuid[], boolean, int) is
  'Search for the agent: the caller names the person on whose behalf it reads.';

create function private.found_by_me(p_query text, p_platforms public.platform[], p_sources uuid[], p_retained_only boolean, p_limit int)
returns setof public.found_content
language sql stable security definer set search_path = '' as $$
  select * from private.found((select auth.uid()), p_query, p_platforms, p_sources, p_retained_only, p_limit)
$$;
grant execute on function private.found_by_me(text, public.platform[], uuid[], boolean, int) to authenticated;

create function public.search_platform_content(
  p_query text, p_platforms public.platform[] default null, p_sources uuid[] default null,
  p_retained_only boolean default false, p_limit int default 20
) returns setof public.found_content
language sql stable set search_path = '' as $$
  select * from private.found_by_me(p_query, p_platforms, p_sources, p_retained_only, p_limit)
$$;
comment on function public.search_platform_content(text, public.platform[], uuid[], boolean, int) is
  'Search in one''s own content. Best first; empty only when no word of the question occurs.';
grant execute on function public.search_platform_content(text, public.platform[], uuid[], boolean, int) to authenticated;
