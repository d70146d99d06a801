-- A ticket that kills its workers is dead after the third, visible with its reason, attempts untouched.
begin;
select plan(2);

select tests.kind('test', '{"max_attempts": 1}');
select tests.as_service();
select id from tests.held() \gset
create function pg_temp.crash(p_id bigint) returns text language plpgsql as $$
begin
  perform tests.due(p_id), tests.claim('test-function', true);
  perform tests.lapse(p_id);
  perform pipeline.reap();
  return coalesce((select state::text from pipeline.work_tickets where id = p_id), 'ended');
end $$;

select is(array(select pg_temp.crash(:id) from generate_series(1, 3)), '{queued,queued,ended}', 'the third time is the last');
select results_eq(format('select outcome, crashes, attempt, error ->> ''code'', error ->> ''message'' from pipeline.work_execution_log where id = %s', :id),
  $$values ('dead'::public.ticket_state, 3::smallint, 0::smallint, 'worker_vanished', 'Its worker vanished 3 times without a word.')$$, 'with its reason');

select * from finish();
rollback;
