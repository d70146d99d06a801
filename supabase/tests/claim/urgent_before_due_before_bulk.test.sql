-- Priority comes before fairness: all that persons wait for, then what is due, then bulk.
begin;
select plan(2);

select tests.kind('test', '{"per_call": 3}');
select tests.vault();
select p[1] as ann, p[2] as ben, p[3] as cem, p[4] as dana from (select array_agg(x.id order by x.id) as p from (select tests.person() as id from generate_series(1, 4)) x) y \gset
select tests.as_service();
select tests.queued(:'ann', 20, p_priority => 2);
select tests.queued(:'ben', 10, p_priority => 1);
select tests.queued(:'ben', 11, p_priority => 1);
select tests.queued(:'cem', 1, p_priority => 0);
select tests.queued(:'cem', 2, p_priority => 0);

select is(tests.claimed_ns(), '{1,2,10}', 'both that a person waits for, then the first that is due');
select is(tests.claimed_ns(), '{11,20}', 'then the rest, bulk last');

select * from finish();
rollback;
