-- Disconnecting deletes the connection with all that was synced and ends its tickets; what was written from it stays readable.
begin;
select plan(17);

select tests.vault();
select tests.person('ann', 'pro') as ann, tests.person('ben') as ben \gset
select tests.connection(:'ann') as slack, tests.connection(:'ben') as bens \gset
select tests.source(:'slack', 'C1') as source, tests.source(:'bens', 'C1') as bens_source \gset
select tests.store(:'source', tests.item('1', 'orchid'));
select tests.store(:'bens_source', tests.item('1', 'orchid'));
insert into public.deliverables (user_id, title, deliverable_type, schedule) values (:'ann', 'Digest', 'slack_channel_digest', '{"frequency": "daily"}') returning id as deliverable \gset
insert into public.deliverable_destinations (deliverable_id, user_id, channel, target) values (:'deliverable', :'ann', 'email', 'ann@example.com');
select id, lease from tests.held('generate_deliverable', jsonb_build_object('deliverable_id', :'deliverable'), :'ann') \gset
select pipeline.begin_version(:id, :'lease') as version \gset
select pipeline.finish_version(:id, :'lease', jsonb_build_object('version_id', (select v.id from public.deliverable_versions v where v.ticket_id = :id), 'draft', 'The orchid blooms [1].', 'coverage', '[]'::jsonb, 'usage', '{}'::jsonb, 'model', 'm', 'shown', '[]'::jsonb,
  'sources', jsonb_build_array(:'source'), 'citations', (select jsonb_build_array(jsonb_build_object('number', 1, 'content_id', c.id, 'revision', 1, 'quote', 'orchid', 'label', 'x')) from public.platform_content c where c.user_id = :'ann'))) as finished \gset
select tests.as_service();
select ticket_id as waiting from pipeline.sync_now(:'slack', 'slack') \gset
select id as running from tests.held('discover_sources', jsonb_build_object('connection_id', :'slack', 'platform', 'slack'), :'ann', 'slack') \gset
select ticket_id as bens_ticket from pipeline.sync_now(:'bens', 'slack') \gset

select is((pipeline.tokens_of(:'ann', 'slack') ->> 'shared')::boolean, true, 'two people of one team share its grant');
select ok(pipeline.disconnect(:'ann', 'slack'), 'it is disconnected');
select ok(not pipeline.disconnect(:'ann', 'slack'), 'once');
select ok(pipeline.account_is_connected('slack', 'T1', null), 'the account is still connected, by the other');
select ok(not pipeline.account_is_connected('slack', 'T1', null, :'bens'), 'and by nobody else');
select ok(not pipeline.account_is_connected('slack', 'T1', 'a bot') and not pipeline.account_is_connected('google', 'T1', null), 'under this provider, with this bot');
select is(pipeline.tokens_of(:'ann', 'slack'), null, 'no token is left');
select is((pipeline.tokens_of(:'ben', 'slack') ->> 'shared')::boolean, false, 'now the other has it alone');
select is((select count(*) from public.platform_content where user_id = :'ann') + (select count(*) from public.sync_registry where user_id = :'ann')
  + (select count(*) from pipeline.sync_cursors where connection_id = :'slack') + (select count(*) from pipeline.schedules where user_id = :'ann' and kind = 'discover_sources'), 0::bigint, 'no content, source, cursor and schedule either');
select is((select outcome::text from pipeline.work_execution_log where id = :waiting), 'cancelled', 'a sync that waited is cancelled');
select is((select cancel_asked from pipeline.work_tickets where id = :running), true, 'one that runs is asked to stop');
select is((select count(*) from pipeline.work_tickets where id = :bens_ticket), 1::bigint, 'that of another person goes on');
select is((select count(*) from public.platform_content where user_id = :'ben'), 1::bigint, 'whose content stays');
select is((select draft_content from public.deliverable_versions where deliverable_id = :'deliverable'), 'The orchid blooms [1].', 'what was written keeps its text');
select is((select quote from public.version_citations where content_id is null), 'orchid', 'and its citation what it quoted');
select is((select count(*) from public.activity_log where user_id = :'ann' and event_type = 'integration_disconnected' and event_ref = :'slack'), 1::bigint, 'it is in the activity log once');
select ok(pipeline.tokens_of(:'ann', 'notion') is null and not pipeline.disconnect(:'ann', 'notion'), 'what was never connected needs nothing');

select * from finish();
rollback;
