-- Ninety days pass for schedules, lifetimes and windows; leases, backoff and wake-ups stay on the real clock.
begin;
select plan(5);

select tests.kind();
select tests.as_service();
select id, lease from tests.held() \gset
select tests.queued(p_n => 1, p_delay => '1 hour');

select is(pipeline.move_clock('90 days'), now() + interval '90 days', 'the clock runs ahead');
select is(pipeline.now(), now() + interval '90 days', 'for all');
select is(pipeline.reap(), 0, 'no lease ran out');
select is(tests.claimed_ns(), '{}', 'no delay is over');
select is(pipeline.move_clock('0'), now(), 'and comes back');

select * from finish();
rollback;
