-- Fresh counters, the same work, from the progress that was made; once.
begin;
select plan(4);

select tests.kind('test', '{"max_attempts": 1}');
select tests.person() as ann \gset
select tests.as_service();
select id, lease from tests.held('test', '{"n": 5}', :'ann', 'slack', 'key') \gset
select pipeline.save(jsonb_build_array(jsonb_build_object('id', :id, 'lease', :'lease', 'progress', '{"page": 3}'::jsonb)));
update pipeline.work_tickets set crashes = 2, quarantined = true, turn = 4 where id = :id;
select pipeline.fail(:id, :'lease', '{"code": "x"}');
select pipeline.redrive(:id) as new_id \gset

select results_eq(format('select state, user_id, platform, dedupe_key, payload, progress, attempt, crashes, turn, quarantined, last_error from pipeline.work_tickets where id = %s', :new_id),
  format($$values ('queued'::public.ticket_state, %L::uuid, 'slack', 'key', '{"n": 5}'::jsonb, '{"page": 3}'::jsonb, 0::smallint, 0::smallint, 0, false, null::jsonb)$$, :'ann'), 'a new ticket');
select is((select redriven_as from pipeline.work_execution_log where id = :id), :new_id::bigint, 'the log says which');
select tests.throws_code(format('select pipeline.redrive(%s)', :id), 'not_redrivable', 'a second time is refused');
select is(tests.claimed_ns(), '{5}', 'it can be claimed');

select * from finish();
rollback;
