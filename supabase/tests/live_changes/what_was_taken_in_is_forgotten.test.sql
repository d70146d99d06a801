-- The content of an event stays no longer than somebody has yet to read it.
begin;
select plan(14);

select tests.person('ana') as ana, tests.person('ben') as ben \gset
select tests.as_service();
select tests.connection(:'ana') as ana_slack, tests.connection(:'ben') as ben_slack \gset
select tests.source(:'ana_slack', 'C1') as source \gset
select tests.source(:'ben_slack', 'C1');
create function pg_temp.held(p_connection uuid) returns tests.held_ticket
language sql as $$
  select tests.held('apply_live_changes', jsonb_build_object('connection_id', p_connection, 'platform', 'slack', 'unit', 'C1'), c.user_id, 'slack')
    from public.platform_connections c where c.id = p_connection
$$;
create function pg_temp.contents() returns text language sql as $$
  select string_agg(e.event_id || coalesce(' ' || (e.payload ->> 'n'), ''), ', ' order by e.nth) from pipeline.live_changes e
$$;
select count(pipeline.receive_live_change('slack', '{T1}', 'slack', 'C1', 'Ev' || n, jsonb_build_object('n', n))) from generate_series(1, 3) n;

select (h).id as ticket, (h).lease as lease from pg_temp.held(:'ana_slack') h \gset
select pipeline.take_live_changes(:ticket, :'lease') as taken \gset
select is(jsonb_path_query_array(:'taken', '$.events[*].event_id'), '["Ev1", "Ev2", "Ev3"]', 'oldest first');
select is((:'taken'::jsonb #>> '{connection,id}')::uuid, :'ana_slack'::uuid, 'with whose they are');
select pipeline.take_live_changes(:ticket, :'lease') = :'taken'::jsonb as again \gset
select ok(:'again', 'taken twice they are the same: a worker that vanished took nothing away');

select pipeline.store_live_changes(:ticket, :'lease', jsonb_build_object('items', tests.item('1', 'One', '{"sources": ["C1"]}')), '{Ev1,Ev2}') as stored \gset
select is(:'stored'::jsonb, '{"stored": 1, "changed": 1, "deleted": 0}', 'what they came to is stored');
select is((select c.content from public.platform_content c join public.content_sources m on m.content_id = c.id where m.source_id = :'source'), 'One', 'in its source');
select is((select s.source_latest_at from public.sync_registry s where s.id = :'source'), '2026-11-01T09:00:00Z', 'which has news');
select is((select count(*)::int from pipeline.sync_cursors), 0, 'no cursor moved');
select is(jsonb_path_query_array(pipeline.take_live_changes(:ticket, :'lease'), '$.events[*].event_id'), '["Ev3"]', 'those events are off the list');
select is(pg_temp.contents(), 'Ev1 1, Ev2 2, Ev3 3', 'their content waits for the other reader');
select tests.throws_code(format($$select pipeline.store_live_changes(%s, gen_random_uuid(), '{}', '{Ev3}')$$, :ticket), 'lease_lost', 'who lost the lease stores nothing');

select (h).id as other_ticket, (h).lease as other_lease from pg_temp.held(:'ben_slack') h \gset
select pipeline.store_live_changes(:other_ticket, :'other_lease', '{}', '{Ev1}');
select is(pg_temp.contents(), 'Ev1, Ev2 2, Ev3 3', 'and goes with the last, while the id is known');
delete from public.platform_connections where id = :'ben_slack';
select is(pg_temp.contents(), 'Ev1, Ev2, Ev3 3', 'disconnecting counts as reading');

update pipeline.live_changes set received_at = clock_timestamp() - interval '61 minutes';
select private.sweep_live_changes();
select is(pg_temp.contents(), 'Ev3 3', 'ids go after an hour, but not what still waits');
update pipeline.live_changes set received_at = clock_timestamp() - interval '25 hours';
select private.sweep_live_changes();
select is((select count(*)::int from pipeline.live_changes) + (select count(*)::int from pipeline.live_change_readers), 0, 'for more than a day');

select * from finish();
rollback;
