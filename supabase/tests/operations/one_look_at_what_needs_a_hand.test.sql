-- The operator's view counts what lives, what waits and why, what died, and what is late.
begin;
select plan(8);

select tests.kind('test', '{"max_attempts": 1}');
select tests.as_service();
select tests.queued(p_n => 1);
select tests.queued(p_n => 2, p_delay => '1 hour');
select id as waits, lease from tests.held() \gset
select pipeline.yield(:waits, :'lease', null, '1 hour', '{"code": "rate_limited", "message": "m"}');
select id as silent, lease from tests.held() \gset
select tests.lapse(:silent);
select id as dies, lease from tests.held() \gset
select pipeline.fail(:dies, :'lease', '{"code": "bad", "message": "It is bad."}');
update pipeline.ticket_kinds set paused = true where kind = 'test';
select pipeline.set_schedule('test', gen_random_uuid(), null, '{"frequency": "daily"}');
select tests.travel('2 days');
create function pg_temp.look(p_path text) returns jsonb language sql as $$
  select jsonb_agg(x) from jsonb_array_elements(pipeline.operations() #> p_path::text[]) x where x ->> 'kind' = 'test' or x = '"test"'
$$;

select is((select array_agg(array[x ->> 'state', x ->> 'tickets', x ->> 'due', x ->> 'lease_over'] order by x ->> 'state') from jsonb_array_elements(pg_temp.look('{live}')) x),
  '{{queued,3,1,0},{running,1,0,1}}'::text[], 'live tickets by state, those due, and leases that ran out');
select is((select array[x ->> 'code', x ->> 'tickets'] from jsonb_array_elements(pg_temp.look('{waiting_for}')) x), '{rate_limited,1}'::text[], 'why they wait');
select is((select array[x ->> 'code', x ->> 'message', x -> 'latest' ->> 0] from jsonb_array_elements(pg_temp.look('{dead}')) x), array['bad', 'It is bad.', :'dies'], 'what died, of what');
select is(pg_temp.look('{paused,kinds}'), '["test"]', 'what is paused');
select is((select x ->> 'schedules' from jsonb_array_elements(pg_temp.look('{missed_slots}')) x), '1', 'what is late');
select is(jsonb_array_length(pipeline.operations() -> 'cron'), 4, 'and each job of cron');
select pipeline.redrive(:dies);
select is(pg_temp.look('{dead}'), null, 'what was redriven is dead no more');
select tests.person() as ann \gset
select tests.as_person(:'ann');
select is(tests.code_of('select pipeline.operations()'), '42501', 'it is for operators');

select * from finish();
rollback;
