-- The five jobs of pg_cron. Each does one thing, so that an error in one does not stop the others.

create table pipeline.cron_runs (
  job text primary key,
  last_finished_at timestamptz,
  constraint only_our_jobs check (job in ('tick', 'schedule', 'sweep', 'watch'))
) with (fillfactor = 50);
comment on table pipeline.cron_runs is 'When each job last finished. pg_cron''s own history says "succeeded" of jobs that did nothing.';
insert into pipeline.cron_runs (job) values ('tick'), ('schedule'), ('sweep'), ('watch');
alter table pipeline.cron_runs enable row level security;

create function pipeline.run_job(p_job text) returns void
language plpgsql set search_path = '' as $$
begin
  case p_job
    when 'tick' then perform pipeline.tick();
    when 'schedule' then perform pipeline.schedule();
    when 'sweep' then perform pipeline.sweep();
    when 'watch' then perform pipeline.watch_syncs();
  end case;
  update pipeline.cron_runs c set last_finished_at = clock_timestamp() where c.job = p_job;
end $$;
comment on function pipeline.run_job(text) is 'What pg_cron calls: tick, schedule, sweep or watch, and notes that it finished.';

create function pipeline.heartbeat() returns void
language sql set search_path = '' as $$
  select pipeline.log_activity(null, 'scheduler_heartbeat',
      format('%s last finished %s', c.job, coalesce(to_char(c.last_finished_at, 'YYYY-MM-DD HH24:MI:SS TZ'), 'never')),
      jsonb_build_object('job', c.job, 'last_finished_at', c.last_finished_at,
        'late', c.last_finished_at is null or c.last_finished_at < clock_timestamp() - case c.job when 'tick' then interval '30 seconds'
          when 'schedule' then interval '2 minutes' when 'watch' then interval '30 minutes' else interval '2 hours' end))
    from pipeline.cron_runs c
$$;
comment on function pipeline.heartbeat() is 'Every 5 minutes, one row a job for operators: a job that stopped is late here.';

select cron.schedule('tick', '5 seconds', $$select pipeline.run_job('tick')$$);
select cron.schedule('schedule', '30 seconds', $$select pipeline.run_job('schedule')$$);
select cron.schedule('sweep', '7 * * * *', $$select pipeline.run_job('sweep')$$);
select cron.schedule('watch', '*/10 * * * *', $$select pipeline.run_job('watch')$$);
select cron.schedule('heartbeat', '*/5 * * * *', $$select pipeline.heartbeat()$$);
