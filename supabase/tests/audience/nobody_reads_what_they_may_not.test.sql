-- A thousand random teams: what goes to a channel comes from sources that each of its readers may read, judged by another rule than the database's.
begin;
select plan(6);

create function pg_temp.seeded(p_seed int) returns void language plpgsql as $$
declare
  v_user uuid := tests.person();
  v_connection uuid := tests.connection(v_user);
  v_deliverable uuid;
begin
  perform setseed(p_seed / 1000.0);
  -- Four readers: two of the team, one guest, one of another company. A team has a guest in one of three cases.
  insert into pipeline.people (connection_id, external_id, name, is_guest) select v_connection, 'U' || n, 'P' || n, n = 3 and random() < 0.33 from generate_series(1, 3) n;
  insert into public.sync_registry (user_id, connection_id, platform, external_id, kind, name, selected, selected_by, metadata)
  select v_user, v_connection, 'slack', 'C' || n, 'channel', '#c' || n, true, 'person',
         jsonb_build_object('is_private', random() < 0.4) || case when random() < 0.2 then '{"is_shared": true}'::jsonb else '{}' end
    from generate_series(1, 5) n;
  insert into public.deliverables (user_id, title, deliverable_type) values (v_user, 'Report', 'slack_channel_digest') returning id into v_deliverable;
  insert into public.deliverable_destinations (deliverable_id, user_id, channel, target)
  select v_deliverable, v_user, 'slack', 'C' || n from generate_series(1, 5) n where random() < 0.25;
end $$;
-- Who may read what, as Slack has it: members of a team read all its public channels, guests and other companies only where they are.
create function pg_temp.may_read(p_reader text, p_source public.sync_registry, p_channel public.sync_registry) returns boolean language sql as $$
  select p_source.id = p_channel.id or (p_reader = 'member' and not (p_source.metadata ->> 'is_private')::boolean)
$$;

select pg_temp.seeded(n) from generate_series(1, 1000) n;
create temp table told as
  select d.user_id, d.id as deliverable_id, s.id as source_id from public.deliverables d cross join lateral private.sources_of(d) s;
create temp table readers as
  select d.id as deliverable_id, c as channel, r.reader
    from public.deliverables d
    join public.deliverable_destinations t on t.deliverable_id = d.id
    join public.sync_registry c on c.user_id = d.user_id and c.external_id = t.target
   cross join lateral (values ('member', true),
     ('guest', exists (select from pipeline.people p where p.connection_id = c.connection_id and p.is_guest)),
     ('outsider', coalesce((c.metadata ->> 'is_shared')::boolean, false))) r(reader, there)
   where r.there;

select is((select count(*) from told t join readers r using (deliverable_id) join public.sync_registry s on s.id = t.source_id where not pg_temp.may_read(r.reader, s, r.channel)), 0::bigint,
  'no reader is told what they may not read');
select cmp_ok((select count(*) from readers), '>', 1500::bigint, 'of many readers');
select is((select count(*) from public.deliverables d cross join lateral private.wanted_sources(d, false) s
   where not exists (select from told t where t.deliverable_id = d.id and t.source_id = s.id)
     and not exists (select from readers r where r.deliverable_id = d.id and not pg_temp.may_read(r.reader, s, r.channel))), 0::bigint, 'and nothing is kept from them that all of them may read');
select is((select count(*) from public.deliverables d where not exists (select from public.deliverable_destinations t where t.deliverable_id = d.id)
   and (select count(*) from told t where t.deliverable_id = d.id) <> 5), 0::bigint, 'what goes to oneself has it all');

-- Mail, calendars and pages go to no channel.
select tests.person() as ann \gset
select tests.connection(:'ann') as slack \gset
select tests.source(:'slack', 'C1') as channel \gset
update public.sync_registry set metadata = '{"is_private": false}', selected = true, selected_by = 'person' where id = :'channel';
insert into public.platform_connections (user_id, provider, account_id, account_name, scopes) values (:'ann', 'google', 'g', 'g', '{}') returning id as google \gset
insert into public.sync_registry (user_id, connection_id, platform, external_id, kind, name, selected, selected_by) values (:'ann', :'google', 'gmail', 'INBOX', 'label', 'Inbox', true, 'person');
insert into public.deliverables (user_id, title, deliverable_type) values (:'ann', 'Report', 'status_report') returning id as report \gset
insert into public.deliverable_destinations (deliverable_id, user_id, channel, target) values (:'report', :'ann', 'slack', 'C1'), (:'report', :'ann', 'email', (select email from auth.users where id = :'ann'));
select tests.as_service();
select id, lease from tests.held('generate_deliverable', jsonb_build_object('deliverable_id', :'report'), :'ann') \gset
select pipeline.begin_version(:id, :'lease') as run \gset
select results_eq(format($$select s ->> 'name' from jsonb_array_elements(%L::jsonb -> 'sources') s$$, :'run'), $$values ('#C1')$$, 'only the channel is read, also for the mail that goes out with it');
select is(:'run'::jsonb -> 'withheld', '[{"name": "Inbox", "platform": "gmail"}]'::jsonb, 'and the run knows what was left out');

select * from finish();
rollback;
