-- What each source was like as the run began, once, however often the run comes back.
begin;
select plan(5);

select tests.person('ann') as ann \gset
select tests.connection(:'ann') as connection \gset
select tests.source(:'connection', 'C1') as source \gset
select tests.store(:'source', tests.item('1', 'one'), '{"cursor": {"ts": "1"}}');
insert into public.deliverables (user_id, title, deliverable_type) values (:'ann', 'Digest', 'slack_channel_digest') returning id as deliverable \gset
select tests.as_service();
select id, lease from tests.held('generate_deliverable', jsonb_build_object('deliverable_id', :'deliverable'), :'ann') \gset
select pipeline.begin_version(:id, :'lease') as begun \gset
select tests.store(:'source', tests.item('2', 'two'), '{"cursor": {"ts": "2"}}');
select pipeline.begin_version(:id, :'lease');

select results_eq(format('select source_id, external_id, name, cursor from public.source_snapshots where user_id = %L', :'ann'), format($$values (%L::uuid, 'C1', '#C1', '{"ts": "1"}'::jsonb)$$, :'source'), 'the first look counts');
select is(:'begun'::jsonb #>> '{deliverable,title}', 'Digest', 'the run is told its deliverable');
select is(:'begun'::jsonb #>> '{type,tool_rounds}', '2', 'its type');
select is(:'begun'::jsonb #>> '{sources,0,source_id}', :'source', 'and its sources');
delete from public.sync_registry where id = :'source';
select is((select count(*) from public.source_snapshots where user_id = :'ann'), 1::bigint, 'the snapshot outlives its source');

select * from finish();
rollback;
