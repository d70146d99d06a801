-- More lanes than a walk has probes, all of them waiting for their time: the walk goes on behind them, and finds who does not wait.
begin;
select plan(3);

select tests.kind('test', '{"per_call": 1}');
select tests.vault();
insert into auth.users (id, email) select ('00000000-0000-4000-8000-' || lpad(i::text, 12, '0'))::uuid, i || '@many.example' from generate_series(1, 601) i;
insert into pipeline.work_tickets (kind, user_id, run_at)
select 'test', ('00000000-0000-4000-8000-' || lpad(i::text, 12, '0'))::uuid, clock_timestamp() + interval '1 hour' from generate_series(1, 600) i;
insert into pipeline.work_tickets (kind, user_id) values ('test', '00000000-0000-4000-8000-000000000601');

select is(pipeline.wake(), 0, 'the first walk is out of probes before it comes to the last lane');
select is(pipeline.wake(), 1, 'the second goes on from there');
select is((select count(*) from pipeline.claim(tests.wake_up())), 1::bigint, 'and a claim finds it');

select * from finish();
rollback;
