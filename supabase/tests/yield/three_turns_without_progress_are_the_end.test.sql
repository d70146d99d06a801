-- Who ran out of wall clock three times at the same spot would do so for ever.
begin;
select plan(4);

select tests.kind();
select tests.as_service();
select id, lease from tests.held() \gset

select is(pipeline.yield(:id, :'lease', '{}'), 'queued', 'the first turn without progress');
select lease_token as lease from tests.claim() \gset
select is(pipeline.yield(:id, :'lease', '{}'), 'queued', 'the second');
select lease_token as lease from tests.claim() \gset
select is(pipeline.yield(:id, :'lease', '{}'), 'dead', 'the third ends it');
select results_eq(format('select outcome, error ->> ''code'', attempt from pipeline.work_execution_log where id = %s', :id), $$values ('dead'::public.ticket_state, 'no_progress', 1::smallint)$$, 'with a reason');

select * from finish();
rollback;
