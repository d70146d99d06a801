-- Everyone's newest before anyone's second newest; only what changed since, and only one's own.
begin;
select plan(7);

select tests.person() as ann, tests.person() as ben \gset
select tests.as_service();
select tests.travel_to('2026-11-04T10:00:00Z');
select tests.connection(:'ann') as connection \gset
select tests.source(:'connection', 'loud') as loud, tests.source(:'connection', 'quiet') as quiet, tests.source(tests.connection(:'ben'), 'C1') as bens \gset
create function pg_temp.at(p_item text, p_minute int) returns jsonb language sql as $$ select tests.item(p_item, 'text ' || p_item, jsonb_build_object('source_timestamp', '2026-11-04T09:00:00Z'::timestamptz + make_interval(mins => p_minute))) $$;
select tests.store(:'loud', pg_temp.at('l1', 10) || pg_temp.at('l2', 11) || pg_temp.at('l3', 12));
select tests.store(:'quiet', pg_temp.at('q1', 1));
select tests.store(:'bens', pg_temp.at('b1', 20));
create function pg_temp.evidence(p_user uuid, p_sources uuid[], p_since timestamptz, p_limit int, p_from timestamptz default '2026-11-01') returns text language sql as $$
  select string_agg(replace(e.content, 'text ', ''), ' ') || ' of ' || min(e.total) from pipeline.gather_evidence(p_user, p_sources, p_since, p_from, p_limit) e
$$;

select is(pg_temp.evidence(:'ann', array[:'loud', :'quiet', :'bens']::uuid[], '2026-11-01', 10), 'l3 q1 l2 l1 of 4', 'a quiet channel''s newest comes second');
select is(pg_temp.evidence(:'ann', array[:'loud', :'quiet']::uuid[], '2026-11-01', 2), 'l3 q1 of 4', 'the limit cuts fairly, and the total is told');
select is(pg_temp.evidence(:'ann', array[:'quiet']::uuid[], '2026-11-01', 10), 'q1 of 1', 'of the named sources');
select is(pg_temp.evidence(:'ann', array[:'loud', :'quiet']::uuid[], '2026-11-01', 10, '2026-11-04T09:11:00Z'), 'l3 l2 of 2', 'not older than asked');
select is(pg_temp.evidence(:'ann', array[:'loud', :'quiet']::uuid[], pipeline.now(), 10), null, 'nothing changed since');
select pipeline.now() as last_run \gset
select tests.travel('1 hour');
select tests.store(:'loud', pg_temp.at('l1', 10) || jsonb_set(pg_temp.at('l2', 11), '{0,content}', '"text l2-edited"'));
select is(pg_temp.evidence(:'ann', array[:'loud', :'quiet']::uuid[], :'last_run', 10), 'l2-edited of 1', 'an edit counts as news, a re-fetch does not');

select tests.travel('1 hour');
select pipeline.now() - interval '1 second' as last_run \gset
select tests.store(:'quiet', tests.item('both', 'text both', '{"sources": ["loud", "quiet"], "source_timestamp": "2026-11-04T09:30:00Z"}'));
select is(pg_temp.evidence(:'ann', array[:'loud', :'quiet']::uuid[], :'last_run', 10), 'both of 1', 'an item of two sources is told once');

select * from finish();
rollback;
