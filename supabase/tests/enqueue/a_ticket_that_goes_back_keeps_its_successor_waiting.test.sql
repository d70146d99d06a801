-- A ticket that fails, yields or crashes goes back to the queue beside the new one of its key, and goes first.
begin;
select plan(9);

select tests.kind('test', '{"max_attempts": 9, "max_crashes": 9}');
select tests.as_service();
select id, lease from tests.held(p_key => 'key') \gset
select tests.queued(p_key => 'key') as successor \gset

select is(pipeline.fail(:id, :'lease', '{"code": "x"}'), 'queued', 'it can fail');
select is_empty('select * from tests.claim()', 'the successor waits out its backoff');
select tests.due(:id);
select lease_token as lease from tests.claim() where id = :id \gset
select is(pipeline.yield(:id, :'lease', '{"page": 2}'), 'queued', 'it can yield');
select results_eq('select id from tests.claim()', array[:id::bigint], 'it goes on before the successor starts');
select tests.lapse(:id);
select is(pipeline.reap(), 1, 'its lost lease can be reaped');
select is(array(select state from pipeline.work_tickets where dedupe_key = 'key' order by id), '{queued,queued}'::public.ticket_state[], 'both wait');
select is(tests.queued(p_key => 'key'), :successor::bigint, 'news still joins the new one');
select is(pipeline.cancel(:id), 'cancelled', 'the first ends');
select results_eq('select id from tests.claim()', array[:successor::bigint], 'then the successor starts');

select * from finish();
rollback;
