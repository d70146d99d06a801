-- A worker that vanished costs a crash and no attempt; its ticket goes to quarantine.
begin;
select plan(6);

select tests.kind('test', '{"max_crashes": 3, "backoff_base": "1 minute"}');
select tests.as_service();
select id, lease from tests.held('test', '{"n": 1}') \gset
select id as alive from tests.held() \gset
select pipeline.save(jsonb_build_array(jsonb_build_object('id', :id, 'lease', :'lease', 'progress', '{"page": 3}'::jsonb)));
select tests.lapse(:id);

select is(pipeline.reap(), 1, 'one lease ran out');
select results_eq(
  format('select state, attempt, crashes, quarantined, lease_token, progress, last_error ->> ''code'', run_at > clock_timestamp() + ''29 s'' from pipeline.work_tickets where id = %s', :id),
  $$values ('queued'::public.ticket_state, 0::smallint, 1::smallint, true, null::uuid, '{"page": 3}'::jsonb, 'worker_vanished', true)$$,
  'it waits in quarantine after a backoff, with its progress');
select is((select state from pipeline.work_tickets where id = :alive), 'running'::public.ticket_state, 'who is alive is left alone');
select is(pipeline.reap(), 0, 'nothing is reaped twice');
select tests.due(:id);
select is(tests.claimed_ns(), '{}', 'an ordinary wake-up does not take it');
select is(tests.claimed_ns('test-function', true), '{1}', 'its own does');

select * from finish();
rollback;
