-- With one seat a call, persons are served in turn and not the first again and again.
begin;
select plan(3);

select tests.kind('test', '{"per_call": 1}');
select p[1] as ann, p[2] as ben, p[3] as cem, p[4] as dana from (select array_agg(x.id order by x.id) as p from (select tests.person() as id from generate_series(1, 4)) x) y \gset
select tests.as_service();
select tests.queued(:'ann', 10 + n), tests.queued(:'ben', 20 + n), tests.queued(:'cem', 30 + n) from generate_series(1, 2) n;

select is(array(select tests.claimed_ns() from generate_series(1, 6)), '{{11},{21},{31},{12},{22},{32}}'::int[], 'ann, ben, cem, ann, ben, cem');
select is((select lane from pipeline.lane_turns where kind = 'test'), :'cem'::uuid, 'the position is that of the last one served');
select tests.queued(:'dana', 41), tests.queued(:'ann', 13);
select is(array(select tests.claimed_ns() from generate_series(1, 2)), '{{41},{13}}'::int[], 'who comes behind the position goes before who was served already');

select * from finish();
rollback;
