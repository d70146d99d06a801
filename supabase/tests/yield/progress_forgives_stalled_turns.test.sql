-- Only turns in a row count, whether progress came with the yield or was saved before it.
begin;
select plan(3);

select tests.kind();
select tests.as_service();
select id, lease from tests.held() \gset
select pipeline.yield(:id, :'lease', '{}');
select lease_token as lease from tests.claim() \gset
select pipeline.yield(:id, :'lease', '{}');
select lease_token as lease from tests.claim() \gset

select is((select stalled_turns from pipeline.work_tickets where id = :id), 2::smallint, 'two stalled turns');
select pipeline.save(jsonb_build_array(jsonb_build_object('id', :id, 'lease', :'lease', 'progress', '{"page": 1}'::jsonb)));
select is(pipeline.yield(:id, :'lease', null), 'queued', 'progress that was saved counts');
select is((select stalled_turns from pipeline.work_tickets where id = :id), 0::smallint, 'and starts the count anew');

select * from finish();
rollback;
