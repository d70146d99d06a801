-- Priority 0 does not wait for a tick: one signed wake-up leaves with the ticket.
begin;
select plan(7);

select tests.kind();
select tests.vault();
select coalesce(max(id), 0) as sent_before from net.http_request_queue \gset
select tests.as_service();
select tests.queued(p_priority => 0) as ticket \gset

select results_eq('select function_name, quarantined, answered_at is null from pipeline.wake_ups', $$values ('test-function', false, true)$$, 'the function is woken');
select tests.as_owner();
select is(count(*), 1::bigint, 'by one request') from net.http_request_queue where id > :sent_before;
select results_eq(
  format('select url, convert_from(body, ''UTF8'')::jsonb, timeout_milliseconds <= 5000 from net.http_request_queue where id > %s', :sent_before),
  $$select 'http://127.0.0.1:9/functions/v1/test-function', jsonb_build_object('wake_up', id), true from pipeline.wake_ups$$,
  'that carries the wake-up and no job');
select is(headers ->> 'x-pipeline-signature',
    encode(extensions.hmac(convert_to((headers ->> 'x-pipeline-timestamp') || '.' || convert_from(body, 'UTF8'), 'UTF8'), convert_to('a-secret-of-the-tests', 'UTF8'), 'sha256'), 'hex'),
    'signed over "timestamp.body" as it is sent')
  from net.http_request_queue where id > :sent_before;
select ok(position('a-secret-of-the-tests' in headers::text || convert_from(body, 'UTF8')) = 0, 'the secret does not travel')
  from net.http_request_queue where id > :sent_before;

select tests.as_service();
select tests.queued(p_priority => 0, p_delay => '1 minute');
select is(count(*), 1::bigint, 'a delayed one wakes nobody') from pipeline.wake_ups;
select is(array(select id from pipeline.claim((select id from pipeline.wake_ups))), array[:ticket::bigint], 'the woken function finds the ticket');

select * from finish();
rollback;
