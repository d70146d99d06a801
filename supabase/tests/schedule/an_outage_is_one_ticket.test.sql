-- Whatever was missed in hours or days is caught up once; the next slot is in the future.
begin;
select plan(6);

select tests.kind('test');
select tests.vault();
select tests.travel_to('2026-11-04T08:30:00Z');
select pipeline.set_schedule('test', '00000000-0000-0000-0000-000000000001', null, '{"frequency": "hourly"}', '{"n": 1}');
select pipeline.set_schedule('test', '00000000-0000-0000-0000-000000000002', null, '{"frequency": "daily"}', '{"n": 2}');
select pipeline.set_schedule('test', '00000000-0000-0000-0000-000000000003', null, '{"frequency": "weekly"}', '{"n": 3}');

select tests.travel('7 hours');
select is(pipeline.schedule(), 2, 'after seven hours the hourly and the daily one');
select is(tests.claimed_ns(), '{1,2}', 'one ticket each');
select pipeline.finish(jsonb_build_array(jsonb_build_object('id', id, 'lease', lease_token))) from pipeline.work_tickets where kind = 'test';
select tests.travel('3 days');
select is(pipeline.schedule(), 2, 'after three days again one each');
select is(pipeline.schedule(), 0, 'and no more');
select results_eq($$select payload ->> 'n', slot_at from pipeline.work_tickets where kind = 'test' order by 1$$,
  $$values ('1', '2026-11-07T15:00:00Z'::timestamptz), ('2', '2026-11-07T09:00:00Z')$$, 'each for the last of its slots');
select ok((select bool_and(next_slot_at > pipeline.now()) from pipeline.schedules where kind = 'test'), 'the next slots are in the future');

select * from finish();
rollback;
