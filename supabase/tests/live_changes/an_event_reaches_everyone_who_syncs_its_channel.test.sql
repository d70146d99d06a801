-- One event, many readers: each connection of the team that syncs the channel, and nobody else.
begin;
select plan(12);

select tests.person('ana') as ana, tests.person('ben') as ben, tests.person('cleo') as cleo, tests.person('dan') as dan, tests.person('eve') as eve \gset
select tests.as_service();
select tests.connection(:'ana') as ana_slack, tests.connection(:'ben') as ben_slack, tests.connection(:'cleo', p_account => 'T2') as other_team,
       tests.connection(:'dan') as not_selected, tests.connection(:'eve') as refused \gset
select count(tests.source(c, 'C1')) from unnest(array[:'ana_slack', :'ben_slack', :'other_team', :'refused']::uuid[]) c;
select tests.source(:'not_selected', 'C1', p_selected => false), tests.source(:'not_selected', 'C2');
select pipeline.needs_reauth(:'refused', 'refused');

create function pg_temp.receive(p_event text, p_unit text default 'C1', p_accounts text[] default '{T1}') returns int
language sql as $$
  select (pipeline.receive_live_change('slack', p_accounts, 'slack', p_unit, p_event, '{"text": "Hello"}') ->> 'readers')::int
$$;

select is(pg_temp.receive('Ev1'), 2, 'both who sync the channel take it in');
select is(array(select r.connection_id from pipeline.live_change_readers r order by 1), array(select c from unnest(array[:'ana_slack', :'ben_slack']::uuid[]) c order by 1),
  'not who is in another team, did not select the channel, or waits to be reconnected');
select is((select count(*)::int from pipeline.live_changes), 1, 'it is stored once for all');
select is(pg_temp.receive('Ev1'), 0, 'sent again it is known');
select is((select count(*)::int from pipeline.live_change_readers), 2, 'and read once');
select is(pg_temp.receive('Ev2', 'C9'), 0, 'a channel that nobody syncs');
select is(pg_temp.receive('Ev3', 'C1', '{T9}'), 0, 'and a team that nobody is in');
select is((select count(*)::int from pipeline.live_changes), 1, 'leave nothing behind');
select is(pg_temp.receive('Ev4', 'C1', '{T9,T2}'), 1, 'a channel that teams share is read by those who are in one of them');

select pg_temp.receive('Ev5');
select results_eq($$select t.user_id, t.payload ->> 'unit', t.state::text, count(*) from pipeline.work_tickets t
    where t.kind = 'apply_live_changes' and t.payload ->> 'connection_id' in (select id::text from public.platform_connections where account_id = 'T1') group by 1, 2, 3 order by 1$$,
  format($$select u, 'C1', 'queued', 1::bigint from unnest('{%s,%s}'::uuid[]) u order by 1$$, :'ana', :'ben'), 'all that comes to a channel waits for one ticket a person');
select ok((select bool_and(t.run_at - t.created_at between interval '2.9 seconds' and interval '3.1 seconds') from pipeline.work_tickets t where t.kind = 'apply_live_changes'),
  'three seconds from the first on');
select is((select count(*)::int from pipeline.wake_ups), 0, 'and nobody is woken for it');

select * from finish();
rollback;
