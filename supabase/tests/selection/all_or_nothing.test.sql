-- A choice that names an unknown source, or too many, changes nothing and says exactly what is wrong.
begin;
select plan(11);

select tests.person() as ann, tests.person() as ben \gset
select tests.vault();
select tests.as_service();
select tests.connection(:'ann') as id \gset
select tests.throws_code(format('select pipeline.select_sources(%L, ''slack'', ''{}'')', :'ann'), 'sources_not_listed', 'nothing is listed before the first discovery');
select tests.throws_code(format('select pipeline.select_sources(%L, ''slack'', ''{}'')', :'ben'), 'not_connected', 'nothing is connected');
select pipeline.register_sources(:'id', 'slack', (select jsonb_agg(jsonb_build_object('external_id', 'C' || n, 'kind', 'channel', 'name', 'c' || n)) from generate_series(1, 8) n), '{C8,C7,C6,C5,C4,C3,C2}');
select tests.connection(:'ben') as bens \gset
select tests.source(:'bens', 'C99') as foreign_source \gset
select pipeline.select_sources(:'ann', 'slack', '{C1,C2}');

select tests.error_of(format('select pipeline.select_sources(%L, ''slack'', array[''C3'', ''C77'', %L, %L])', :'ann', :'foreign_source', ''';drop table')) as error \gset
select is(:'error'::jsonb ->> 'code', 'unknown_source', 'unknown ids, other people''s among them, are refused');
select ok(:'error'::jsonb ->> 'message' like '%C77%' and :'error'::jsonb ->> 'message' like '%' || :'foreign_source' || '%', 'by name');
select is(jsonb_array_length((:'error'::jsonb ->> 'details')::jsonb -> 'unknown'), 3, 'for programs too');
select tests.error_of(format('select pipeline.select_sources(%L, ''slack'', ''{C1,C2,C3,C4,C5,C6,C7}'')', :'ann')) as error \gset
select is(:'error'::jsonb ->> 'code', 'source_limit_reached', 'too many are refused');
select is((:'error'::jsonb ->> 'details')::jsonb, '{"limit": 5, "asked": 7, "tier": "free"}', 'with the numbers');
select results_eq(format('select external_id from public.sync_registry where connection_id = %L and selected order by 1', :'id'), $$values ('C1'), ('C2')$$, 'what was selected stays');
select is(pipeline.select_sources(:'ann', 'slack', '{C4,C5,C6,C7,C8,C8}') ->> 'selected', '5', 'one whole selection follows another up to the limit');
update public.sync_registry set available = false where connection_id = :'id' and external_id in ('C1', 'C8');
select tests.throws_code(format('select pipeline.select_sources(%L, ''slack'', ''{C1}'')', :'ann'), 'unknown_source', 'what is gone cannot be selected');
select is(pipeline.select_sources(:'ann', 'slack', '{C4,C8}') ->> 'selected', '2', 'but kept');

select * from finish();
rollback;
