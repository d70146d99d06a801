-- A worker whose lease was lost can change nothing, whatever it calls: every function that names a lease refuses it, and rolls back.
begin;
select plan(20);

select tests.person('ann') as ann \gset
select tests.connection(:'ann') as connection \gset
select tests.source(:'connection', 'C1') as source \gset
insert into public.deliverables (user_id, title, deliverable_type) values (:'ann', 'Digest', 'slack_channel_digest') returning id as deliverable \gset
insert into public.deliverable_versions (deliverable_id, user_id, version_number, status, draft_content) values (:'deliverable', :'ann', 1, 'generated', 'text') returning id as version \gset
insert into public.deliveries (version_id, deliverable_id, user_id, channel, target) values (:'version', :'deliverable', :'ann', 'email', 'ann@example.com') returning id as delivery \gset
select tests.kind();
select tests.as_service();
select id, lease from tests.held('test', jsonb_build_object('unit', 'C1', 'connection_id', :'connection', 'platform', 'slack',
  'deliverable_id', :'deliverable', 'delivery_id', :'delivery'), :'ann') \gset
update pipeline.work_tickets set lease_token = gen_random_uuid() where id = :id;
create function pg_temp.state_of_the_world() returns text language sql as $$
  select md5(concat_ws('|',
    (select string_agg(t::text, ',' order by t.id) from pipeline.work_tickets t), (select count(*) from pipeline.work_execution_log),
    (select string_agg(t::text, ',' order by t.id) from public.sync_registry t), (select count(*) from public.sync_passes),
    (select count(*) from public.platform_content), (select count(*) from pipeline.sync_cursors),
    (select string_agg(t::text, ',' order by t.id) from public.deliverable_versions t), (select string_agg(t::text, ',' order by t.id) from public.deliveries t),
    (select count(*) from public.activity_log), (select count(*) from public.notifications), (select string_agg(t::text, ',' order by t.id) from public.deliverables t)))
$$;
select pg_temp.state_of_the_world() as before \gset
create function pg_temp.call(p_function text, p_arguments text, p_id bigint, p_lease uuid) returns text language sql as $$
  select tests.throws_code(format('select pipeline.%s(%s, %L%s)', p_function, p_id, p_lease, p_arguments), 'lease_lost', p_function || ' refuses')
$$;

select is(coalesce((select string_agg(p.proname, ', ' order by p.proname) from pg_proc p
   where p.pronamespace = 'pipeline'::regnamespace and 'p_lease' = any (p.proargnames)
     and p.proname not in ('hold', 'yield', 'fail', 'begin_sync', 'finish_discovery', 'store_page', 'finish_unit', 'begin_version', 'finish_version',
       'skip_version', 'backtest_slots', 'begin_delivery', 'finish_delivery', 'begin_import', 'store_import_page', 'take_live_changes', 'store_live_changes')), 'all'), 'all', 'this test calls every function that names a lease');
select pg_temp.call('hold', '', :id, :'lease');
select pg_temp.call('yield', $$, '{"page": 9}'$$, :id, :'lease');
select pg_temp.call('fail', $$, '{"code": "x"}', null, true$$, :id, :'lease');
select pg_temp.call('begin_sync', '', :id, :'lease');
select pg_temp.call('finish_discovery', $$, '[]', '{}'$$, :id, :'lease');
select pg_temp.call('store_page', format(', %L', tests.page(:'source', tests.item('1', 'hello'))), :id, :'lease');
select pg_temp.call('finish_unit', $$, '{}'$$, :id, :'lease');
select pg_temp.call('begin_version', '', :id, :'lease');
select pg_temp.call('finish_version', $$, '{"draft": "text", "sources": [], "citations": []}'$$, :id, :'lease');
select pg_temp.call('backtest_slots', '', :id, :'lease');
select pg_temp.call('skip_version', $$, gen_random_uuid(), 'skipped_unchanged', 'Nothing new.'$$, :id, :'lease');
select pg_temp.call('begin_delivery', '', :id, :'lease');
select pg_temp.call('finish_delivery', $$, 'message-1'$$, :id, :'lease');
select pg_temp.call('begin_import', '', :id, :'lease');
select pg_temp.call('store_import_page', format(', %L', tests.page(:'source', tests.item('1', 'hello'))), :id, :'lease');
select pg_temp.call('take_live_changes', '', :id, :'lease');
select pg_temp.call('store_live_changes', format(', %L, ''{}''', tests.page(:'source', tests.item('1', 'hello'))), :id, :'lease');
select is_empty(format('select pipeline.finish(%L)', jsonb_build_array(jsonb_build_object('id', :id, 'lease', :'lease'))), 'finish ends nothing');
select is(pg_temp.state_of_the_world(), :'before', 'nothing changed');

select * from finish();
rollback;
