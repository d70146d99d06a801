-- A new zone moves the next slots in the same transaction, except of schedules that name their own.
begin;
select plan(8);

select tests.kind('test', '{"payload_shape": {}}');
select tests.travel_to('2026-11-04T10:00:00Z');
select tests.person(p_timezone => 'Europe/Berlin') as ann, tests.person(p_timezone => 'Europe/Berlin') as ben \gset
select pipeline.set_schedule('test', '00000000-0000-0000-0000-000000000001', :'ann', '{"frequency": "daily"}', p_spread => '4 minutes');
select pipeline.set_schedule('test', '00000000-0000-0000-0000-000000000002', :'ann', '{"frequency": "daily", "timezone": "Europe/Berlin"}');
select pipeline.set_schedule('test', '00000000-0000-0000-0000-000000000003', :'ann', '{"frequency": "daily", "timezone": null}');
select pipeline.set_schedule('test', '00000000-0000-0000-0000-000000000004', :'ann', '{"frequency": "daily"}', p_paused => true);
select pipeline.set_schedule('test', '00000000-0000-0000-0000-000000000005', :'ben', '{"frequency": "daily"}');
select due_at - next_slot_at as old_offset from pipeline.schedules where subject = '00000000-0000-0000-0000-000000000001' \gset
select tests.as_person(:'ann');
update public.workspaces set timezone = 'America/New_York';
select tests.as_owner();
create function pg_temp.next(p_subject int) returns timestamptz language sql as $$ select next_slot_at from pipeline.schedules where subject = ('00000000-0000-0000-0000-00000000000' || p_subject)::uuid $$;

select is(pg_temp.next(1), '2026-11-04T14:00:00Z', 'nine in New York, today');
select is((select due_at - next_slot_at from pipeline.schedules where subject = '00000000-0000-0000-0000-000000000001'), :'old_offset'::interval, 'with its offset');
select is(pg_temp.next(2), '2026-11-05T08:00:00Z', 'its own zone stays');
select is(pg_temp.next(3), '2026-11-04T14:00:00Z', 'a zone of null follows');
select is(pg_temp.next(4), null, 'a paused one stays paused');
select is(pg_temp.next(5), '2026-11-05T08:00:00Z', 'another person''s stays');


-- Nine has come in New York and nobody has looked yet when she moves on.
select tests.vault();
select tests.travel_to('2026-11-04T14:01:00Z');
update public.workspaces set timezone = 'Asia/Seoul' where owner_id = :'ann';
select is(pg_temp.next(3), '2026-11-04T14:00:00Z', 'a slot that has come stays due');
select pipeline.schedule();
select is(pg_temp.next(3), '2026-11-05T00:00:00Z', 'and the one after it is nine in Seoul');

select * from finish();
rollback;
