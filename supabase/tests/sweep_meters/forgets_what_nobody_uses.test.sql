-- A meter a mailbox and method adds up; one that says nothing any more is made again at its next use.
begin;
select plan(2);

select tests.as_service();
create function pg_temp.meter(p_key text, p_taken interval, p_held interval default null, p_learnt interval default null, p_period interval default '1 minute')
returns void language sql as $$
  insert into pipeline.rate_meters (key, allowed, period, taken, taken_units, held_until, learnt_at)
  values ('sweep:' || p_key, 1, p_period, case when p_taken is null then '{}' else array[clock_timestamp() - p_taken] end,
    case when p_taken is null then '{}' else '{1}' end::int[], clock_timestamp() - p_held, clock_timestamp() - p_learnt)
$$;
select pg_temp.meter('idle', '25 hours'), pg_temp.meter('never used', null), pg_temp.meter('held long ago', null, '2 days'),
  pg_temp.meter('taught long ago', '25 hours', '9 days', '9 days'),
  pg_temp.meter('busy', '23 hours'), pg_temp.meter('held', '25 hours', '-1 hour'), pg_temp.meter('taught', '25 hours', '5 days', '5 days'),
  pg_temp.meter('daily', '25 hours', p_period => '1 day');

select ok(private.sweep_meters() >= 4, 'it says how many it forgot');
select is(array(select m.key from pipeline.rate_meters m where m.key like 'sweep:%' order by m.key),
  '{sweep:busy,sweep:daily,sweep:held,sweep:taught}', 'what still limits somebody stays');

select * from finish();
rollback;
