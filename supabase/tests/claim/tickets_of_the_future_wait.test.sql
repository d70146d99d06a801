-- What is not due is not taken, and hides nobody who is.
begin;
select plan(3);

select tests.kind('test', '{"per_call": 2}');
select p[1] as ann, p[2] as ben, p[3] as cem, p[4] as dana from (select array_agg(x.id order by x.id) as p from (select tests.person() as id from generate_series(1, 4)) x) y \gset
select tests.as_service();
select tests.queued(u, 1, 'slack', p_delay => '1 hour') from unnest(array[:'ann', :'ben', :'cem']::uuid[]) u;
select tests.queued(:'ann', 1, 'gmail', p_delay => '1 second') as soon \gset

select is(tests.claimed_ns(), '{}', 'nothing is due yet');
select tests.queued(:'dana', 2);
select is(tests.claimed_ns(), '{2}', 'as many waiting lanes as a call has seats do not hide the one that is due');
select tests.due(:soon);
select is(array(select id from tests.claim()), array[:soon::bigint], 'a ticket is taken when its time has come');

select * from finish();
rollback;
