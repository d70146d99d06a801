-- A backfill adds the recommended sources of every connected platform up to the plan's limit, and tells what it did.
begin;
select plan(6);

select tests.person() as ann, tests.person() as ben \gset
select tests.vault();
select tests.as_service();
select tests.connection(:'ann') as id \gset
select tests.connection(:'ann', 'google') as google \gset
select pipeline.register_sources(:'id', 'slack', (select jsonb_agg(jsonb_build_object('external_id', 'C' || n, 'kind', 'channel', 'name', 'c' || n)) from generate_series(1, 8) n), '{C8,C7,C6,C5,C4,C3,C2}');
select pipeline.register_sources(:'google', 'calendar', '[{"external_id": "a", "kind": "calendar", "name": "A"}, {"external_id": "b", "kind": "calendar", "name": "B"}]', '{b,a}');
select pipeline.select_sources(:'ann', 'slack', '{C1,C8}');
select pipeline.backfill_sources(:'ann') as told \gset

select is(array(select jsonb_object_keys(:'told'::jsonb) order by 1), '{calendar,gmail,slack}', 'every platform that is connected');
select is(:'told'::jsonb -> 'slack' #- '{new_sources}', '{"previous": 2, "added": 3, "total": 5, "limit": 5, "chose_none": false}', 'up to the limit');
select is(array(select x ->> 'external_id' from jsonb_array_elements(:'told'::jsonb #> '{slack,new_sources}') x), '{C7,C6,C5}', 'the best ranked first');
select is(:'told'::jsonb -> 'calendar' ->> 'total', '2', 'without a limit all of them');
select results_eq(format('select external_id from public.sync_registry where connection_id = %L and selected order by 1', :'id'), $$values ('C1'), ('C5'), ('C6'), ('C7'), ('C8')$$, 'what the person chose stays');
select tests.throws_code('select pipeline.backfill_sources(gen_random_uuid())', 'unknown_person', 'nobody');

select * from finish();
rollback;
