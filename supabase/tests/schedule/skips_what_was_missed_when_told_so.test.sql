-- "skip" runs a slot only near its time; the grace begins when it was due, wherever in its window that is.
begin;
select plan(8);

select tests.kind('test');
select tests.vault();
select tests.travel_to('2026-11-04T08:30:00Z');
select pipeline.set_schedule('test', '00000000-0000-0000-0000-000000000001', null, '{"frequency": "daily"}', '{"n": 1}', p_if_missed => 'skip');
select tests.travel_to('2026-11-04T09:09:00Z');
select is(pipeline.schedule(), 1, 'nine minutes late is in time');
select is(tests.claimed_ns(), '{1}', 'it runs');
select pipeline.finish(jsonb_build_array(jsonb_build_object('id', id, 'lease', lease_token))) from pipeline.work_tickets where kind = 'test';
select tests.travel_to('2026-11-05T09:11:00Z');
select is(pipeline.schedule(), 0, 'eleven minutes late is skipped');
select is((select next_slot_at from pipeline.schedules where kind = 'test'), '2026-11-06T09:00:00Z', 'and the schedule moves on');

select pipeline.set_schedule('test', '00000000-0000-0000-0000-000000000002', null, '{"frequency": "daily"}', '{"n": 2}', p_if_missed => 'skip');
update pipeline.schedules set due_at = next_slot_at + interval '50 minutes', spread = '1 hour' where subject = '00000000-0000-0000-0000-000000000002';
delete from pipeline.schedules where subject = '00000000-0000-0000-0000-000000000001';
select tests.travel_to('2026-11-06T09:50:30Z');
select is(pipeline.schedule(), 1, 'half a minute after an offset of fifty minutes is in time');


delete from pipeline.schedules where kind = 'test';
delete from pipeline.work_tickets where kind = 'test';
select pipeline.set_schedule('test', '00000000-0000-0000-0000-000000000003', null, '{"frequency": "hourly"}', '{"n": 3}', p_if_missed => 'skip');
select tests.travel_to('2026-11-06T17:05:00Z');
select is(pipeline.schedule(), 1, 'after seven hours the last of them, five minutes ago, is in time');
select is((select slot_at from pipeline.work_tickets where kind = 'test'), '2026-11-06T17:00:00Z', 'and it is that one');
delete from pipeline.work_tickets where kind = 'test';
select tests.travel_to('2026-11-09T17:30:00Z');
select is(pipeline.schedule(), 0, 'after three days half an hour is too late');

select * from finish();
rollback;
