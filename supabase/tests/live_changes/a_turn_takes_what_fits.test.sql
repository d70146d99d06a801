-- A batch fits into an isolate, however much waits.
begin;
select plan(3);

select tests.person('ana') as ana \gset
select tests.as_service();
select tests.connection(:'ana') as slack \gset
select tests.source(:'slack', 'C1'), tests.source(:'slack', 'C2');
create function pg_temp.taken(p_user uuid, p_connection uuid, p_unit text) returns int language plpgsql as $$
declare
  v_held tests.held_ticket := tests.held('apply_live_changes', jsonb_build_object('connection_id', p_connection, 'platform', 'slack', 'unit', p_unit), p_user, 'slack');
begin
  return jsonb_array_length(pipeline.take_live_changes(v_held.id, v_held.lease) -> 'events');
end $$;

select count(pipeline.receive_live_change('slack', '{T1}', 'slack', 'C1', 'Ev' || n, '{}')) from generate_series(1, 300) n;
select is(pg_temp.taken(:'ana', :'slack', 'C1'), 200, 'two hundred events');
select count(pipeline.receive_live_change('slack', '{T1}', 'slack', 'C2', 'Large' || n, jsonb_build_object('text', repeat('x', 60000)))) from generate_series(1, 40) n;
select is(pg_temp.taken(:'ana', :'slack', 'C2'), 33, 'or two megabytes, also of text that compresses well');
update pipeline.live_changes set payload = jsonb_build_object('text', repeat('x', 3000000)) where event_id = 'Large1';
select is(pg_temp.taken(:'ana', :'slack', 'C2'), 1, 'but always one');

select * from finish();
rollback;
