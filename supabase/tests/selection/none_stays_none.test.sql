-- "The person chose none" is a choice: no discovery and no backfill takes it back, only the person.
begin;
select plan(7);

select tests.person() as ann \gset
select tests.vault();
select tests.as_service();
select tests.connection(:'ann') as id \gset
select pipeline.register_sources(:'id', 'slack', (select jsonb_agg(jsonb_build_object('external_id', 'C' || n, 'kind', 'channel', 'name', 'c' || n)) from generate_series(1, 8) n), '{C8,C7,C6,C5,C4,C3,C2}');

select is(pipeline.select_sources(:'ann', 'slack', '{}') - 'platform', '{"limit": 5, "selected": 0, "added": [], "removed": [], "syncing": 0}', 'none, before anything was ever selected');
select is(pipeline.select_default_sources(:'id', 'slack'), 0, 'a discovery selects nothing then');
select is(pipeline.backfill_sources(:'ann') -> 'slack' ->> 'added', '0', 'nor does a backfill');
select is(pipeline.backfill_sources(:'ann') -> 'slack' -> 'chose_none', 'true', 'which says why');
select pipeline.select_sources(:'ann', 'slack', '{C1}');
select is(jsonb_array_length(pipeline.select_sources(:'ann', 'slack', '{}') -> 'removed'), 1, 'none, after one was');
select is(pipeline.select_default_sources(:'id', 'slack'), 0, 'stays none');
select is(pipeline.add_default_sources(:'ann', 'slack', true) ->> 'added', '5', 'until the person asks for the recommended ones');

select * from finish();
rollback;
