-- enqueue adds a waiting ticket and tells its id.
begin;
select plan(5);

select tests.kind();
select tests.person('ann') as ann \gset
select tests.as_service();
select ticket_id, joined from pipeline.enqueue('test', '{"n": 7}', :'ann', 'slack', 'key', 2, '1 hour') \gset

select ok(not :'joined', 'nothing waited, so it joined nothing');
select results_eq(
  format('select state, user_id, lane, platform, dedupe_key, priority, attempt, crashes, turn, payload from pipeline.work_tickets where id = %s', :ticket_id),
  format($$values ('queued'::public.ticket_state, %1$L::uuid, %1$L::uuid, 'slack', 'key', 2::smallint, 0::smallint, 0::smallint, 0, '{"n": 7}'::jsonb)$$, :'ann'),
  'the ticket is what was asked for, with no counter spent');
select ok(run_at - created_at between interval '59 minutes' and interval '61 minutes', 'and starts after its delay')
  from pipeline.work_tickets where id = :ticket_id;
select tests.queued() as of_the_system \gset
select is(lane, '00000000-0000-0000-0000-000000000000', 'work of the system has the lane zero')
  from pipeline.work_tickets where id = :of_the_system;
select is_empty('select from pipeline.wake_ups', 'and due work wakes nobody: the next tick does');

select * from finish();
rollback;
