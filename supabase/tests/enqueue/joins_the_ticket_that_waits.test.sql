-- Under one key waits one new ticket: it takes the newer payload, the earlier time and the more urgent priority.
begin;
select plan(9);

select tests.kind();
select tests.as_service();
select ticket_id as first from pipeline.enqueue('test', '{"n": 1}', null, 'none', 'key', 1, '10 minutes') \gset
select ticket_id as second, joined from pipeline.enqueue('test', '{"n": 2}', null, 'none', 'key', 2, '1 minute') \gset

select is(:second, :first, 'the second call gets the ticket of the first');
select ok(:'joined', 'and is told that it joined');
select is((payload ->> 'n')::int, 2, 'the payload is the newer one') from pipeline.work_tickets where id = :first;
select is(priority, 1::smallint, 'priority 1 is not lowered to 2') from pipeline.work_tickets where id = :first;
select ok(run_at < clock_timestamp() + interval '2 minutes', 'it runs at the earlier time') from pipeline.work_tickets where id = :first;

select count(*) from pipeline.enqueue('test', '{"n": 3}', null, 'none', 'key', 1, '5 hours');
select ok(run_at < clock_timestamp() + interval '2 minutes', 'a later time does not postpone it') from pipeline.work_tickets where id = :first;
select is(count(*), 1::bigint, 'there is one ticket') from pipeline.work_tickets where kind = 'test';

select tests.kind('other');
select isnt(tests.queued(p_key => 'key', p_kind => 'other'), :first::bigint, 'another kind has keys of its own');
select isnt(tests.queued(), tests.queued(), 'tickets without a key never join');

select * from finish();
rollback;
