-- Many lanes on a full platform do not use up the walk: a lane behind them is found.
begin;
select plan(1);

select tests.kind('test', '{"per_call": 2}');
update pipeline.platform_limits set max_running = 1 where platform = 'slack';
select p[1] as ann, p[2] as ben, p[3] as cem, p[4] as dana from (select array_agg(x.id order by x.id) as p from (select tests.person() as id from generate_series(1, 4)) x) y \gset
select tests.as_service();
select tests.held(p_platform => 'slack');
select tests.queued(u, 1, 'slack') from unnest(array[:'ann', :'ben', :'cem']::uuid[]) u;
select tests.queued(:'dana', 2, 'gmail');

select is(tests.claimed_ns(), '{2}', 'the last one''s Gmail starts');

select * from finish();
rollback;
