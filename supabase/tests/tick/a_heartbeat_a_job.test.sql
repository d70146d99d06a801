-- A job that stopped shows as late; only operators see it.
begin;
select plan(3);

delete from public.activity_log where event_type = 'scheduler_heartbeat';
update pipeline.cron_runs set last_finished_at = clock_timestamp() where job in ('tick', 'sweep', 'watch');
update pipeline.cron_runs set last_finished_at = clock_timestamp() - interval '3 minutes' where job = 'schedule';
select pipeline.heartbeat();
select tests.person() as ann \gset

select results_eq($$select metadata ->> 'job', (metadata ->> 'late')::boolean, user_id from public.activity_log where event_type = 'scheduler_heartbeat' order by 1$$,
  $$values ('schedule', true, null::uuid), ('sweep', false, null), ('tick', false, null), ('watch', false, null)$$, 'one row a job');
update pipeline.cron_runs set last_finished_at = null;
select pipeline.heartbeat();
select is((select count(*) from public.activity_log where event_type = 'scheduler_heartbeat' and metadata ->> 'late' = 'true'), 5::bigint, 'who never finished is late');
select tests.as_person(:'ann');
select is_empty($$select from public.activity_log where event_type = 'scheduler_heartbeat'$$, 'people do not see them');

select * from finish();
rollback;
