-- Five jobs, each for itself, so that an error in one does not stop the others.
begin;
select plan(2);

select results_eq($$select jobname, schedule, command from cron.job where jobname in ('tick', 'schedule', 'sweep', 'watch', 'heartbeat') order by 1$$,
  $$values ('heartbeat', '*/5 * * * *', 'select pipeline.heartbeat()'), ('schedule', '30 seconds', 'select pipeline.run_job(''schedule'')'),
    ('sweep', '7 * * * *', 'select pipeline.run_job(''sweep'')'), ('tick', '5 seconds', 'select pipeline.run_job(''tick'')'), ('watch', '*/10 * * * *', 'select pipeline.run_job(''watch'')')$$, 'they are scheduled');
select throws_ok($$select pipeline.run_job('dance')$$, '20000', null, 'an unknown job is an error');

select * from finish();
rollback;
