-- A lane is a person and a platform: a person's slow Notion does not keep their Slack waiting.
begin;
select plan(1);

select tests.kind('test', '{"per_call": 2}');
select p[1] as ann, p[2] as ben, p[3] as cem, p[4] as dana from (select array_agg(x.id order by x.id) as p from (select tests.person() as id from generate_series(1, 4)) x) y \gset
select tests.as_service();
select tests.queued(:'ann', n, 'notion') from generate_series(1, 5) n;
select tests.queued(:'ann', 101, 'slack');

select is(tests.claimed_ns(), '{1,101}', 'one of each platform');

select * from finish();
rollback;
