-- A cron line is read on the wall clock of its zone.
begin;
select plan(12);

create function pg_temp.cron(p_line text, p_zone text, p_after timestamptz, p_count int default 3) returns text[] language sql as $$
  select tests.slots(jsonb_build_object('frequency', 'cron', 'cron', p_line, 'timezone', p_zone), p_after, p_count)
$$;

select is(pg_temp.cron('0 9 * * *', 'Europe/Berlin', '2026-03-28T00:00:00Z'), '{2026-03-28 08:00,2026-03-29 07:00,2026-03-30 07:00}', 'nine stays nine when clocks change');
select is(pg_temp.cron('30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z', 2), '{2026-03-29 01:30,2026-03-30 00:30}', 'in a gap it moves forward');
select is(pg_temp.cron('30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z', 2), '{2026-10-25 00:30,2026-10-26 01:30}', 'in a fold it comes once');
select is(pg_temp.cron('0 0 * * mon', 'Asia/Tokyo', '2026-11-01T00:00:00Z', 2), '{2026-11-01 15:00,2026-11-08 15:00}', 'Monday is Tokyo''s');
select is(pg_temp.cron('30 23 28 3 *', 'America/Nuuk', '2026-03-29T01:10:00Z', 1), '{2026-03-29 01:30}', 'a slot that a gap moved over midnight is found on the next day');
select is(pg_temp.cron('10,30 0,23 * * *', 'America/Nuuk', '2026-03-29T00:50:00Z', 4), '{2026-03-29 01:10,2026-03-29 01:30,2026-03-30 00:10,2026-03-30 00:30}', 'in its order with those of that day');


-- A line that names every hour is not about a time of day: it goes by elapsed time, as hourly does.
select is(pg_temp.cron('30 * * * *', 'Europe/Berlin', '2026-10-25T00:00:00Z', 4), '{2026-10-25 00:30,2026-10-25 01:30,2026-10-25 02:30,2026-10-25 03:30}', 'every hour, in both passes of a fold');
select is(pg_temp.cron('30 0-23 * * *', 'Europe/Berlin', '2026-10-25T00:00:00Z', 2), '{2026-10-25 00:30,2026-10-25 01:30}', 'however it is written');
select is(pg_temp.cron('*/30 * * * *', 'Europe/Berlin', '2026-03-29T00:00:00Z', 4), '{2026-03-29 00:30,2026-03-29 01:00,2026-03-29 01:30,2026-03-29 02:00}', 'and evenly over a gap');
select is(pg_temp.cron('15 * * * sun', 'Europe/Berlin', '2026-10-25T22:00:00Z', 2), '{2026-10-25 22:15,2026-10-31 23:15}', 'on its days only');
select is(pg_temp.cron('0 */2 * * *', 'Europe/Berlin', '2026-10-24T22:00:00Z', 3), '{2026-10-25 00:00,2026-10-25 03:00,2026-10-25 05:00}', 'every other hour names times of day: once in a fold');
select is(pg_temp.cron('0 */2 * * *', 'Europe/Berlin', '2026-03-28T23:00:00Z', 3), '{2026-03-29 01:00,2026-03-29 02:00,2026-03-29 04:00}', 'and moved by a gap');

select * from finish();
rollback;
