-- Everyone's newest before anyone's second newest; only what is new to who has read before, and only one's own.
begin;
select plan(14);

select tests.person() as ann, tests.person() as ben \gset
select tests.as_service();
select tests.travel_to('2026-11-04T10:00:00Z');
select tests.connection(:'ann') as connection \gset
select tests.source(:'connection', 'loud') as loud, tests.source(:'connection', 'quiet') as quiet, tests.source(tests.connection(:'ben'), 'C1') as bens \gset
create function pg_temp.at(p_item text, p_minute int) returns jsonb language sql as $$ select tests.item(p_item, 'text ' || p_item, jsonb_build_object('source_timestamp', '2026-11-04T09:00:00Z'::timestamptz + make_interval(mins => p_minute))) $$;
select tests.store(:'loud', pg_temp.at('l1', 10) || pg_temp.at('l2', 11) || pg_temp.at('l3', 12));
select tests.store(:'quiet', pg_temp.at('q1', 1));
select tests.store(:'bens', pg_temp.at('b1', 20));
create function pg_temp.moment() returns timestamptz language sql as $$ select clock_timestamp() + (select ahead from pipeline.clock) $$;
create function pg_temp.evidence(p_user uuid, p_sources uuid[], p_limit int default 10, p_from timestamptz default '2026-11-01', p_seen_at timestamptz default null,
  p_seen_sources uuid[] default null, p_all boolean default false, p_at timestamptz default pg_temp.moment()) returns text language sql as $$
  select string_agg(replace(e.content, 'text ', '') || case when e.is_new then '' else '*' end, ' ') || ' of ' || min(e.total)
    from pipeline.gather_evidence(p_user, p_sources, p_at, p_from, '2026-11-20', p_seen_at, '2026-11-20', coalesce(p_seen_sources, p_sources), p_all, p_limit) e
$$;

select is(pg_temp.evidence(:'ann', array[:'loud', :'quiet', :'bens']::uuid[]), 'l3 q1 l2 l1 of 4', 'a quiet channel''s newest comes second');
select is(pg_temp.evidence(:'ann', array[:'loud', :'quiet']::uuid[], 2), 'l3 q1 of 4', 'the limit cuts fairly, and the total is told');
select is(pg_temp.evidence(:'ann', array[:'quiet']::uuid[]), 'q1 of 1', 'of the named sources');
select is(pg_temp.evidence(:'ann', array[:'loud', :'quiet']::uuid[], 10, '2026-11-04T09:11:00Z'), 'l3 l2 of 2', 'not older than asked');
select pg_temp.moment() as first \gset
select is(pg_temp.evidence(:'ann', array[:'loud', :'quiet']::uuid[], p_seen_at => :'first'), null, 'nothing is new to who has read it');
select is(pg_temp.evidence(:'ann', array[:'loud', :'quiet']::uuid[], p_seen_at => :'first', p_all => true), 'l3* q1* l2* l1* of 0', 'who wants all is told what is not new');
select is(pg_temp.evidence(:'ann', array[:'loud', :'quiet']::uuid[], p_seen_at => :'first', p_seen_sources => array[:'loud']::uuid[]), 'q1 of 1', 'a source that was added is new');
select pipeline.evidence_fingerprint(:'ann', array[:'loud', :'quiet']::uuid[], pg_temp.moment(), '2026-11-01', '2026-11-20') as fingerprint \gset

select tests.travel('1 hour');
select tests.store(:'loud', pg_temp.at('l1', 10) || jsonb_set(pg_temp.at('l2', 11), '{0,content}', '"text l2-edited"'));
select is(pg_temp.evidence(:'ann', array[:'loud', :'quiet']::uuid[], p_seen_at => :'first'), 'l2-edited of 1', 'an edit counts as news, a re-fetch does not');
select pg_temp.moment() as second \gset
select tests.travel('1 hour');
select tests.store(:'loud', pg_temp.at('l2', 11));
select is(pg_temp.evidence(:'ann', array[:'loud', :'quiet']::uuid[], p_seen_at => :'first'), null, 'what changed and changed back is as it was');
select is(pipeline.evidence_fingerprint(:'ann', array[:'loud', :'quiet']::uuid[], pg_temp.moment(), '2026-11-01', '2026-11-20'), :'fingerprint', 'and has the same fingerprint');
select is(pg_temp.evidence(:'ann', array[:'loud', :'quiet']::uuid[], p_seen_at => :'second'), 'l2 of 1', 'but is new to who read it in between');
select is(pg_temp.evidence(:'ann', array[:'loud', :'quiet']::uuid[], p_at => :'second'), 'l3 q1 l2-edited l1 of 4', 'as of an instant it is what it was then');

select tests.travel('1 hour');
select tests.store(:'quiet', tests.item('both', 'text both', '{"sources": ["loud", "quiet"], "source_timestamp": "2026-11-04T09:30:00Z"}'));
select is(pg_temp.evidence(:'ann', array[:'loud', :'quiet']::uuid[], p_seen_at => :'second', p_from => '2026-11-04T09:12:00Z'), 'both of 1', 'an item of two sources is told once');
select is(pg_temp.evidence(:'ann', array[:'loud', :'quiet']::uuid[], p_at => :'second', p_from => '2026-11-04T09:12:00Z'), 'l3 of 1', 'and is not there before we had it');

select * from finish();
rollback;
