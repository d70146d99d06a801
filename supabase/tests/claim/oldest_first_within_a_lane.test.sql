-- A lane's tickets start in the order of their time.
begin;
select plan(1);

select tests.kind('test', '{"per_call": 1}');
select tests.as_service();
select tests.queued(p_n => n) as id from generate_series(1, 3) n;
update pipeline.work_tickets set run_at = clock_timestamp() - interval '1 hour' where kind = 'test' and payload ->> 'n' = '3';

select is(array(select tests.claimed_ns() from generate_series(1, 3)), '{{3},{1},{2}}'::int[], 'the one that is due longest first, then by age');

select * from finish();
rollback;
