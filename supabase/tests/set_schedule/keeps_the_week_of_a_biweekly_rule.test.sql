-- Editing the time of a biweekly schedule does not move it into the other week.
begin;
select plan(2);

select tests.kind('test', '{"payload_shape": {}}');
select tests.travel_to('2026-11-02T00:00:00Z');
select gen_random_uuid() as subject \gset
select pipeline.set_schedule('test', :'subject', null, '{"frequency": "biweekly", "day": "friday"}');
select is((select next_slot_at from pipeline.schedules where kind = 'test'), '2026-11-06T09:00:00Z', 'this week');
select tests.travel('7 days');
select pipeline.set_schedule('test', :'subject', null, '{"frequency": "biweekly", "day": "friday", "time": "10:00"}');
select is((select next_slot_at from pipeline.schedules where kind = 'test'), '2026-11-20T10:00:00Z', 'edited in the other week it stays in its own');

select * from finish();
rollback;
