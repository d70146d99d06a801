-- Lanes take turns: a deep backlog of one person delays another's first ticket by no more than a turn.
begin;
select plan(2);

select tests.kind('test', '{"per_call": 3}');
select p[1] as ann, p[2] as ben, p[3] as cem, p[4] as dana from (select array_agg(x.id order by x.id) as p from (select tests.person() as id from generate_series(1, 4)) x) y \gset
select tests.as_service();
select tests.queued(:'ann', n) from generate_series(1, 50) n;
select tests.queued(:'ben', 101);
select tests.queued(:'cem', 201);
select tests.queued(:'cem', 202);

select is(tests.claimed_ns(), '{1,101,201}', 'one of each person first, each person''s oldest');
select is(tests.claimed_ns(), '{2,3,202}', 'then seconds, and what is left over goes to who has more');

select * from finish();
rollback;
