-- The 31st is the last day of shorter months, February's included.
begin;
select plan(5);

select is(tests.slots('{"frequency": "monthly", "day": 31}', '2027-12-31T09:00:00Z', 5), '{2028-01-31 09:00,2028-02-29 09:00,2028-03-31 09:00,2028-04-30 09:00,2028-05-31 09:00}', 'the 31st in a leap year');
select is(tests.slots('{"frequency": "monthly", "day": 30}', '2027-01-30T09:00:00Z', 2), '{2027-02-28 09:00,2027-03-30 09:00}', 'the 30th in another');
select is(tests.slots('{"frequency": "monthly", "day": 15}', '2026-11-15T08:59:00Z', 2), '{2026-11-15 09:00,2026-12-15 09:00}', 'the 15th');
select is(tests.slots('{"frequency": "monthly", "day": 1, "time": "00:00"}', '2026-11-30T20:00:00Z', 2, 'Asia/Seoul'), '{2026-12-31 15:00,2027-01-31 15:00}', 'the 1st in Seoul is the last in UTC');
select is(tests.slots('{"frequency": "monthly", "day": 31, "time": "23:30"}', '2026-11-30T20:00:00Z', 2, 'America/Los_Angeles'), '{2026-12-01 07:30,2027-01-01 07:30}', 'the last in Los Angeles is the first in UTC');

select * from finish();
rollback;
