-- A change writes the old text away; a re-fetch without change moves only the time of fetching.
begin;
select plan(8);

select tests.person() as ann \gset
select tests.as_service();
select tests.travel_to('2026-11-04T10:00:00Z');
select tests.connection(:'ann') as connection \gset
select tests.source(:'connection', 'C1') as source \gset

select is(tests.store(:'source', tests.item('1', 'first', '{"author": "Maya"}')), '{"stored": 1, "changed": 1, "deleted": 0}', 'new is changed');
select id from public.platform_content where connection_id = :'connection' \gset
select tests.travel('1 hour');
select is(tests.store(:'source', tests.item('1', 'first', '{"permalink": "https://x"}')), '{"stored": 1, "changed": 0, "deleted": 0}', 'a re-fetch is not');
select results_eq(format('select revision, date_trunc(''minute'', changed_at), fetched_at, permalink from public.platform_content where id = %L', :'id'),
  $$values (1, '2026-11-04T10:00:00Z'::timestamptz, '2026-11-04T11:00:00Z'::timestamptz, 'https://x')$$, 'its text is as old as before');
select tests.travel('1 hour');
select is(tests.store(:'source', tests.item('1', 'second')), '{"stored": 1, "changed": 1, "deleted": 0}', 'an edit is');
select results_eq(format('select revision, content, date_trunc(''minute'', changed_at) from public.platform_content where id = %L', :'id'), $$values (2, 'second', '2026-11-04T12:00:00Z'::timestamptz)$$, 'the newest text is in the table');
select tests.travel('1 hour');
select is(tests.store(:'source', tests.item('1', 'second', '{"title": "with a title"}')), '{"stored": 1, "changed": 1, "deleted": 0}', 'a title is text');
select results_eq(format('select revision, content, date_trunc(''minute'', replaced_at) from public.content_revisions where content_id = %L order by 1', :'id'),
  $$values (1, 'first', '2026-11-04T12:00:00Z'::timestamptz), (2, 'second', '2026-11-04T13:00:00Z')$$, 'the earlier ones are revisions');
select is((select count(*) from public.platform_content where connection_id = :'connection'), 1::bigint, 'all is one row');

select * from finish();
rollback;
