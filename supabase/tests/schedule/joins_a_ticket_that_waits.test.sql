-- A slot whose subject has a waiting ticket makes no second one; a running one gets a successor.
begin;
select plan(6);

select tests.kind('test');
select tests.vault();
select tests.travel_to('2026-11-04T08:30:00Z');
select gen_random_uuid() as subject \gset
select pipeline.set_schedule('test', :'subject', null, '{"frequency": "hourly"}');
select tests.queued(p_key => :'subject', p_delay => '1 hour') as manual \gset
select tests.travel('1 hour');

select is(pipeline.schedule(), 0, 'the manual run waits already');
select is((select last_slot_at from pipeline.schedules where kind = 'test'), '2026-11-04T09:00:00Z', 'the slot is used up all the same');
select tests.due(:manual);
select id, lease_token as lease from tests.claim() \gset
select tests.travel('1 hour');
select is(pipeline.schedule(), 1, 'while it runs the next slot waits behind it');
select tests.travel('1 hour');
select is(pipeline.schedule(), 0, 'and so does the one after, in the same ticket');
select pipeline.cancel(t.id) from pipeline.work_tickets t where t.state = 'queued' and t.kind = 'test';
select pipeline.yield(:id, :'lease', '{"page": 1}', '2 hours');
select tests.travel('1 hour');
select is(pipeline.schedule(), 0, 'a run that waits to go on needs no second one either');
select is((select count(*) from pipeline.work_tickets where kind = 'test'), 1::bigint, 'there is one ticket');

select * from finish();
rollback;
