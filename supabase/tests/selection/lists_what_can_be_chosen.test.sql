-- The list says what is selected, what we would choose, how each fares and what to do about it.
begin;
select plan(9);

select tests.person() as ann, tests.person() as ben \gset
select tests.vault();
select tests.as_service();
select tests.connection(:'ann') as id \gset
select is(pipeline.list_sources(:'ann', 'slack') -> 'listed', 'false', 'not listed yet');
select pipeline.register_sources(:'id', 'slack', (select jsonb_agg(jsonb_build_object('external_id', 'C' || n, 'kind', 'channel', 'name', 'c' || n)) from generate_series(1, 8) n), '{C8,C7,C6,C5,C4,C3,C2}');
select pipeline.select_sources(:'ann', 'slack', '{C1,C2}');
update public.sync_registry set error = 'access_denied', error_message = 'Not in the channel.', error_at = pipeline.now() where external_id = 'C1' and connection_id = :'id';
update public.sync_registry set progress_percent = 40 where external_id = 'C2' and connection_id = :'id';
update public.sync_registry set available = false where external_id in ('C2', 'C3') and connection_id = :'id';
select pipeline.list_sources(:'ann', 'slack') as list \gset

select is(:'list'::jsonb - 'sources', '{"platform": "slack", "connection_status": "active", "limit": 5, "selected": 1, "can_add_more": true, "listed": true}', 'the numbers');
select is(array(select x ->> 'external_id' from jsonb_array_elements(:'list'::jsonb -> 'sources') x), '{C2,C1,C8,C7,C6,C5,C4}', 'selected first, best first, without what is gone and not selected');
select is(array(select x ->> 'external_id' from jsonb_array_elements(:'list'::jsonb -> 'sources') x where x -> 'recommended' = 'true'), '{C8,C7,C6,C5,C4}', 'recommended is what the plan would choose');
select is(x -> 'error' ->> 'what_to_do', 'Give us access to it again at the platform, or deselect it.', 'an error says what to do') from jsonb_array_elements(:'list'::jsonb -> 'sources') x where x ->> 'external_id' = 'C1';
select is(x -> 'progress' ->> 'percent', '40', 'a sync under way says how far it is') from jsonb_array_elements(:'list'::jsonb -> 'sources') x where x ->> 'external_id' = 'C2';
select is(x -> 'progress', 'null', 'none is none') from jsonb_array_elements(:'list'::jsonb -> 'sources') x where x ->> 'external_id' = 'C1';
select tests.throws_code(format('select pipeline.list_sources(%L, ''slack'')', :'ben'), 'not_connected', 'another person has none');
select pipeline.select_sources(:'ann', 'slack', '{C8}');
select is_empty(format('select from public.sync_registry where connection_id = %L and external_id = ''C1'' and error is not null', :'id'), 'a deselected source has no trouble any more');

select * from finish();
rollback;
