-- A ticket that ends badly takes its events along: the next ones must not fail with them.
begin;
select plan(6);

select tests.person('ana') as ana \gset
select tests.as_service();
select tests.connection(:'ana') as slack \gset
select tests.source(:'slack', 'C1') as source \gset
create function pg_temp.ticket(p_user uuid, p_connection uuid) returns tests.held_ticket language sql as $$
  select tests.held('apply_live_changes', jsonb_build_object('connection_id', p_connection, 'platform', 'slack', 'unit', 'C1'), p_user, 'slack')
$$;
select pipeline.receive_live_change('slack', '{T1}', 'slack', 'C1', 'Ev1', '{}');
delete from pipeline.work_tickets;
select (h).id as ticket, (h).lease as lease from pg_temp.ticket(:'ana', :'slack') h \gset

select is(pipeline.fail(:ticket, :'lease', '{"code": "internal_error", "message": "No."}', p_final => true), 'dead', 'it dies');
select is((select count(*)::int from pipeline.live_change_readers), 0, 'its events are off the list');
select is((select array_agg(t.payload ->> 'unit') from pipeline.work_tickets t where t.kind = 'sync_unit'), '{C1}', 'and a sync brings what they were about');

select pipeline.receive_live_change('slack', '{T1}', 'slack', 'C1', 'Ev2', '{}');
delete from pipeline.work_tickets;
update public.sync_registry set selected = false, selected_by = null where id = :'source';
select (h).id as ticket, (h).lease as lease from pg_temp.ticket(:'ana', :'slack') h \gset
select is(pipeline.take_live_changes(:ticket, :'lease') -> 'events', '[]', 'a channel that was deselected since has no events');
select is((select count(*)::int from pipeline.live_changes e where e.payload is not null), 0, 'and keeps no content');
delete from public.platform_connections where id = :'slack';
select tests.throws_code(format($$select pipeline.take_live_changes(%s, '%s')$$, :ticket, :'lease'), 'unknown_connection', 'a connection that is gone says so');

select * from finish();
rollback;
