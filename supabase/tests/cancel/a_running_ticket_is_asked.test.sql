-- Cancelling what runs asks its worker, who learns of it at the next checkpoint.
begin;
select plan(5);

select tests.kind();
select tests.as_service();
select id, lease from tests.held() \gset

select is(pipeline.cancel(:id), 'cancel_asked', 'it is asked');
select results_eq(format('select state, cancel_asked from pipeline.work_tickets where id = %s', :id), $$values ('running'::public.ticket_state, true)$$, 'it still runs');
select ok((select cancel_asked from pipeline.save(jsonb_build_array(jsonb_build_object('id', :id, 'lease', :'lease')))), 'the checkpoint says so');
select is((select count(*) from pipeline.finish(jsonb_build_array(jsonb_build_object('id', :id, 'lease', :'lease')))), 1::bigint, 'what was done before it heard is done');
select is((select outcome from pipeline.work_execution_log where id = :id), 'done'::public.ticket_state, 'and is not called cancelled');

select * from finish();
rollback;
