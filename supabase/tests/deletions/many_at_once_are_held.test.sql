-- More than 50 items or a fifth of the container: a third sync must agree, and for ten or more a day must pass, or the person confirms.
begin;
select plan(13);

select tests.person() as ann, tests.person() as ben \gset
select tests.as_service();
select tests.travel_to('2026-11-04T10:00:00Z');
select tests.connection(:'ann') as connection \gset
select tests.source(:'connection', 'C1') as source \gset
select tests.store(:'source', (select jsonb_agg(i) from generate_series(1, 60) n, jsonb_array_elements(tests.item(n::text, 'message ' || n)) i));
create function pg_temp.listing(p_source uuid, p_from int, p_later interval default '1 hour') returns int language plpgsql as $$
begin
  perform tests.travel(p_later);
  return (tests.store(p_source, '[]', jsonb_build_object(
    'seen', (select coalesce(jsonb_agg(jsonb_build_object('container_id', 'C1', 'item_id', n::text)), '[]') from generate_series(p_from, 60) n),
    'enumerated', jsonb_build_array(jsonb_build_object('began', pipeline.now(), 'container_id', 'C1')))) ->> 'deleted')::int;
end $$;
create function pg_temp.held(p_source uuid) returns int language sql as $$ select held_deletions from public.sync_registry where id = p_source $$;

select is(pg_temp.listing(:'source', 21) + pg_temp.listing(:'source', 21), 0, 'twenty of sixty are gone, twice');
select is(pg_temp.held(:'source'), 20, 'they are held, and the source says so');
select is(pg_temp.listing(:'source', 21), 0, 'a third time within the day');
select is(pg_temp.listing(:'source', 21, '24 hours'), 20, 'and a day later');
select is(pg_temp.held(:'source'), 0, 'they are deleted, and nothing is held');

select is(pg_temp.listing(:'source', 30) + pg_temp.listing(:'source', 30), 0, 'nine of forty, twice');
select is(pg_temp.held(:'source'), 9, 'are held');
select is(pg_temp.listing(:'source', 30), 9, 'a third sync will do for a few');

select is(pg_temp.listing(:'source', 61) + pg_temp.listing(:'source', 61), 0, 'everything is gone, twice');
select tests.throws_code(format('select pipeline.confirm_deletions(%L, %L)', :'ben', :'source'), 'unknown_source', 'another person''s source');
select is(pipeline.confirm_deletions(:'ann', :'source'), 31, 'the person confirms');
select is(pg_temp.held(:'source'), 0, 'nothing is held');
select is_empty(format('select from public.platform_content where connection_id = %L and deleted_at is null', :'connection'), 'and they are deleted');

select * from finish();
rollback;
