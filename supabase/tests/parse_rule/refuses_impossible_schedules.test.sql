-- Every wrong part of a schedule is refused with a sentence that names it.
begin;
select plan(30);

create function pg_temp.fault(p_rule jsonb) returns text language sql as $$
  select coalesce(case when e ->> 'code' = 'impossible_schedule' then substring(e ->> 'message' from 'impossible: (.*)\.$') else e::text end, 'accepted')
    from tests.error_of(format('select pipeline.parse_rule(%L, %L)', p_rule, 'UTC')) e
$$;

select is(pg_temp.fault('[]'), 'it is not an object', 'a list');
select is(pg_temp.fault('null'), 'it is not an object', 'a JSON null');
select is(pg_temp.fault(null), 'it is not an object', 'nothing');
select is(pg_temp.fault('{}'), '"frequency" is missing', 'no frequency');
select is(pg_temp.fault('{"frequency": "fortnightly"}'), '"frequency" is "fortnightly"', 'an unknown frequency');
select is(pg_temp.fault('{"frequency": "daily", "timezone": "Mars/Olympus"}'), 'the time zone "Mars/Olympus" is not known', 'an unknown zone');
select is(pg_temp.fault('{"frequency": "daily", "timezone": "Nowhere+3"}'), 'the time zone "Nowhere+3" is not known', 'a POSIX string that Postgres would take');
select is(pg_temp.fault('{"frequency": "daily", "time": "25:00"}'), 'a "time", "day" or "at" cannot be read', 'a 25th hour');
select is(pg_temp.fault('{"frequency": "daily", "time": "noonish"}'), 'a "time", "day" or "at" cannot be read', 'a time in words');
select is(pg_temp.fault('{"frequency": "daily", "times": "09:00"}'), 'a "time", "day" or "at" cannot be read', 'times that are no list');
select is(pg_temp.fault('{"frequency": "daily", "times": []}'), '"times" must hold 1 to 24 times', 'no times');
select is(pg_temp.fault(jsonb_build_object('frequency', 'daily', 'times', (select jsonb_agg('09:00'::text) from generate_series(1, 25)))), '"times" must hold 1 to 24 times', '25 times');
select is(pg_temp.fault('{"frequency": "weekly", "day": "funday"}'), '"day" must be a weekday such as "monday", or a list of them', 'an unknown weekday');
select is(pg_temp.fault('{"frequency": "weekly", "day": []}'), '"day" must be a weekday such as "monday", or a list of them', 'no weekday');
select is(pg_temp.fault('{"frequency": "biweekly", "day": ["monday", "someday"]}'), '"day" must be a weekday such as "monday", or a list of them', 'one unknown weekday among known ones');
select is(pg_temp.fault('{"frequency": "weekly", "day": 3}'), '"day" must be a weekday such as "monday", or a list of them', 'a number is no weekday');
select is(pg_temp.fault('{"frequency": "monthly", "day": 0}'), '"day" must be 1 to 31', 'a 0th');
select is(pg_temp.fault('{"frequency": "monthly", "day": 32}'), '"day" must be 1 to 31', 'a 32nd');
select is(pg_temp.fault('{"frequency": "monthly", "day": "last"}'), '"day" must be 1 to 31', 'a day of month in words');
select is(pg_temp.fault('{"frequency": "monthly", "day": 1.5}'), 'a "time", "day" or "at" cannot be read', 'half a day');
select is(pg_temp.fault('{"frequency": "once"}'), '"at" is missing', 'once, without when');
select is(pg_temp.fault('{"frequency": "once", "at": "2026-02-30T09:00:00Z"}'), 'a "time", "day" or "at" cannot be read', 'once, on no day');
select is(pg_temp.fault('{"frequency": "cron"}'), '"cron" is not a line of five fields that ever comes: missing', 'cron, without a line');
select is(pg_temp.fault('{"frequency": "cron", "cron": "0 9 * *"}'), '"cron" is not a line of five fields that ever comes: "0 9 * *"', 'four fields');
select is(pg_temp.fault('{"frequency": "cron", "cron": "0 9 * * * *"}'), '"cron" is not a line of five fields that ever comes: "0 9 * * * *"', 'six fields');
select is(pg_temp.fault('{"frequency": "cron", "cron": "0 0 30 2 *"}'), '"cron" is not a line of five fields that ever comes: "0 0 30 2 *"', 'a 30th of February');
select is(pg_temp.fault('{"frequency": "daily", "time": "now"}'), 'a "time", "day" or "at" cannot be read', 'a word that Postgres takes for a time');
select is(pg_temp.fault('{"frequency": "once", "at": "tomorrow"}'), 'a "time", "day" or "at" cannot be read', 'a word that Postgres takes for a date');
select is(pg_temp.fault('{"frequency": "once", "at": "2026-12-01T09:00", "timezone": "Mars/Olympus"}'), 'the time zone "Mars/Olympus" is not known', 'once, in an unknown zone');
select ok(tests.error_of($$select pipeline.parse_rule('{}', 'UTC')$$) ->> 'hint' like '%"frequency"%', 'the hint shows a schedule');

select * from finish();
rollback;
