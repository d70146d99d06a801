-- After max_attempts a ticket is dead, with the last error, and can be seen.
begin;
select plan(3);

select tests.kind('test', '{"max_attempts": 2}');
select tests.as_service();
select id, lease from tests.held() \gset
select pipeline.fail(:id, :'lease', '{"code": "first"}');
select tests.due(:id);
select lease_token as lease from tests.claim() \gset

select is(pipeline.fail(:id, :'lease', '{"code": "second", "message": "m", "hint": "h"}', '1 hour'), 'dead', 'the second of two attempts');
select results_eq(format('select outcome, attempt, error from pipeline.work_execution_log where id = %s', :id),
  $$values ('dead'::public.ticket_state, 2::smallint, '{"code": "second", "message": "m", "hint": "h"}'::jsonb)$$, 'is dead with its error');
select is_empty(format('select from pipeline.work_tickets where id = %s', :id), 'and no longer live');

select * from finish();
rollback;
