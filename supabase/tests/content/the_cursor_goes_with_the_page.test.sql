-- Items and cursor are stored together or not at all.
begin;
select plan(6);

select tests.person() as ann \gset
select tests.as_service();
select tests.connection(:'ann') as connection \gset
select tests.source(:'connection', 'C1') as source \gset
select id, lease from tests.sync_ticket(:'source') \gset
select pipeline.store_page(:id, :'lease', tests.page(:'source', tests.item('1', 'one'), '{"cursor": {"ts": "1"}}'));

select is(pipeline.begin_sync(:id, :'lease') -> 'cursor', '{"ts": "1"}', 'a sync begins behind what is stored');
select is(tests.code_of(format('select pipeline.store_page(%s, %L, %L)', :id, :'lease', tests.page(:'source', tests.item('2', 'two') || tests.item('3', 'three', '{"content_type": "song"}'), '{"cursor": {"ts": "3"}}'))), '22P02', 'a page with one bad item');
select is(pipeline.begin_sync(:id, :'lease') -> 'cursor', '{"ts": "1"}', 'moves no cursor');
select is((select count(*) from public.platform_content where connection_id = :'connection'), 1::bigint, 'and stores no item');
select is(pipeline.begin_sync(:id, :'lease') #>> '{tokens,access_token}', 'v1.access', 'a sync gets its sealed tokens');
delete from public.platform_connections where id = :'connection';
select tests.throws_code(format('select pipeline.begin_sync(%s, %L)', :id, :'lease'), 'unknown_connection', 'and is told when it was disconnected');

select * from finish();
rollback;
