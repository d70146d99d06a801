-- Tickets that wait behind a running one of their key do not use up the walk either.
begin;
select plan(1);

select tests.kind('test', '{"per_call": 2}');
select p[1] as ann, p[2] as ben, p[3] as cem, p[4] as dana from (select array_agg(x.id order by x.id) as p from (select tests.person() as id from generate_series(1, 4)) x) y \gset
select tests.as_service();
select tests.held(p_user => u, p_key => u::text) from unnest(array[:'ann', :'ben', :'cem']::uuid[]) u;
select tests.queued(u, 1, p_key => u::text) from unnest(array[:'ann', :'ben', :'cem']::uuid[]) u;
select tests.queued(:'dana', 2);

select is(tests.claimed_ns(), '{2}', 'the one that may start is found');

select * from finish();
rollback;
