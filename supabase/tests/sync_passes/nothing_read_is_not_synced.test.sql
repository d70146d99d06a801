-- A pass in which every source failed leaves the platform unsynced; unknown error codes are "internal".
begin;
select plan(3);

select tests.person() as ann \gset
select tests.as_service();
select tests.connection(:'ann') as connection \gset
select tests.source(:'connection', 'C1') as source \gset
select id, lease from tests.held('discover_sources', jsonb_build_object('connection_id', :'connection', 'platform', 'slack'), :'ann', 'slack') \gset
select pipeline.finish_discovery(:id, :'lease', '[{"external_id": "C1", "kind": "channel", "name": "one"}]', '{}');
select id, lease_token as lease from tests.claim('sync') \gset
select pipeline.fail(:id, :'lease', '{"code": "weird"}', null, true);

select results_eq(format('select sources_done, sources_failed, ended_at is not null from public.sync_passes where user_id = %L', :'ann'), 'values (0, 1, true)', 'the pass is over');
select is((select last_synced_at from public.platform_connections where id = :'connection'), null, 'the platform was not synced');
select is((select error from public.sync_registry where id = :'source'), 'internal'::public.sync_error, 'the source has an error');

select * from finish();
rollback;
