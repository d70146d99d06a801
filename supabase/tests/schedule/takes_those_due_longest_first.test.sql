-- A run is bounded; what it leaves is the younger part, for the next run.
begin;
select plan(3);

select tests.kind('test');
select tests.vault();
select tests.travel_to('2026-11-04T08:30:00Z');
select pipeline.set_schedule('test', gen_random_uuid(), null, jsonb_build_object('frequency', 'daily', 'time', format('%s:00', h)), jsonb_build_object('n', h)) from unnest('{12,10,11}'::int[]) h;
select tests.travel('8 hours');

select is(pipeline.schedule(2), 2, 'two when two are allowed');
select is(tests.claimed_ns(), '{10,11}', 'the ones due longest');
select is(pipeline.schedule(2), 1, 'then the third');

select * from finish();
rollback;
