-- A turn is neither an attempt nor a crash: the ticket comes back and goes on from its progress.
begin;
select plan(6);

select tests.kind();
select tests.as_service();
select id, lease from tests.held() \gset

select is(pipeline.yield(:id, :'lease', '{"page": 2}', '0', '{"code": "deadline", "message": "Out of wall clock."}'), 'queued', 'it waits again');
select results_eq(format('select state, attempt, crashes, turn, progress, waiting_for ->> ''code'', lease_token, run_at <= clock_timestamp() from pipeline.work_tickets where id = %s', :id),
  $$values ('queued'::public.ticket_state, 0::smallint, 0::smallint, 1, '{"page": 2}'::jsonb, 'deadline', null::uuid, true)$$,
  'without a lease, one turn on, at once, and it says why it waits');
select results_eq('select attempt, turn, progress from tests.claim()', $$values (1::smallint, 1, '{"page": 2}'::jsonb)$$, 'the next claim has the progress and is attempt 1 again');
select is((select waiting_for from pipeline.work_tickets where id = :id), null::jsonb, 'while it runs it waits for nothing');
select lease_token as lease from pipeline.work_tickets where id = :id \gset
select is(pipeline.yield(:id, :'lease', null), 'queued', 'without new progress');
select is((select progress from pipeline.work_tickets where id = :id), '{"page": 2}'::jsonb, 'the old one stays');

select * from finish();
rollback;
