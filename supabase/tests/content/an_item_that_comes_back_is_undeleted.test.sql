-- A tombstone whose item is seen again becomes live, and counts as changed.
begin;
select plan(4);

select tests.person() as ann \gset
select tests.as_service();
select tests.connection(:'ann') as connection \gset
select tests.source(:'connection', 'C1') as source \gset
select tests.store(:'source', tests.item('1', 'orchid'));
update public.platform_content set deleted_at = pipeline.now() where connection_id = :'connection';
select is_empty(format('select * from pipeline.search_platform_content(%L, ''orchid'')', :'ann'), 'a tombstone is not found');
select tests.travel('1 hour');

select is(tests.store(:'source', tests.item('1', 'orchid')), '{"stored": 1, "changed": 1, "deleted": 0}', 'it is back');
select results_eq(format('select deleted_at, revision from public.platform_content where connection_id = %L', :'connection'), 'values (null::timestamptz, 1)', 'with the text it had');
select isnt_empty(format('select * from pipeline.search_platform_content(%L, ''orchid'')', :'ann'), 'and is found');

select * from finish();
rollback;
