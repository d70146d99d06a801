-- One deliverable has one schedule: changed, paused, resumed, removed and deleted with it.
begin;
select plan(12);

select tests.travel_to('2026-11-04T10:00:00Z');
select tests.person(p_timezone => 'Europe/Berlin') as ann \gset
select tests.as_person(:'ann');
insert into public.deliverables (title, deliverable_type, schedule) values ('Digest', 'slack_channel_digest', '{"frequency": "daily", "time": "09:00"}') returning id as deliverable \gset
create function pg_temp.next() returns timestamptz language sql as $$ select next_run_at from public.deliverable_schedules $$;

select ok(pg_temp.next() between '2026-11-05T08:00:00Z' and '2026-11-05T08:04:00Z', 'nine in Berlin, within four minutes');
update public.deliverables set schedule = '{"frequency": "daily", "time": "18:00"}';
select ok(pg_temp.next() between '2026-11-04T17:00:00Z' and '2026-11-04T17:04:00Z', 'moved with the row');
select tests.throws_code($$update public.deliverables set schedule = '{"frequency": "sometimes"}'$$, 'impossible_schedule', 'an impossible one is refused');
select is((select schedule ->> 'time' from public.deliverables), '18:00', 'and the row stays as it was');
update public.deliverables set status = 'paused';
select is(pg_temp.next(), null, 'paused');
update public.deliverables set status = 'active';
select ok(pg_temp.next() between '2026-11-04T17:00:00Z' and '2026-11-04T17:04:00Z', 'resumed');
select tests.throws_code($$update public.deliverables set expires_at = '2026-11-04T12:00:00Z'$$, 'impossible_schedule', 'one that expires before its next run would never run');
select tests.throws_code($$update public.deliverables set schedule = '{"frequency": "once", "at": "2026-11-04T09:00:00Z"}'$$, 'impossible_schedule', 'nor would one whose moment has passed');
update public.deliverables set schedule = null, expires_at = null;
select is_empty('select * from public.deliverable_schedules', 'without a schedule there is none');
update public.deliverables set schedule = '{"frequency": "hourly"}';
select isnt(pg_temp.next(), null, 'and with one again there is');
delete from public.deliverables;
select is_empty('select * from public.deliverable_schedules', 'it goes with its deliverable');
select tests.as_owner();
select is_empty(format('select from pipeline.schedules where subject = %L', :'deliverable'), 'indeed');

select * from finish();
rollback;
