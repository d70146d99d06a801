-- A claimed ticket runs under a lease of its own, and the claim tells all that a worker needs.
begin;
select plan(7);

select tests.kind('test', '{"lease": "90 seconds", "max_attempts": 4}');
select tests.person() as ann \gset
select tests.as_service();
select tests.queued(:'ann', 7, 'slack') as ticket \gset
select * from tests.claim() \gset

select is(:id, :ticket, 'the ticket is taken');
select is(:'lease_token'::uuid, (select lease_token from pipeline.work_tickets where id = :ticket), 'its token is told');
select is(row(:lease_seconds, :'kind', :'user_id'::uuid, :'platform', :attempt, :max_attempts, :crashes, :turn)::text,
  row(90, 'test', :'ann'::uuid, 'slack', 1, 4, 0, 0)::text, 'with lease, kind, person, platform and counters');
select is(:'payload'::jsonb, '{"n": 7}'::jsonb, 'with the payload');
select is(:'now'::timestamptz, pipeline.now(), 'and with the pipeline''s own time');
select results_eq(
  format('select state, attempt, started_at is not null, lease_until between clock_timestamp() + ''80 s'' and clock_timestamp() + ''91 s'' from pipeline.work_tickets where id = %s', :ticket),
  $$values ('running'::public.ticket_state, 1::smallint, true, true)$$, 'the row says so');
select is_empty('select * from tests.claim()', 'nobody else gets it');

select * from finish();
rollback;
