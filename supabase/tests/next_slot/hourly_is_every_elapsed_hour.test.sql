-- On the days when clocks change, 23 and 25 times.
begin;
select plan(8);

create function pg_temp.count_between(p_zone text, p_from timestamptz, p_to timestamptz) returns bigint language sql as $$
  select count(*) from unnest(tests.slots(jsonb_build_object('frequency', 'hourly', 'timezone', p_zone), p_from - interval '1 second', 30)) s where (s || 'Z')::timestamptz < p_to
$$;

select is(tests.slots('{"frequency": "hourly"}', '2026-11-01T10:20:30Z'), '{2026-11-01 11:00,2026-11-01 12:00,2026-11-01 13:00}', 'on the full hour');
select is(tests.slots('{"frequency": "hourly"}', '2026-11-01T10:00:00Z', 1), '{2026-11-01 11:00}', 'a slot is not its own next');
select is(tests.slots('{"frequency": "hourly", "timezone": "Asia/Kolkata"}', '2026-11-01T10:00:00Z', 2), '{2026-11-01 10:30,2026-11-01 11:30}', 'of the local clock');
select is(tests.slots('{"frequency": "hourly", "timezone": "Asia/Kathmandu"}', '2026-11-01T10:00:00Z', 2), '{2026-11-01 10:15,2026-11-01 11:15}', 'quarters too');
select is(pg_temp.count_between('Europe/Berlin', '2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z'), 23::bigint, '23 hours on the day of the gap');
select is(pg_temp.count_between('Europe/Berlin', '2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z'), 25::bigint, '25 on the day of the fold');
select is(pg_temp.count_between('Europe/Berlin', '2026-11-01T23:00:00Z', '2026-11-02T23:00:00Z'), 24::bigint, '24 on any other');
select is(tests.slots('{"frequency": "hourly", "timezone": "Australia/Lord_Howe"}', '2026-10-03T14:45:00Z', 3), '{2026-10-03 15:30,2026-10-03 16:00,2026-10-03 17:00}', 'after a gap of half an hour the full hours are those of the new offset');

select * from finish();
rollback;
