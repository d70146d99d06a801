-- Wake-ups that are on their way count; one unanswered for 5 seconds is lost and sent again.
begin;
select plan(7);

select tests.kind('test', '{"per_call": 1}');
select tests.vault();
select tests.queued(p_n => n) from generate_series(1, 3) n;

select is(pipeline.wake(), 3, 'three are sent');
select is(pipeline.wake(), 0, 'and none again while they are under way');
update pipeline.wake_ups set woken_at = clock_timestamp() - interval '3 seconds';
select is(pipeline.wake(), 0, 'after 3 seconds they are still under way');
update pipeline.wake_ups set woken_at = clock_timestamp() - interval '6 seconds' where id = (select id from pipeline.wake_ups limit 1);
select is(pipeline.wake(), 1, 'after 6 seconds one is lost and sent again');
select is((select count(*) from pipeline.claim((select id from pipeline.wake_ups where woken_at < clock_timestamp() - interval '5 seconds'))), 1::bigint, 'the lost one may still arrive and claim');
select is(pipeline.wake(), 0, 'then two tickets wait and three wake-ups are under way');
select tests.queued(p_n => 4) from generate_series(1, 2);
select is(pipeline.wake(), 1, 'four tickets, three under way');

select * from finish();
rollback;
