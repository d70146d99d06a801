-- Cancelling what waits ends it and logs it.
begin;
select plan(3);

select tests.kind();
select tests.person() as ann \gset
select tests.as_service();
select tests.queued(:'ann') as id \gset

select is(pipeline.cancel(:id, :'ann'), 'cancelled', 'it is cancelled');
select is_empty(format('select from pipeline.work_tickets where id = %s', :id), 'it is gone from the live ones');
select results_eq(format('select outcome, error ->> ''code'', started_at from pipeline.work_execution_log where id = %s', :id), $$values ('cancelled'::public.ticket_state, 'cancelled', null::timestamptz)$$, 'and never started');

select * from finish();
rollback;
