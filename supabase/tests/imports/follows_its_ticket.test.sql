-- A job is what its ticket is: pending, processing with progress, completed; its cursor is its own.
begin;
select plan(16);

select tests.person() as ann \gset
select tests.vault();
select tests.as_service();
select tests.connection(:'ann') as connection \gset
select tests.source(:'connection', 'C1') as source \gset
select pipeline.request_import(:'ann', 'slack', 'C1', '{"days": 90, "items": 10}') as job \gset
select :'job'::jsonb ->> 'id' as job_id \gset

select is(:'job'::jsonb - '{id,ticket_id,source,created_at}'::text[], '{"platform": "slack", "scope": {"days": 90, "items": 10, "threads": true}, "status": "pending", "progress": 0, "progress_details": {}, "cancel_asked": false, "waiting_for": null, "result": null, "error": null, "started_at": null, "completed_at": null, "joined": false}', 'it waits');
select id, lease_token as lease from pipeline.claim(tests.wake_up('sync')) \gset
select is(:id::bigint, (:'job'::jsonb ->> 'ticket_id')::bigint, 'its ticket is claimed by the function that reads the platforms');
select is(pipeline.begin_import(:id, :'lease') - 'scope', '{"selected": ["C1"], "source": {"external_id": "C1", "kind": "channel", "name": "#C1", "metadata": {}}, "cursor": null, "items": 0, "changed": 0, "pages": 0}', 'what it begins with');
select ok(pipeline.begin_sync(:id, :'lease') -> 'tokens' ? 'access_token', 'and its connection like any sync''s');
select is(pipeline.import_of(:'ann', :'job_id') ->> 'status', 'processing', 'it runs');

select is(pipeline.store_import_page(:id, :'lease', tests.page(:'source', tests.item('1', 'one') || tests.item('2', 'two'), '{"cursor": {"at": 2}}')), '{"stored": 2, "changed": 2, "items": 2}', 'a page is stored');
select is(pipeline.import_of(:'ann', :'job_id') -> 'progress', '20', 'a fifth of the items asked for');
select pipeline.store_import_page(:id, :'lease', tests.page(:'source', tests.item('3', 'three') || tests.item('1', 'one'), '{"cursor": {"at": 4}, "progress": {"percent": 55.4, "secondsLeft": 12.3}}'));
select is(pipeline.import_of(:'ann', :'job_id') -> 'progress_details', '{"items": 4, "changed": 3, "pages": 2, "seconds_left": 12}', 'the details');
select pipeline.store_import_page(:id, :'lease', tests.page(:'source', '[]', '{"cursor": {"at": 5}, "progress": {"percent": 40, "secondsLeft": null}}'));
select is(pipeline.import_of(:'ann', :'job_id') -> 'progress', '55', 'progress never goes back');
select pipeline.store_import_page(:id, :'lease', tests.page(:'source', '[]', '{"cursor": {"at": 6}, "progress": {"percent": 100, "secondsLeft": 0}}'));
select is(pipeline.import_of(:'ann', :'job_id') -> 'progress', '99', 'and is through only at the end');
select is(pipeline.begin_import(:id, :'lease') -> 'cursor', '{"at": 6}', 'another turn goes on from the last page');
select is_empty(format('select from pipeline.sync_cursors where connection_id = %L', :'connection'), 'the unit''s own cursor never moved');

select pipeline.finish(jsonb_build_array(jsonb_build_object('id', :id, 'lease', :'lease')));
select is(pipeline.import_of(:'ann', :'job_id') - '{id,ticket_id,source,scope,created_at,started_at,completed_at,progress_details}'::text[], '{"platform": "slack", "status": "completed", "progress": 100, "cancel_asked": false, "waiting_for": null, "result": {"items": 4, "changed": 3, "pages": 4}, "error": null}', 'it is completed');
select results_eq(format('select item_count, source_latest_at is not null from public.sync_registry where id = %L', :'source'), 'values (3, true)', 'the source counts what it brought');
select is_empty('select from pipeline.import_cursors', 'nothing of it is left behind');
select is((select count(*) from pipeline.imports_of(:'ann', 'slack', 'completed')), 1::bigint, 'it is in the person''s list');

select * from finish();
rollback;
