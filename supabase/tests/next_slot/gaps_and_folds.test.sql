-- When clocks change: in a gap a slot moves forward by the gap, in a fold the first instant counts, and never twice.
begin;
select plan(15);

select is(tests.slots('{"frequency": "daily", "time": "02:30", "timezone": "Europe/Berlin"}', '2026-03-27T12:00:00Z', 4), '{2026-03-28 01:30,2026-03-29 01:30,2026-03-30 00:30,2026-03-31 00:30}', 'Berlin, gap: 02:30 is 03:30 once');
select is(tests.slots('{"frequency": "daily", "time": "02:30", "timezone": "Europe/Berlin"}', '2026-10-24T12:00:00Z', 3), '{2026-10-25 00:30,2026-10-26 01:30,2026-10-27 01:30}', 'Berlin, fold: the first 02:30, once');
select is(tests.slots('{"frequency": "daily", "time": "02:00", "timezone": "Europe/Berlin"}', '2026-03-28T12:00:00Z', 1), '{2026-03-29 01:00}', 'the first minute of a gap is its end');
select is(tests.slots('{"frequency": "daily", "time": "03:00", "timezone": "Europe/Berlin"}', '2026-03-28T12:00:00Z', 1), '{2026-03-29 01:00}', 'which is three o''clock');
select is(tests.slots('{"frequency": "daily", "time": "03:00", "timezone": "Europe/Berlin"}', '2026-10-24T12:00:00Z', 1), '{2026-10-25 02:00}', 'behind a fold the clock is unique again');
select is(tests.slots('{"frequency": "daily", "time": "09:00", "timezone": "Europe/Berlin"}', '2026-03-28T12:00:00Z', 2), '{2026-03-29 07:00,2026-03-30 07:00}', 'nine stays nine after a change');
select is(tests.slots('{"frequency": "daily", "time": "02:30", "timezone": "America/New_York"}', '2026-03-07T12:00:00Z', 2), '{2026-03-08 07:30,2026-03-09 06:30}', 'New York, gap');
select is(tests.slots('{"frequency": "daily", "time": "01:30", "timezone": "America/New_York"}', '2026-10-31T12:00:00Z', 2), '{2026-11-01 05:30,2026-11-02 06:30}', 'New York, fold');
select is(tests.slots('{"frequency": "daily", "time": "02:15", "timezone": "Australia/Lord_Howe"}', '2026-10-03T00:00:00Z', 2), '{2026-10-03 15:45,2026-10-04 15:15}', 'Lord Howe, a gap of half an hour');
select is(tests.slots('{"frequency": "daily", "time": "01:45", "timezone": "Australia/Lord_Howe"}', '2026-04-04T00:00:00Z', 2), '{2026-04-04 14:45,2026-04-05 15:15}', 'Lord Howe, a fold of half an hour');
select is(tests.slots('{"frequency": "daily", "time": "02:30", "timezone": "Africa/Casablanca"}', '2026-02-14T12:00:00Z', 2), '{2026-02-15 01:30,2026-02-16 02:30}', 'Casablanca, the fold before Ramadan');
select is(tests.slots('{"frequency": "daily", "time": "02:30", "timezone": "Africa/Casablanca"}', '2026-03-21T12:00:00Z', 2), '{2026-03-22 02:30,2026-03-23 01:30}', 'Casablanca, the gap after it');
select is(tests.slots('{"frequency": "daily", "time": "00:30", "timezone": "Africa/Cairo"}', '2026-04-23T12:00:00Z', 2), '{2026-04-23 22:30,2026-04-24 21:30}', 'Cairo, a gap at midnight');
select is(tests.slots('{"frequency": "daily", "time": "23:30", "timezone": "America/Nuuk"}', '2026-03-28T12:00:00Z', 2), '{2026-03-29 01:30,2026-03-30 00:30}', 'Nuuk, a gap before midnight ends on the next day');
select is(tests.slots('{"frequency": "daily", "time": "12:00", "timezone": "Pacific/Apia"}', '2011-12-29T12:00:00Z', 3), '{2011-12-29 22:00,2011-12-30 22:00,2011-12-31 22:00}', 'Apia, where the 30th never was, has one slot an actual day');

select * from finish();
rollback;
