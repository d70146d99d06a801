-- A discovery opens a pass with a ticket a source; the last one that ends closes it and tells the activity log.
begin;
select plan(9);

select tests.person() as ann \gset
select tests.vault();
select tests.as_service();
select tests.connection(:'ann') as connection \gset
select id, lease from tests.held('discover_sources', jsonb_build_object('connection_id', :'connection', 'platform', 'slack'), :'ann', 'slack') \gset
select pipeline.finish_discovery(:id, :'lease', '[{"external_id": "C1", "kind": "channel", "name": "one"}, {"external_id": "C2", "kind": "channel", "name": "two"}, {"external_id": "C3", "kind": "channel", "name": "three"}]', '{C1,C2}') as told \gset

select is(:'told'::jsonb - 'pass_id', '{"discovered": 3, "selected_by_default": 2, "syncing": 2}', 'three found, two selected and syncing');
select is((select outcome from pipeline.work_execution_log where id = :id), 'done'::public.ticket_state, 'the discovery is done');
select lease_token as lease, id from pipeline.claim(tests.wake_up('sync')) where payload ->> 'unit' = 'C1' \gset
select id as source from public.sync_registry where external_id = 'C1' and connection_id = :'connection' \gset
select pipeline.store_page(:id, :'lease', tests.page(:'source', tests.item('1', 'one') || tests.item('2', 'two')));
select pipeline.save(jsonb_build_array(jsonb_build_object('id', :id, 'lease', :'lease', 'progress', '{"changed": 2}'::jsonb)));
select pipeline.finish_unit(:id, :'lease', '{"items": 2, "changed": 2}');
select results_eq(format('select item_count, last_synced_at, error from public.sync_registry where connection_id = %L and external_id = ''C1''', :'connection'), 'select 2, pipeline.now(), null::public.sync_error', 'a source that was read is fresh');
select is((select ended_at from public.sync_passes where user_id = :'ann'), null, 'the pass waits for the other');
select is((select last_synced_at from public.platform_connections where id = :'connection'), null, 'and the platform is not synced yet');
select id, lease_token as lease from pipeline.work_tickets where kind = 'sync_unit' \gset
select pipeline.fail(:id, :'lease', '{"code": "access_denied", "message": "Not in the channel."}', null, true);
select results_eq(format('select sources_total, sources_done, sources_failed, items_stored, ended_at is not null from public.sync_passes where user_id = %L', :'ann'), 'values (2, 1, 1, 2, true)', 'one done, one failed, over');
select results_eq(format('select error, error_message, last_synced_at from public.sync_registry where connection_id = %L and external_id = ''C2''', :'connection'), $$values ('access_denied'::public.sync_error, 'Not in the channel.', null::timestamptz)$$, 'the source says what is wrong');
select results_eq(format($$select summary from public.activity_log where user_id = %L and event_type = 'platform_synced'$$, :'ann'), $$values ('Synced slack: 2 items from 1 of 2 sources')$$, 'told once');
select isnt((select last_synced_at from public.platform_connections where id = :'connection'), null, 'the platform is synced');

select * from finish();
rollback;
