-- The token of an assistant that signed in through OAuth reads its person's data, without connections and preferences, and writes nothing.
begin;
select plan(8);

select tests.person('ann') as ann \gset
select tests.connection(:'ann');
insert into public.deliverables (user_id, title, deliverable_type) values (:'ann', 'Digest', 'slack_channel_digest');
insert into public.user_context (user_id, key, value) values (:'ann', 'name', 'Ann');
insert into public.notifications (user_id, message) values (:'ann', 'hello');
select tests.as_person(:'ann', 'some-client');

select is((select count(*) from public.deliverables), 1::bigint, 'it reads deliverables');
select is((select count(*) from public.user_context), 1::bigint, 'and memory');
select is((select count(*) from public.platform_connections), 0::bigint, 'no connections');
select is((select count(*) from public.user_notification_preferences), 0::bigint, 'no preferences');
select is(tests.code_of($$insert into public.deliverables (title, deliverable_type) values ('x', 'slack_channel_digest')$$), '42501', 'it adds nothing');
select is(tests.code_of($$insert into public.user_context (key, value) values ('role', 'admin')$$), '42501', 'not even a memory');
update public.deliverables set title = 'changed';
update public.user_context set value = 'changed';
update public.notifications set read_at = now();
update public.workspaces set name = 'changed';
delete from public.deliverables;
delete from public.user_context;
select tests.as_owner();
select results_eq(format('select d.title, c.value, n.read_at, w.name from public.deliverables d, public.user_context c, public.notifications n, public.workspaces w where d.user_id = %1$L and c.user_id = %1$L and n.user_id = %1$L and w.owner_id = %1$L', :'ann'),
  $$values ('Digest', 'Ann', null::timestamptz, 'My workspace')$$, 'and changes and deletes nothing');
select tests.as_person(:'ann');
update public.deliverables set title = 'changed';
select is((select title from public.deliverables), 'changed', 'the person themselves does');

select * from finish();
rollback;
