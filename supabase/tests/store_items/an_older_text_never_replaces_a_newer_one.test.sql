-- A live change may overtake a page that was read before it.
begin;
select plan(5);

select tests.person() as ann \gset
select tests.as_service();
select tests.travel_to('2026-11-04T10:00:00Z');
select tests.connection(:'ann') as connection \gset
select tests.source(:'connection', 'C1') as source \gset
create function pg_temp.now_is(p_connection uuid) returns text language sql as $$ select content || ' ' || revision from public.platform_content where connection_id = p_connection $$;

select tests.store(:'source', tests.item('1', 'first'));
select tests.store(:'source', tests.item('1', 'edited', '{"edited_at": "2026-11-04T09:00:00Z"}'));
select is(pg_temp.now_is(:'connection'), 'edited 2', 'an edit');
select tests.store(:'source', tests.item('1', 'first'));
select is(pg_temp.now_is(:'connection'), 'edited 2', 'a page from before it changes nothing');
select tests.store(:'source', tests.item('1', 'edited again', '{"edited_at": "2026-11-04T09:30:00Z"}'));
select tests.store(:'source', tests.item('1', 'edited', '{"edited_at": "2026-11-04T09:00:00Z"}'));
select is(pg_temp.now_is(:'connection'), 'edited again 3', 'nor does an earlier edit');
select is((select count(*) from public.content_revisions where user_id = :'ann'), 2::bigint, 'each text that was replaced is a revision, once');
select tests.travel('1 minute');
select tests.store(:'source', tests.item('1', 'edited again', '{"edited_at": "2026-11-04T09:30:00Z"}'));
select is((select fetched_at from public.platform_content where connection_id = :'connection'), '2026-11-04T10:00:00Z', 'a re-fetch without change writes no content');

select * from finish();
rollback;
