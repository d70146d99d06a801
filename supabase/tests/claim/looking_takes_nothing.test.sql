-- wake and claim share one reading of who is next; reading takes nothing.
begin;
select plan(3);

select tests.kind('test', '{"per_call": 2}');
select tests.as_service();
select tests.queued(p_n => n) from generate_series(1, 3) n;
select tests.as_owner();

select is((select count(*) from pipeline.ticket_kinds k, private.next_tickets(k, false, 2) where k.kind = 'test'), 2::bigint, 'looking finds two');
select is((select count(*) from pipeline.work_tickets where kind = 'test' and state = 'running'), 0::bigint, 'and takes none');
select is(tests.claimed_ns(), '{1,2}', 'the claim takes the same');

select * from finish();
rollback;
