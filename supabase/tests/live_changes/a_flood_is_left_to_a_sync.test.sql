-- A unit holds a thousand events that wait; what comes beyond is found by a sync.
begin;
select plan(8);

select tests.person('ana') as ana, tests.person('ben') as ben \gset
select tests.as_service();
select tests.connection(:'ana') as ana_slack, tests.connection(:'ben') as ben_slack \gset
select tests.source(:'ana_slack', 'C1'), tests.source(:'ana_slack', 'C2'), tests.source(:'ben_slack', 'C1');
create function pg_temp.receive(p_event text, p_unit text default 'C1', p_payload jsonb default '{}') returns text
language sql as $$ select pipeline.receive_live_change('slack', '{T1}', 'slack', p_unit, p_event, p_payload)::text $$;

select count(pg_temp.receive('Ev' || n)) from generate_series(1, 999) n;
select is(pg_temp.receive('Ev1000'), '{"hinted": 0, "readers": 2}', 'the thousandth waits');
delete from pipeline.live_change_readers where connection_id = :'ben_slack';
select is(pg_temp.receive('Ev1001'), '{"hinted": 1, "readers": 1}', 'the next one waits for whom there is room');
select is(pg_temp.receive('Ev1002', 'C2'), '{"hinted": 0, "readers": 1}', 'another channel has its own');
select is((select count(*)::int from pipeline.live_change_readers r where r.connection_id = :'ana_slack' and r.unit = 'C1'), 1000, 'no more than a thousand wait');
select is((select array_agg(t.payload ->> 'unit') from pipeline.work_tickets t where t.kind = 'sync_unit'), '{C1}', 'a sync was asked for');
select is(pg_temp.receive('Ev1003', 'C2', null), '{"hinted": 1, "readers": 0}', 'an event that is too large is left to a sync too');
select is((select count(*)::int from pipeline.live_changes e where e.event_id = 'Ev1003'), 0, 'and not stored');
select is((select count(*)::int from pipeline.work_tickets t where t.kind = 'sync_unit'), 2, 'one sync a channel');

select * from finish();
rollback;
