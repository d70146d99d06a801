-- Every table of persons, as another person and as nobody: no row is seen, none is changed, none is deleted.
begin;
select plan(7);

select tests.person('ann') as ann, tests.person('ben') as ben \gset
select tests.connection(:'ann') as connection \gset
select tests.source(:'connection', 'C1') as source \gset
select tests.store(:'source', tests.item('1', 'orchid'));
insert into public.deliverables (user_id, title, deliverable_type, schedule) values (:'ann', 'Digest', 'slack_channel_digest', '{"frequency": "daily"}') returning id as deliverable \gset
select id, lease from tests.held('generate_deliverable', jsonb_build_object('deliverable_id', :'deliverable'), :'ann') \gset
select pipeline.begin_version(:id, :'lease');
insert into public.user_context (user_id, key, value) values (:'ann', 'name', 'Ann');
insert into public.notifications (user_id, message) values (:'ann', 'hello');
create function tests.visible_to(p_column text) returns bigint language plpgsql as $$
declare v_name text; v_count bigint; v_all bigint := 0;
begin
  for v_name in select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v') and a.attname = p_column and has_table_privilege(c.oid, 'select') loop
    execute format('select count(*) from public.%I where %I is distinct from auth.uid()', v_name, p_column) into v_count;
    v_all := v_all + v_count;
  end loop;
  return v_all;
end $$;
grant execute on function tests.visible_to to authenticated;

select ok(tests.visible_to('user_id') > 8, 'there is something to see');
select tests.as_person(:'ben');
select is(tests.visible_to('user_id'), 0::bigint, 'ben sees nothing of ann');
select is(tests.visible_to('owner_id'), 0::bigint, 'nor her workspace');
select is((select count(*) from public.deliverable_schedules), 0::bigint, 'nor her schedules');
select is((select count(*) from public.work_tickets), 0::bigint, 'nor her tickets');
update public.deliverables set title = 'ben was here';
update public.user_context set value = 'ben was here';
update public.notifications set read_at = now();
delete from public.deliverables;
delete from public.user_context;
select tests.as_person(null);
select is(tests.visible_to('user_id'), 0::bigint, 'a token without a person sees nothing');
select tests.as_owner();
select results_eq(format('select d.title, c.value, n.read_at from public.deliverables d, public.user_context c, public.notifications n where d.user_id = %1$L and c.user_id = %1$L and n.user_id = %1$L', :'ann'),
  $$values ('Digest', 'Ann', null::timestamptz)$$, 'and nothing of hers was changed or deleted');

select * from finish();
rollback;
