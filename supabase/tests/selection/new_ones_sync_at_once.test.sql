-- What is newly selected is read at once, and only that; a pass under way takes it in.
begin;
select plan(9);

select tests.person() as ann \gset
select tests.vault();
select tests.as_service();
select tests.connection(:'ann') as id \gset
select pipeline.register_sources(:'id', 'slack', (select jsonb_agg(jsonb_build_object('external_id', 'C' || n, 'kind', 'channel', 'name', 'c' || n)) from generate_series(1, 8) n), '{C8,C7,C6,C5,C4,C3,C2}');
select pipeline.select_sources(:'ann', 'slack', '{C1,C2}') as told \gset

select is(:'told'::jsonb -> 'syncing', '2', 'both');
select results_eq(format('select payload ->> ''unit'', priority from pipeline.work_tickets where user_id = %L and kind = ''sync_unit'' order by 1', :'ann'), $$values ('C1', 0::smallint), ('C2', 0::smallint)$$, 'as tickets of a person who waits');
select is_empty(format('select from pipeline.work_tickets where user_id = %L and kind = ''discover_sources''', :'ann'), 'without a new listing');
select isnt_empty('select from pipeline.wake_ups where function_name = ''sync''', 'and the function is woken');
select is(pipeline.select_sources(:'ann', 'slack', '{C2,C3}') -> 'syncing', '1', 'the third alone');
select results_eq(format('select units_total, sources_total from public.sync_passes where user_id = %L', :'ann'), 'values (3, 3)', 'in the same pass');
select is(pipeline.select_sources(:'ann', 'slack', '{C2,C3}') - 'platform', '{"limit": 5, "selected": 2, "added": [], "removed": [], "syncing": 0}', 'the same choice again does nothing');
select results_eq(format($$select metadata ->> 'by', jsonb_array_length(metadata -> 'added'), jsonb_array_length(metadata -> 'removed') from public.activity_log where user_id = %L and event_type = 'sources_selected' order by id$$, :'ann'),
  $$values ('person', 2, 0), ('person', 1, 1)$$, 'each change is told');
update public.platform_connections set status = 'needs_reauth', status_reason = 'x' where id = :'id';
select is(pipeline.select_sources(:'ann', 'slack', '{C2,C3,C4}') -> 'syncing', '0', 'a connection that waits to be reconnected is not called');

select * from finish();
rollback;
