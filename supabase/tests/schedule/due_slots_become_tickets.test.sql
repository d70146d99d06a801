-- A due slot becomes one ticket that names it, and the schedule moves on, in one statement.
begin;
select plan(7);

select tests.kind('test');
select tests.person() as ann \gset
select tests.vault();
select tests.travel_to('2026-11-04T08:00:00Z');
select gen_random_uuid() as subject \gset
select pipeline.set_schedule('test', :'subject', :'ann', '{"frequency": "daily"}', '{"n": 3}', 'slack') as id \gset

select is(pipeline.schedule(), 0, 'before its slot nothing happens');
select tests.travel('1 hour');
select is(pipeline.schedule(), 1, 'at its slot a ticket is made');
select results_eq('select user_id, platform, payload, dedupe_key, schedule_id, slot_at, priority from pipeline.work_tickets where kind = ''test''',
  format($$values (%L::uuid, 'slack', '{"n": 3}'::jsonb, %L, %s::bigint, '2026-11-04T09:00:00Z'::timestamptz, 1::smallint)$$, :'ann', :'subject', :id), 'that names schedule and slot');
select results_eq('select last_slot_at, next_slot_at from pipeline.schedules where kind = ''test''', $$values ('2026-11-04T09:00:00Z'::timestamptz, '2026-11-05T09:00:00Z'::timestamptz)$$, 'the schedule moved on');
select is(pipeline.schedule(), 0, 'a second run makes nothing');
select is((select count(*) from pipeline.wake_ups where function_name = 'test-function'), 1::bigint, 'and the function was woken at once');
select results_eq('select slot_at from tests.claim()', $$values ('2026-11-04T09:00:00Z'::timestamptz)$$, 'the claim tells the slot');

select * from finish();
rollback;
