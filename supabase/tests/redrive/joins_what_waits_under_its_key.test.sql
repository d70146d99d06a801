-- When the same work waits anyway, redriving makes it due and adds nothing.
begin;
select plan(2);

select tests.kind('test', '{"max_attempts": 1}');
select tests.as_service();
select id, lease from tests.held('test', '{"n": 5}', p_key => 'key') \gset
select tests.queued(p_key => 'key', p_n => 6, p_delay => '1 hour') as waiting \gset
select pipeline.fail(:id, :'lease', '{"code": "x"}');

select is(pipeline.redrive(:id), :waiting::bigint, 'it is the one that waits');
select is(tests.claimed_ns(), '{6}', 'due now, with its newer payload');

select * from finish();
rollback;
