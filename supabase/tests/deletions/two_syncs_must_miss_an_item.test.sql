-- A platform can drop a page without a word: one listing that lacks an item proves nothing, two of different syncs do.
begin;
select plan(9);

select tests.person() as ann \gset
select tests.as_service();
select tests.travel_to('2026-11-04T10:00:00Z');
select tests.connection(:'ann') as connection \gset
select tests.source(:'connection', 'C1') as source \gset
select tests.store(:'source', (select jsonb_agg(i) from generate_series(1, 30) n, jsonb_array_elements(tests.item(n::text, 'message ' || n)) i));
create function pg_temp.missed() returns text language sql as $$
  select string_agg(c.item_id || ':' || s.missed, ',' order by c.item_id) from pipeline.item_sightings s join public.platform_content c on c.id = s.content_id where s.missed > 0
$$;
create function pg_temp.deleted() returns text[] language sql as $$ select array(select item_id from public.platform_content where deleted_at is not null order by 1) $$;
-- A listing that names all but item 7, as a sync of its own.
create function pg_temp.listing(p_source uuid, p_without text[] default '{7}', p_scope jsonb default '{}') returns jsonb language plpgsql as $$
begin
  perform tests.travel('1 hour');
  return tests.store(p_source, '[]', jsonb_build_object(
    'seen', (select jsonb_agg(jsonb_build_object('container_id', 'C1', 'item_id', n::text)) from generate_series(1, 30) n where n::text <> all (p_without)),
    'enumerated', jsonb_build_array(jsonb_build_object('began', pipeline.now(), 'container_id', 'C1') || p_scope)));
end $$;

select is(pg_temp.listing(:'source') ->> 'deleted', '0', 'one listing');
select is(pg_temp.missed(), '7:1', 'misses it');
select pg_temp.listing(:'source', '{}');
select is(pg_temp.missed(), null, 'and the next one finds it: nothing happened');
select pg_temp.listing(:'source');
select is(pg_temp.listing(:'source') ->> 'deleted', '1', 'two in a row');
select is(pg_temp.deleted(), '{7}', 'prove its deletion');
select is((select changed_at from public.platform_content where item_id = '7' and connection_id = :'connection'), pipeline.now(), 'which is a change');

select id, lease from tests.sync_ticket(:'source') \gset
select tests.travel('1 hour');
select jsonb_build_object('cursor', '{}'::jsonb, 'enumerated', jsonb_build_array(jsonb_build_object('began', pipeline.now(), 'container_id', 'C1', 'after', '2026-11-01T09:00:00Z', 'before', '2026-11-01T09:00:01Z'))) as nothing \gset
select pipeline.store_page(:id, :'lease', :'nothing');
select pipeline.store_page(:id, :'lease', :'nothing');
select is((select max(s.missed) from pipeline.item_sightings s join public.platform_content c on c.id = s.content_id where c.deleted_at is null), 1::smallint, 'one sync is one witness, however often it lists');
select pipeline.store_page(:id, :'lease', jsonb_build_object('cursor', '{}'::jsonb, 'gone', '[{"container_id": "C1", "item_id": "8"}, {"container_id": "C2", "item_id": "9"}]'::jsonb));
select is(pg_temp.deleted(), '{7,8}', 'what the platform itself says is deleted is deleted at once, in its container');
select pipeline.store_page(:id, :'lease', tests.page(:'source', tests.item('7', 'back again')));
select is(pg_temp.deleted(), '{8}', 'and what comes back is back');

select * from finish();
rollback;
