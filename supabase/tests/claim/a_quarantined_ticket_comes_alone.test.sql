-- What crashed once is claimed by its own wake-ups only, one at a time, so that it takes nobody down with it.
begin;
select plan(5);

select tests.kind('one');
select tests.kind('two');
select tests.as_service();
select tests.queued(p_n => n, p_kind => 'one') from generate_series(1, 2) n;
select tests.queued(p_n => 3, p_kind => 'two');
update pipeline.work_tickets set quarantined = true, crashes = 1 where kind in ('one', 'two');
select tests.queued(p_n => 10, p_kind => 'one');

select is(tests.claimed_ns(), '{10}', 'an ordinary wake-up takes what never crashed');
select is(tests.claimed_ns('test-function', true), '{1}', 'a wake-up for quarantined tickets takes one, over all kinds of the function');
select is(tests.claimed_ns('test-function', true), '{3}', 'a second one of the same kind waits while the first runs');
select is(tests.claimed_ns('test-function', true), '{}', 'one of each kind is the limit');
select is((select count(*) from pipeline.work_tickets where kind = 'one' and state = 'running' and quarantined), 1::bigint, 'so they run serially');

select * from finish();
rollback;
