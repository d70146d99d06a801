-- The best ranked sources up to the limit, once; "the person chose none" is a choice.
begin;
select plan(4);

select tests.person() as ann \gset
select tests.as_service();
select tests.connection(:'ann') as id \gset
select pipeline.register_sources(:'id', 'slack', (select jsonb_agg(jsonb_build_object('external_id', 'C' || n, 'kind', 'channel', 'name', 'c' || n)) from generate_series(1, 8) n), '{C8,C1,C7,C2,C6,C3}');

select is(pipeline.select_default_sources(:'id', 'slack'), 5, 'five on Free');
select results_eq(format('select external_id, selected_by from public.sync_registry where connection_id = %L and selected order by 1', :'id'),
  $$select x, 'default'::public.selected_by from unnest('{C1,C2,C6,C7,C8}'::text[]) x$$, 'the five ranked best');
select is(pipeline.select_default_sources(:'id', 'slack'), 0, 'a second discovery selects nothing');
update public.sync_registry set selected = false, selected_by = 'person' where connection_id = :'id';
select is(pipeline.select_default_sources(:'id', 'slack'), 0, 'who chose none keeps none');

select * from finish();
rollback;
