-- max_running counts all running tickets of a kind, those in quarantine too.
begin;
select plan(4);

select tests.kind('test', '{"max_running": 3, "max_quarantined": 5}');
select tests.as_service();
select tests.queued(p_n => n) from generate_series(1, 5) n;
select id as crashed from tests.held() \gset
update pipeline.work_tickets set quarantined = true, crashes = 1 where id = :crashed;

select is(tests.claimed_ns(), '{1,2}', 'one runs, so two may start');
select is(tests.claimed_ns(), '{}', 'then none');
select pipeline.cancel(id) from pipeline.work_tickets where id = :crashed;
select is(tests.claimed_ns(), '{}', 'a cancel that is only asked for frees no seat');
delete from pipeline.work_tickets where id = :crashed;
select is(tests.claimed_ns(), '{3}', 'the end of one does');

select * from finish();
rollback;
