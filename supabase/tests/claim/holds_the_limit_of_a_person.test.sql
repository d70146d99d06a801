-- max_running_per_user counts what a person runs, on all platforms together and over several claims.
begin;
select plan(4);

select tests.kind('test', '{"max_running_per_user": 2}');
select p[1] as ann, p[2] as ben, p[3] as cem, p[4] as dana from (select array_agg(x.id order by x.id) as p from (select tests.person() as id from generate_series(1, 4)) x) y \gset
select tests.as_service();
select tests.queued(:'ann', n, p) from generate_series(1, 3) n, unnest('{slack,gmail,notion}'::text[]) p;
select tests.queued(:'ben', 11);

select is((select array_agg(c order by c) from (select count(*) c from tests.claim() group by user_id) x), '{1,2}'::bigint[], 'two of ann over three platforms, one of ben');
select is_empty('select * from tests.claim()', 'ann is at her limit');
select pipeline.finish(jsonb_build_array(jsonb_build_object('id', id, 'lease', lease_token))) from pipeline.work_tickets where state = 'running' and user_id = :'ann' limit 1;
select is((select count(*) from tests.claim()), 1::bigint, 'one that ends makes room for one');
select tests.queued(null, n) from generate_series(21, 24) n;
select is((select count(*) from tests.claim()), 2::bigint, 'the system''s own work is one lane as well');

select * from finish();
rollback;
