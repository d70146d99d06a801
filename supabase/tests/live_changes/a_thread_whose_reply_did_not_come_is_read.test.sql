-- Slack tells of a thread's newest reply twice, and either event may be lost: one that is not stored is fetched by a sync.
begin;
select plan(13);

select tests.person('ana') as ana \gset
select tests.as_service();
select tests.connection(:'ana') as slack \gset
select tests.source(:'slack', 'C1') as source \gset
select (h).id as ticket, (h).lease as lease from tests.held('apply_live_changes', jsonb_build_object('connection_id', :'slack', 'platform', 'slack', 'unit', 'C1'), :'ana', 'slack') h \gset
create function pg_temp.store(p_ticket bigint, p_lease uuid, p_page jsonb) returns void language sql as $$ select pipeline.store_live_changes(p_ticket, p_lease, p_page, '{}') $$;
create function pg_temp.threads() returns text[] language sql as $$ select array(select thread_id from pipeline.live_threads order by 1) $$;
create function pg_temp.count_of(p_source uuid) returns int language sql as $$ select item_count from public.sync_registry where id = p_source $$;

select pg_temp.store(:ticket, :'lease', jsonb_build_object('items', tests.item('1', 'a root', '{"sources": ["C1"]}') || tests.item('2', 'a reply', '{"sources": ["C1"], "thread_id": "1"}'),
  'threads', '[{"thread_id": "1", "latest_reply": "2"}]'::jsonb));
select is(pg_temp.threads(), '{}', 'a reply that came with it is no news');
select is(pg_temp.count_of(:'source'), 2, 'what came is counted at once');
select pg_temp.store(:ticket, :'lease', jsonb_build_object('items', tests.item('1', 'edited', '{"sources": ["C1"]}')));
select is(pg_temp.count_of(:'source'), 2, 'an edit adds nothing');
select pg_temp.store(:ticket, :'lease', '{"gone": [{"container_id": "C1", "item_id": "2"}, {"container_id": "C1", "item_id": "77"}]}');
select is(pg_temp.count_of(:'source'), 1, 'what was deleted is counted no more');
select pg_temp.store(:ticket, :'lease', '{"threads": [{"thread_id": "1", "latest_reply": "2"}]}');
select is(pg_temp.threads(), '{}', 'a reply that was deleted since had come');
select is((select count(*)::int from pipeline.work_tickets t where t.kind = 'sync_unit'), 0, 'and none of it asks for a sync');

select pg_temp.store(:ticket, :'lease', '{"threads": [{"thread_id": "1", "latest_reply": "3"}, {"thread_id": "0.5", "latest_reply": null}, {"thread_id": "1", "latest_reply": "4"}]}');
select is(pg_temp.threads(), '{0.5,1}', 'replies that did not come, and those that nobody named');
select is((select count(*)::int from pipeline.work_tickets t where t.kind = 'sync_unit' and t.payload ->> 'unit' = 'C1'), 1, 'are fetched by one sync');

delete from pipeline.work_tickets where kind = 'sync_unit';
select (h).id as sync, (h).lease as sync_lease from tests.sync_ticket(:'source') h \gset
select is(pipeline.begin_sync(:sync, :'sync_lease') #> '{unit,threads}', '["0.5", "1"]', 'which is told of them');
update pipeline.work_tickets set started_at = clock_timestamp() where id = :sync;
select pg_temp.store(:ticket, :'lease', '{"threads": [{"thread_id": "9", "latest_reply": null}]}');
select pipeline.finish_unit(:sync, :'sync_lease', '{}');
select is(pg_temp.threads(), '{9}', 'and takes them off the list, but for what was noticed while it ran');

select is((select t.payload ->> 'unit' from pipeline.work_tickets t where t.kind = 'sync_unit'), 'C1', 'another sync waits for that');
update pipeline.live_threads set noticed_at = clock_timestamp() - interval '25 hours';
select tests.as_owner();
select private.sweep_live_changes();
select is(pg_temp.threads(), '{}', 'what no sync read is forgotten after a day');
select tests.as_service();
select pg_temp.store(:ticket, :'lease', '{"threads": [{"thread_id": "5", "latest_reply": null}]}');
delete from public.platform_connections where id = :'slack';
select is(pg_temp.threads(), '{}', 'and goes with its connection');

select * from finish();
rollback;
