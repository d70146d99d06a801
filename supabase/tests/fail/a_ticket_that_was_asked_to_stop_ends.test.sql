-- A cancelled ticket that fails is not tried again.
begin;
select plan(2);

select tests.kind('test', '{"max_attempts": 9}');
select tests.as_service();
select id, lease from tests.held() \gset
select pipeline.cancel(:id);

select is(pipeline.fail(:id, :'lease', '{"code": "x"}'), 'cancelled', 'it is cancelled');
select is((select outcome from pipeline.work_execution_log where id = :id), 'cancelled'::public.ticket_state, 'and logged so');

select * from finish();
rollback;
