-- Whose worker vanished after a cancel was asked for is cancelled.
begin;
select plan(1);

select tests.kind();
select tests.as_service();
select id from tests.held() \gset
select pipeline.cancel(:id);
select tests.lapse(:id);
select pipeline.reap();

select results_eq(format('select outcome, error ->> ''code'' from pipeline.work_execution_log where id = %s', :id), $$values ('cancelled'::public.ticket_state, 'cancelled')$$, 'it ended');

select * from finish();
rollback;
