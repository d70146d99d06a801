-- Events that carry no message: a channel was renamed or closed, we left it, or our access ended.
begin;
select plan(12);

select tests.person('ana') as ana, tests.person('ben') as ben \gset
select tests.as_service();
select pipeline.connect(:'ana', 'slack', 'T1', 'Acme', '{read}', '{"bot_user_id": "UBOT", "authed_user_id": "UANA"}', 'v1.access') as ana_slack,
       pipeline.connect(:'ben', 'slack', 'T2', 'Other', '{read}', '{"bot_user_id": "UBOT2", "authed_user_id": "UBEN"}', 'v1.access') as ben_slack \gset
select tests.source(:'ana_slack', 'C1'), tests.source(:'ben_slack', 'C1'), tests.source(:'ana_slack', 'C2', p_selected => false);

select is(pipeline.hint_discovery('slack', '{T1}', 'slack', 'C1'), 1, 'a channel of the team was renamed');
select is(pipeline.hint_discovery('slack', '{T1}', 'slack', 'C1'), 1, 'and closed');
select results_eq($$select t.user_id, round(extract(epoch from t.run_at - t.created_at)) from pipeline.work_tickets t where t.kind = 'discover_sources'$$,
  format($$values ('%s'::uuid, 60::numeric)$$, :'ana'), 'the sources of that team are listed once, in a minute');
delete from pipeline.work_tickets where kind = 'discover_sources';
insert into public.sync_passes (user_id, connection_id, platform, sources_done, ended_at) values (:'ana', :'ana_slack', 'slack', 1, pipeline.now());
select pipeline.hint_discovery('slack', '{T1}', 'slack', 'C1');
select is((select round(extract(epoch from t.run_at - t.created_at))::int from pipeline.work_tickets t where t.kind = 'discover_sources'), 900, 'or 15 minutes after the last time');
select is(pipeline.hint_discovery('slack', '{T1}', 'slack', 'C2'), 0, 'a channel that is not selected is nothing to us');
select is(pipeline.hint_discovery('slack', '{T1}', 'slack', 'C1', 'USOMEBODY'), 0, 'nor is a member who left');
select is(pipeline.hint_discovery('slack', '{T1}', 'slack', 'C1', 'UBOT'), 1, 'our bot who left is');

select is(pipeline.account_revoked('slack', '{T1}', pipeline.now() - interval '1 second', 'Slack revoked our access to it.'), 0, 'a notice of an earlier grant changes nothing');
select is(pipeline.account_revoked('slack', '{T1}', pipeline.now(), 'Slack revoked our access to it.', '{UANA,UBOT2}'), 0, 'nor do tokens that we do not use');
select is(pipeline.account_revoked('slack', '{T1}', pipeline.now(), 'Slack revoked our access to it.', '{UBOT}'), 1, 'our token does');
select is(pipeline.account_revoked('slack', '{T1}', pipeline.now(), 'Our app was removed from it.'), 0, 'once');
select results_eq($$select c.account_id, c.status::text from public.platform_connections c order by 1$$,
  $$values ('T1', 'needs_reauth'), ('T2', 'active')$$, 'the other team goes on');

select * from finish();
rollback;
