-- The same call may come back for more, still one at a time.
begin;
select plan(2);

select tests.kind('test', '{"max_quarantined": 9}');
select tests.as_service();
select tests.queued(p_n => n) from generate_series(1, 3) n;
update pipeline.work_tickets set quarantined = true, crashes = 1 where kind = 'test';
select tests.wake_up('test-function', true) as wake_up \gset

select is((select count(*) from pipeline.claim(:'wake_up')), 1::bigint, 'one');
select is((select count(*) from pipeline.claim(:'wake_up', true)), 1::bigint, 'and one');

select * from finish();
rollback;
