-- Nine o'clock, Monday, the first, the person's zone.
begin;
select plan(7);

select tests.travel_to('2026-11-04T23:30:00Z');

select is(pipeline.parse_rule('{"frequency": "daily"}', 'Asia/Seoul')::text, row('daily', '{09:00:00}', null, null, null, null, 'Asia/Seoul', '2026-11-05')::text, 'daily at nine in the person''s zone, from their own today');
select is((pipeline.parse_rule('{"frequency": "weekly"}', 'UTC')).weekdays, '{1}'::smallint[], 'weekly on Monday');
select is((pipeline.parse_rule('{"frequency": "monthly"}', 'UTC')).day_of_month, 1::smallint, 'monthly on the first');
select is((pipeline.parse_rule('{"frequency": "daily", "timezone": "Europe/Berlin"}', 'Asia/Seoul')).timezone, 'Europe/Berlin', 'its own zone wins');
select is((pipeline.parse_rule('{"frequency": "daily", "timezone": null}', 'Asia/Seoul')).timezone, 'Asia/Seoul', 'null is no zone');
select is((pipeline.parse_rule('{"frequency": "weekly", "day": ["Friday", "MONDAY", "friday"]}', 'UTC')).weekdays, '{1,5}'::smallint[], 'weekdays in any case and order, once each');
select is((pipeline.parse_rule('{"frequency": "daily", "times": ["18:00", "08:00"]}', 'UTC')).times, '{08:00,18:00}'::time[], 'times in order');

select * from finish();
rollback;
