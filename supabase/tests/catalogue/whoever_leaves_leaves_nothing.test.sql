-- Deleting a person deletes every row of theirs, in every table that has any.
begin;
select plan(4);

select tests.vault();
select tests.person('ann', 'pro') as ann, tests.person('ben') as ben \gset
select tests.connection(:'ann') as connection \gset
select tests.source(:'connection', 'C1') as source \gset
select tests.store(:'source', tests.item('1', 'orchid'));
select tests.store(:'source', tests.item('1', 'orchid, edited'));
insert into public.deliverables (user_id, title, deliverable_type, schedule) values (:'ann', 'Digest', 'slack_channel_digest', '{"frequency": "daily"}') returning id as deliverable \gset
insert into public.deliverable_sources values (:'deliverable', :'source', :'ann');
insert into public.deliverable_destinations (deliverable_id, user_id, channel, target) values (:'deliverable', :'ann', 'email', 'ann@example.com');
select id, lease from tests.held('generate_deliverable', jsonb_build_object('deliverable_id', :'deliverable'), :'ann') \gset
select pipeline.begin_version(:id, :'lease');
select pipeline.finish_version(:id, :'lease', jsonb_build_object('version_id', (select v.id from public.deliverable_versions v where v.ticket_id = :id), 'draft', 'text', 'coverage', '[]'::jsonb, 'usage', '{}'::jsonb, 'model', 'm', 'shown', '[]'::jsonb,
  'sources', jsonb_build_array(:'source'), 'citations', (select jsonb_build_array(jsonb_build_object('number', 1, 'content_id', c.id, 'revision', 2, 'quote', 'orchid', 'label', 'x')) from public.platform_content c where c.user_id = :'ann')));
select pipeline.start_backtest(:'deliverable', :'ann', 2);
select pipeline.begin_delivery(t.id, t.lease) from tests.held('deliver_version', jsonb_build_object('delivery_id', (select id from public.deliveries where user_id = :'ann')), :'ann') t;
select id, lease from tests.held('discover_sources', jsonb_build_object('connection_id', :'connection', 'platform', 'slack'), :'ann') \gset
select pipeline.finish_discovery(:id, :'lease', '[{"external_id": "C1", "kind": "channel", "name": "one"}]', '{}');
select pipeline.reserve_spend(:'ann', null, 'p', 'm', 0.1);
select pipeline.needs_reauth(:'connection', 'x');
insert into public.chat_sessions (user_id) values (:'ann') returning id as session \gset
insert into public.session_messages (session_id, user_id, sequence_number, role, content) values (:'session', :'ann', 1, 'user', 'hi');
insert into public.user_context (user_id, key, value) values (:'ann', 'name', 'Ann');
insert into public.signal_history (user_id, signal_type, signal_ref) values (:'ann', 's', 'r');
insert into public.tasks (user_id, title, prompt) values (:'ann', 't', 'p');
insert into public.integration_import_jobs (user_id, source_id) values (:'ann', :'source');
insert into public.scheduled_messages (user_id, message_type, scheduled_for) values (:'ann', 'digest', now());
insert into pipeline.oauth_states (state_hash, user_id, provider, redirect_to) values ('h', :'ann', 'slack', '/');
create function pg_temp.rows_of(p_user uuid) returns table (name text, n bigint) language plpgsql as $$
begin
  for name in select format('%I.%I', c.table_schema, c.table_name) from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
     where c.table_schema in ('public', 'pipeline') and c.column_name = 'user_id' and t.table_type = 'BASE TABLE' order by 1 loop
    execute format('select count(*) from %s where user_id = $1', name) into n using p_user;
    return next;
  end loop;
end $$;

select is(array(select name from pg_temp.rows_of(:'ann') where n = 0), '{}', 'ann has rows in every table of persons');
select pg_temp.rows_of(:'ben');
delete from auth.users where id = :'ann';
select is_empty(format('select * from pg_temp.rows_of(%L) where n > 0', :'ann'), 'then in none');
select is((select count(*) from public.workspaces where owner_id = :'ann'), 0::bigint, 'and no workspace');
select is((select count(*) from public.workspaces where owner_id = :'ben'), 1::bigint, 'who stays, stays');

select * from finish();
rollback;
