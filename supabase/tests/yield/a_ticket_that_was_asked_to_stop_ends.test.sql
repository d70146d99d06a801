-- Cancelling a running ticket takes effect where it yields.
begin;
select plan(2);

select tests.kind();
select tests.as_service();
select id, lease from tests.held() \gset
select pipeline.cancel(:id);

select is(pipeline.yield(:id, :'lease', '{"page": 5}', '1 hour'), 'cancelled', 'it is cancelled');
select results_eq(format('select outcome, progress, error ->> ''code'' from pipeline.work_execution_log where id = %s', :id), $$values ('cancelled'::public.ticket_state, '{"page": 5}'::jsonb, 'cancelled')$$, 'with what it had done');

select * from finish();
rollback;
