-- What is set, changed or resumed runs at its next slot from now on, never as a surprise for one that is over.
begin;
select plan(6);

select tests.kind('test', '{"payload_shape": {}}');
select tests.travel_to('2026-11-04T10:00:00Z');
select tests.person() as ann \gset
select gen_random_uuid() as subject \gset
select tests.as_service();
create function pg_temp.next(p_subject uuid) returns timestamptz language sql as $$ select next_slot_at from pipeline.schedules where subject = p_subject $$;

select pipeline.set_schedule('test', :'subject', :'ann', '{"frequency": "daily", "time": "09:00"}') as id \gset
select is(pg_temp.next(:'subject'), '2026-11-05T09:00:00Z', 'nine was an hour ago, so tomorrow');
select is(pipeline.set_schedule('test', :'subject', :'ann', '{"frequency": "daily", "time": "11:00"}'), :id::bigint, 'changing it changes the one schedule');
select is(pg_temp.next(:'subject'), '2026-11-04T11:00:00Z', 'eleven is in an hour');
select tests.travel('3 days');
select pipeline.set_schedule('test', :'subject', :'ann', '{"frequency": "daily", "time": "11:00"}');
select is(pg_temp.next(:'subject'), '2026-11-07T11:00:00Z', 'three days in which nobody ran it are gone once it is set anew');
select pipeline.set_schedule('test', :'subject', :'ann', '{"frequency": "once", "at": "2026-11-01T00:00:00Z"}');
select is(pg_temp.next(:'subject'), null, 'once, in the past, is never');
select tests.as_owner();
select is(pipeline.schedule(), 0, 'nothing is due');

select * from finish();
rollback;
