-- Five fields, names, steps, ranges, and cron's own rule of days.
begin;
select plan(15);

create function pg_temp.cron(p_line text, p_after timestamptz, p_count int default 3, p_zone text default 'UTC') returns text[] language sql as $$
  select tests.slots(jsonb_build_object('frequency', 'cron', 'cron', p_line), p_after, p_count, p_zone)
$$;

select is(pg_temp.cron('0 9 * * 1-5', '2026-11-06T09:00:00Z'), '{2026-11-09 09:00,2026-11-10 09:00,2026-11-11 09:00}', 'weekdays');
select is(pg_temp.cron('0 9 * * mon,Wed', '2026-11-02T09:00:00Z'), '{2026-11-04 09:00,2026-11-09 09:00,2026-11-11 09:00}', 'names of days');
select is(pg_temp.cron('0 9 1 jan-mar *', '2026-11-02T09:00:00Z'), '{2027-01-01 09:00,2027-02-01 09:00,2027-03-01 09:00}', 'names of months, as a range');
select is(pg_temp.cron('0 9 * * 7', '2026-11-02T09:00:00Z', 1), '{2026-11-08 09:00}', '7 is Sunday');
select is(pg_temp.cron('0 9 * * 0', '2026-11-02T09:00:00Z', 1), '{2026-11-08 09:00}', 'so is 0');
select is(pg_temp.cron('0 9 * * 5-7', '2026-11-02T09:00:00Z'), '{2026-11-06 09:00,2026-11-07 09:00,2026-11-08 09:00}', 'and in a range');
select is(pg_temp.cron('*/20 * * * *', '2026-11-02T09:10:00Z'), '{2026-11-02 09:20,2026-11-02 09:40,2026-11-02 10:00}', 'steps');
select is(pg_temp.cron('5/25 9 * * *', '2026-11-02T09:00:00Z'), '{2026-11-02 09:05,2026-11-02 09:30,2026-11-02 09:55}', 'steps from a start');
select is(pg_temp.cron('10-30/10 9,17 * * *', '2026-11-02T09:20:00Z'), '{2026-11-02 09:30,2026-11-02 17:10,2026-11-02 17:20}', 'steps in a range, lists');
select is(pg_temp.cron('0 9 13 * fri', '2026-11-02T00:00:00Z', 4), '{2026-11-06 09:00,2026-11-13 09:00,2026-11-20 09:00,2026-11-27 09:00}', 'both days restricted: either will do');
select is(pg_temp.cron('0 9 10 * fri', '2026-11-02T00:00:00Z'), '{2026-11-06 09:00,2026-11-10 09:00,2026-11-13 09:00}', 'the day of month as well');
select is(pg_temp.cron('0 9 */15 * fri', '2026-11-02T00:00:00Z', 2), '{2027-01-01 09:00,2027-04-16 09:00}', 'a starred day is not restricted: both must hold');
select is(pg_temp.cron('0 0 29 2 *', '2026-11-02T00:00:00Z', 2), '{2028-02-29 00:00,2032-02-29 00:00}', 'the 29th of February');
select is(pg_temp.cron('0 0 31 * *', '2026-11-02T00:00:00Z', 2), '{2026-12-31 00:00,2027-01-31 00:00}', 'a 31st is not moved to a 30th');
select is(pg_temp.cron('0 0 29 2 *', '2096-03-01T00:00:00Z', 1), '{2104-02-29 00:00}', 'over the year 2100, which has none');

select * from finish();
rollback;
