-- Fields out of range, backwards, with a zero step or in no known form.
begin;
select plan(2);

create function pg_temp.is_bad(p_cron text) returns boolean language sql as $$
  select tests.code_of(format('select pipeline.parse_rule(%L, %L)', jsonb_build_object('frequency', 'cron', 'cron', p_cron), 'UTC')) is not distinct from 'impossible_schedule'
$$;

select is((select array_agg(c) from unnest('{60 * * * *,* 24 * * *,* * 0 * *,* * 32 * *,* * * 0 *,* * * 13 *,* * * * 8,30-10 * * * *,*/0 * * * *,5- * * * *,-5 * * * *,1;2 * * * *,* * * foo *,* * * * monday,1.5 * * * *,",1 * * * *",? * * * *,L * * * *}'::text[]) c
  where not pg_temp.is_bad(c)), null, 'all of these are refused');
select is((select array_agg(c) from unnest('{"0 9 * * 1-5","*/15 * * * *","0 9 1,15 * *","0 9 * jan-mar mon,FRI","5/20 * * * *","0-30/10 8-18/2 * * *","  0   9 * * 7 "}'::text[]) c
  where pg_temp.is_bad(c)), null, 'and all of these are taken');

select * from finish();
rollback;
