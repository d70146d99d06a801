-- The log has a partition a day, made ahead; after 30 days it is dropped whole.
begin;
select plan(5);

create function pg_temp.partitions() returns table (name text) language sql as $$
  select c.relname::text from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'pipeline.work_execution_log'::regclass order by 1
$$;
create function pg_temp.name_of(p_ahead int) returns text language sql as $$
  select 'work_execution_log_' || to_char((now() at time zone 'UTC')::date + p_ahead, 'YYYYMMDD')
$$;
do $$
declare v_name text; v_days int;
begin
  execute format('drop table private.%I', pg_temp.name_of(3));
  foreach v_days in array '{-29,-40}'::int[] loop
    execute format('create table private.%I partition of pipeline.work_execution_log for values from (%L) to (%L)', pg_temp.name_of(v_days),
      (now() at time zone 'UTC')::date + v_days, (now() at time zone 'UTC')::date + v_days + 1);
  end loop;
end $$;
select pipeline.sweep() as told \gset

select is((:'told'::jsonb ->> 'partitions')::int, 1, 'one partition was dropped');
select results_eq('select * from pg_temp.partitions()',
  $$select x from (values (pg_temp.name_of(-29)), (pg_temp.name_of(0)), (pg_temp.name_of(1)), (pg_temp.name_of(2)), (pg_temp.name_of(3)), ('work_execution_log_default')) v(x) order by 1$$,
  'today and three days ahead, what is younger than 30 days, and the default');
select ok(c.relrowsecurity, 'a new partition has row level security') from pg_class c where c.oid = ('private.' || pg_temp.name_of(3))::regclass;
select is((select count(*) from pg_constraint where conrelid = ('private.' || pg_temp.name_of(3))::regclass and contype = 'f'), 1::bigint, 'and cascades from its person');
select is((pipeline.sweep() ->> 'partitions')::int, 0, 'a second sweep has nothing to do');

select * from finish();
rollback;
