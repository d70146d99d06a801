-- A downgrade deselects what no longer fits, keeps what has the newest content, and tells the person what went.
begin;
select plan(9);

select tests.person('ann', 'starter') as ann \gset
select tests.vault();
select tests.as_service();
select tests.connection(:'ann') as id \gset
select pipeline.register_sources(:'id', 'slack', (select jsonb_agg(jsonb_build_object('external_id', 'C' || n, 'kind', 'channel', 'name', 'c' || n)) from generate_series(1, 8) n), '{C8,C7,C6,C5,C4,C3,C2}');
select pipeline.select_sources(:'ann', 'slack', '{C1,C2,C3,C4,C5,C6,C7,C8}');
update public.sync_registry s set source_latest_at = pipeline.now() - make_interval(days => right(s.external_id, 1)::int) where connection_id = :'id' and external_id <> 'C8';
update public.workspaces set tier = 'free' where owner_id = :'ann';

select results_eq(format('select external_id from public.sync_registry where connection_id = %L and selected order by 1', :'id'), $$select 'C' || n from generate_series(1, 5) n$$, 'the five newest stay');
select results_eq(format($$select urgency, message like '%%No longer synced: c6, c7, c8.%%', jsonb_array_length(context -> 'deselected') from public.notifications where user_id = %L$$, :'ann'),
  $$values ('normal'::public.notification_urgency, true, 3)$$, 'the person is told which went');
select results_eq(format($$select metadata ->> 'by', jsonb_array_length(metadata -> 'removed') from public.activity_log where user_id = %L and event_type = 'sources_selected' and metadata ->> 'by' = 'plan'$$, :'ann'), $$values ('plan', 3)$$, 'the activity log too');
update public.workspaces set tier = 'starter' where owner_id = :'ann';
select is((select count(*) from public.sync_registry where connection_id = :'id' and selected), 5::bigint, 'an upgrade adds nothing by itself');
select is((select count(*) from public.notifications where user_id = :'ann'), 1::bigint, 'and says nothing');
select is(pipeline.add_default_sources(:'ann', 'slack') #- '{new_sources}', '{"previous": 5, "added": 3, "total": 8, "limit": 15, "chose_none": false}', 'but the recommended ones can be added');
select pipeline.select_sources(:'ann', 'slack', '{C1}');
update public.workspaces set tier = 'pro' where owner_id = :'ann';
update public.workspaces set tier = 'free' where owner_id = :'ann';
select is((select count(*) from public.notifications where user_id = :'ann'), 1::bigint, 'a downgrade that fits says nothing');
select pipeline.select_sources(:'ann', 'slack', '{C1,C2,C3,C4,C5}');
update public.sync_registry set available = false where connection_id = :'id' and external_id in ('C1', 'C2');
select pipeline.select_sources(:'ann', 'slack', '{C1,C2,C3,C4,C5,C6,C7}');
select pipeline.register_sources(:'id', 'slack', (select jsonb_agg(jsonb_build_object('external_id', 'C' || n, 'kind', 'channel', 'name', 'c' || n)) from generate_series(1, 8) n));
select is((select count(*) from public.sync_registry where connection_id = :'id' and selected and available), 5::bigint, 'what comes back to the platform stays within the plan too');
select is((select count(*) from public.notifications where user_id = :'ann'), 2::bigint, 'which is told once');

select * from finish();
rollback;
