-- Weekdays, and every other week counted from the week of the anchor.
-- 2026-11-02 is a Monday.
begin;
select plan(9);

select is(tests.slots('{"frequency": "weekly", "day": "monday"}', '2026-11-02T09:00:00Z', 2), '{2026-11-09 09:00,2026-11-16 09:00}', 'every Monday');
select is(tests.slots('{"frequency": "weekly", "day": "sunday"}', '2026-11-02T09:00:00Z', 2), '{2026-11-08 09:00,2026-11-15 09:00}', 'every Sunday');
select is(tests.slots('{"frequency": "weekly", "day": ["tuesday", "friday"], "times": ["08:00", "17:00"]}', '2026-11-03T09:00:00Z', 4), '{2026-11-03 17:00,2026-11-06 08:00,2026-11-06 17:00,2026-11-10 08:00}', 'two days, two times');
select is(tests.slots('{"frequency": "weekly", "day": "monday", "time": "07:00"}', '2026-11-01T12:00:00Z', 1, 'Asia/Tokyo'), '{2026-11-01 22:00}', 'a Monday in Tokyo is a Sunday in UTC');
select is(tests.slots('{"frequency": "biweekly", "day": "monday"}', '2026-11-02T09:00:00Z', 3, 'UTC', '2026-11-04'), '{2026-11-16 09:00,2026-11-30 09:00,2026-12-14 09:00}', 'every other Monday from the anchor''s week');
select is(tests.slots('{"frequency": "biweekly", "day": "monday"}', '2026-11-02T09:00:00Z', 2, 'UTC', '2026-11-09'), '{2026-11-09 09:00,2026-11-23 09:00}', 'another anchor, the other weeks');
select is(tests.slots('{"frequency": "biweekly", "day": ["monday", "sunday"]}', '2026-11-02T09:00:00Z', 4, 'UTC', '2026-11-02'), '{2026-11-08 09:00,2026-11-16 09:00,2026-11-22 09:00,2026-11-30 09:00}', 'a week begins on Monday');
select is(tests.slots('{"frequency": "biweekly", "day": "thursday"}', '2026-12-25T00:00:00Z', 3, 'UTC', '2026-11-02'), '{2026-12-31 09:00,2027-01-14 09:00,2027-01-28 09:00}', 'the parity survives the year with 53 weeks');
select is(tests.slots('{"frequency": "biweekly", "day": "monday"}', '2026-10-01T00:00:00Z', 2, 'UTC', '2026-11-02'), '{2026-10-05 09:00,2026-10-19 09:00}', 'and counts back before the anchor');

select * from finish();
rollback;
