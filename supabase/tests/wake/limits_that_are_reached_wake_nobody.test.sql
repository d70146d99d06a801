-- Nobody is woken for a claim that would come back empty.
begin;
select plan(2);

select tests.kind('test', '{"per_call": 1, "max_running_per_user": 1}');
select tests.person() as ann \gset
select tests.vault();
select tests.held(p_user => :'ann');
select tests.queued(:'ann', n) from generate_series(1, 5) n;

select is(pipeline.wake(), 0, 'ann is at her limit');
select tests.queued(null, 9);
select is(pipeline.wake(), 1, 'the system''s own work is not');

select * from finish();
rollback;
