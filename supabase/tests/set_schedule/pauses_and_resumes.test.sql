-- A paused schedule has no next slot; resumed it has the next one from now.
begin;
select plan(3);

select tests.kind('test', '{"payload_shape": {}}');
select tests.travel_to('2026-11-04T10:00:00Z');
select gen_random_uuid() as subject \gset
select tests.as_service();

select pipeline.set_schedule('test', :'subject', null, '{"frequency": "daily"}', p_paused => true);
select results_eq('select paused, next_slot_at, due_at from pipeline.schedules where kind = ''test''', 'values (true, null::timestamptz, null::timestamptz)', 'paused, never due');
select tests.travel('10 days');
select pipeline.set_schedule('test', :'subject', null, '{"frequency": "daily"}', p_paused => false);
select is((select next_slot_at from pipeline.schedules where kind = 'test'), '2026-11-15T09:00:00Z', 'resumed, due at the next slot');
select pipeline.set_schedule('test', :'subject', null, '{"frequency": "daily"}', p_paused => true);
select is((select due_at from pipeline.schedules where kind = 'test'), null, 'paused again');

select * from finish();
rollback;
