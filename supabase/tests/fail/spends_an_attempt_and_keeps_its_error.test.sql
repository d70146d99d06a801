-- A failed ticket is queued again with its error in sight and its attempt spent.
begin;
select plan(3);

select tests.kind('test', '{"max_attempts": 3}');
select tests.as_service();
select id, lease from tests.held() \gset

select is(pipeline.fail(:id, :'lease', '{"code": "provider_down", "message": "Slack answered 500."}'), 'queued', 'it is tried again');
select results_eq(format('select state, attempt, crashes, turn, last_error ->> ''code'', lease_token from pipeline.work_tickets where id = %s', :id),
  $$values ('queued'::public.ticket_state, 1::smallint, 0::smallint, 0, 'provider_down', null::uuid)$$, 'with its error');
select tests.due(:id);
select results_eq('select attempt from tests.claim()', 'values (2::smallint)', 'the next claim is the second attempt');

select * from finish();
rollback;
