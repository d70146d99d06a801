-- A mailbox is one unit: a label that is gone fails, the others are fresh, and the pass tells both.
begin;
select plan(7);

select tests.person() as ann \gset
select tests.vault();
select tests.as_service();
select tests.connection(:'ann', 'google') as connection \gset
select id, lease from tests.held('discover_sources', jsonb_build_object('connection_id', :'connection', 'platform', 'gmail'), :'ann', 'gmail') \gset
select pipeline.finish_discovery(:id, :'lease', '[{"external_id": "INBOX", "kind": "label", "name": "Inbox"}, {"external_id": "Label_1", "kind": "label", "name": "Customers"}, {"external_id": "SPAM", "kind": "label", "name": "Spam"}]', '{INBOX,Label_1}') as told \gset
select is(:'told'::jsonb - 'pass_id', '{"discovered": 3, "selected_by_default": 2, "syncing": 2}', 'what is not recommended is not selected');
select lease_token as lease, id from pipeline.claim(tests.wake_up('sync')) \gset
select is(pipeline.begin_sync(:id, :'lease') -> 'unit', '{"id": "mailbox", "sources": [{"external_id": "INBOX", "kind": "label", "name": "Inbox", "metadata": {}}, {"external_id": "Label_1", "kind": "label", "name": "Customers", "metadata": {}}], "threads": []}', 'one ticket reads both');
select pipeline.store_page(:id, :'lease', '{"items": [], "cursor": {}, "progress": {"percent": 40, "secondsLeft": 60}, "failed": [{"source": "Label_1", "error": "not_found", "message": "Gmail has no such label any more."}]}');
select results_eq(format('select progress_percent, ready_at - pipeline.now() from public.sync_registry where connection_id = %L and selected', :'connection'), $$values (40::smallint, interval '1 minute'), (40::smallint, '1 minute')$$, 'how far it is');
select pipeline.finish_unit(:id, :'lease', '{}');
select results_eq(format('select external_id, last_synced_at is not null, error, progress_percent from public.sync_registry where connection_id = %L and selected order by 1', :'connection'),
  $$values ('INBOX', true, null::public.sync_error, null::smallint), ('Label_1', false, 'not_found', null)$$, 'one is fresh, one says what is wrong');
select results_eq(format('select sources_total, sources_done, sources_failed, ended_at is not null from public.sync_passes where user_id = %L', :'ann'), 'values (2, 1, 1, true)', 'and the pass counts both');
select id, lease from tests.held('sync_unit', jsonb_build_object('connection_id', :'connection', 'platform', 'gmail', 'unit', 'mailbox'), :'ann', 'gmail') \gset
select pipeline.store_page(:id, :'lease', '{"items": [], "cursor": {}}');
select pipeline.finish_unit(:id, :'lease', '{}');
select is_empty(format('select from public.sync_registry where connection_id = %L and error is not null', :'connection'), 'the next sync that reads it clears the error');
delete from public.platform_connections where id = :'connection';
select id, lease from tests.held('sync_unit', jsonb_build_object('connection_id', :'connection', 'platform', 'gmail', 'unit', 'mailbox'), :'ann', 'gmail') \gset
select tests.throws_code(format('select pipeline.store_page(%s, %L, ''{}'')', :id, :'lease'), 'unknown_connection', 'a page that comes after the disconnect is refused');

select * from finish();
rollback;
