-- Every five seconds: what crashed is queued again, and whoever has work is woken.
begin;
select plan(3);

select tests.kind('test', '{"max_crashes": 9}');
select tests.vault();
select id from tests.held() \gset
select tests.queued();
select tests.lapse(:id);
select pipeline.run_job('tick');

select is((select crashes from pipeline.work_tickets where id = :id), 1::smallint, 'the crash is counted');
select is((select count(*) from pipeline.wake_ups where function_name = 'test-function'), 1::bigint, 'the waiting ticket woke its function');
select ok(last_finished_at > clock_timestamp() - interval '1 minute', 'and the job notes that it finished') from pipeline.cron_runs where job = 'tick';

select * from finish();
rollback;
