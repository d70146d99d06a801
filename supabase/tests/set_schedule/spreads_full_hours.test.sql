-- Schedules of one slot are due at stable offsets within their window.
begin;
select plan(4);

select tests.kind('test', '{"payload_shape": {}}');
select pipeline.set_schedule('test', gen_random_uuid(), null, '{"frequency": "daily"}', p_spread => '10 minutes') from generate_series(1, 60);

select is((select count(distinct next_slot_at) from pipeline.schedules where kind = 'test'), 1::bigint, 'one slot');
select ok((select bool_and(due_at - next_slot_at >= '0' and due_at - next_slot_at < '10 minutes') from pipeline.schedules where kind = 'test'), 'due within the window');
select ok((select count(distinct date_trunc('minute', due_at)) from pipeline.schedules where kind = 'test') >= 8, 'and over all of it');
select due_at - next_slot_at as offset_before, subject from pipeline.schedules where kind = 'test' limit 1 \gset
select tests.travel('30 days');
select pipeline.set_schedule('test', :'subject', null, '{"frequency": "weekly"}', p_spread => '10 minutes');
select is((select due_at - next_slot_at from pipeline.schedules where subject = :'subject'), :'offset_before'::interval, 'the offset of one stays the same');

select * from finish();
rollback;
