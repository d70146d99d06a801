-- Pausing is a switch that burns nothing: paused tickets wait and start when it is turned back.
begin;
select plan(4);

select tests.kind();
select tests.as_service();
select tests.queued(p_n => 1, p_platform => 'slack');
select tests.queued(p_n => 2, p_platform => 'gmail');
update pipeline.platform_limits set paused = true where platform = 'slack';
update pipeline.ticket_kinds set paused = true where kind = 'test';

select is(tests.claimed_ns(), '{}', 'a paused kind starts nothing');
update pipeline.ticket_kinds set paused = false where kind = 'test';
select is(tests.claimed_ns(), '{2}', 'a paused platform starts nothing of its own');
update pipeline.platform_limits set paused = false where platform = 'slack';
select is(tests.claimed_ns(), '{1}', 'and goes on when it is no longer paused');
select is((select array_agg(attempt) from pipeline.work_tickets where kind = 'test'), '{1,1}'::smallint[], 'waiting burnt no attempt');

select * from finish();
rollback;
