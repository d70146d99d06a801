-- After its expiry a schedule has no slots, whether it was set or moved there.
begin;
select plan(4);

select tests.kind('test', '{"payload_shape": {}}');
select tests.vault();
select tests.travel_to('2026-11-04T10:00:00Z');
select gen_random_uuid() as subject \gset

select pipeline.set_schedule('test', :'subject', null, '{"frequency": "daily"}', p_expires_at => '2026-11-06T09:00:00Z');
select is((select next_slot_at from pipeline.schedules where kind = 'test'), '2026-11-05T09:00:00Z', 'one slot before its expiry');
select tests.travel('1 day');
select is(pipeline.schedule(), 1, 'it runs');
select is((select next_slot_at from pipeline.schedules where kind = 'test'), null, 'a slot at the expiry itself is over');
select pipeline.set_schedule('test', :'subject', null, '{"frequency": "daily"}', p_expires_at => '2026-11-05T00:00:00Z');
select is((select due_at from pipeline.schedules where kind = 'test'), null, 'what expired already is never due');

select * from finish();
rollback;
