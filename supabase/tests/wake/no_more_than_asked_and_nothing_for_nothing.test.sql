-- A tick's wake-ups have a ceiling: after an outage the backlog stays in the tickets.
begin;
select plan(3);

select tests.kind('test', '{"per_call": 1}');
select tests.vault();

select is(pipeline.wake(), 0, 'no tickets, no wake-up');
select tests.queued(p_n => n) from generate_series(1, 8) n;
select is(pipeline.wake(5), 5, 'five when five are allowed');
update pipeline.ticket_kinds set paused = true where kind = 'test';
update pipeline.wake_ups set woken_at = clock_timestamp() - interval '1 minute';
select is(pipeline.wake(), 0, 'a paused kind wakes nobody');

select * from finish();
rollback;
