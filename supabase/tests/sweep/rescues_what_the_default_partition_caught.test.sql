-- After days without a sweep, tickets that ended meanwhile stand in the default partition: they move to their day, and nothing is lost.
begin;
select plan(3);

do $$ begin execute format('drop table private.%I', 'work_execution_log_' || to_char((now() at time zone 'UTC')::date, 'YYYYMMDD')); end $$;
select tests.kind();
select id, lease from tests.held() \gset
select pipeline.finish(jsonb_build_array(jsonb_build_object('id', :id, 'lease', :'lease')));
select is((select tableoid::regclass::text from pipeline.work_execution_log where id = :id), 'private.work_execution_log_default', 'the default partition caught it');
insert into pipeline.work_execution_log (id, created_at, ended_at, turn, outcome, attempt, crashes, priority, kind, platform, payload, progress)
  select 88888888, created_at, now() - interval '40 days', turn, outcome, attempt, crashes, priority, kind, platform, payload, progress from pipeline.work_execution_log where id = :id;
select pipeline.sweep();

select is((select tableoid::regclass::text from pipeline.work_execution_log where id = :id),
  'private.work_execution_log_' || to_char((now() at time zone 'UTC')::date, 'YYYYMMDD'), 'the sweep moved it to its day');
select is_empty('select from pipeline.work_execution_log where id = 88888888', 'and dropped what was past its keeping');

select * from finish();
rollback;
