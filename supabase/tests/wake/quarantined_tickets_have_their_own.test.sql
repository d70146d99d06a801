-- The wake-up of a quarantined ticket says so, and each brings one.
begin;
select plan(2);

select tests.kind('test', '{"max_quarantined": 2}');
select tests.vault();
select tests.queued(p_n => n) from generate_series(1, 4) n;
update pipeline.work_tickets set quarantined = true, crashes = 1 where kind = 'test' and payload ->> 'n' <> '4';

select is(pipeline.wake(), 3, 'one ordinary, two for quarantine');
select results_eq('select quarantined, count(*) from pipeline.wake_ups group by 1 order by 1', 'values (false, 1::bigint), (true, 2::bigint)', 'as many as may run');

select * from finish();
rollback;
