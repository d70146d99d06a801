-- A complete discovery adds, renames, and marks what is gone; it never deletes and never selects.
begin;
select plan(4);

select tests.person() as ann \gset
select tests.as_service();
select tests.connection(:'ann') as id \gset
select pipeline.register_sources(:'id', 'slack', '[{"external_id": "C1", "kind": "channel", "name": "one"}, {"external_id": "C2", "kind": "channel", "name": "two"}]');
update public.sync_registry set selected = true, selected_by = 'person' where external_id = 'C1';

select results_eq(format($$select external_id, name from pipeline.register_sources(%L, 'slack', '[{"external_id": "C2", "kind": "channel", "name": "renamed"}, {"external_id": "C3", "kind": "channel", "name": "three"}]') order by 1$$, :'id'),
  $$values ('C2', 'renamed'), ('C3', 'three')$$, 'it returns what is there');
select results_eq(format('select external_id, available, selected from public.sync_registry where connection_id = %L order by 1', :'id'), $$values ('C1', false, true), ('C2', true, false), ('C3', true, false)$$, 'what is gone stays, with its selection, as not available');
select pipeline.register_sources(:'id', 'slack', '[{"external_id": "C1", "kind": "channel", "name": "one"}]');
select is((select available from public.sync_registry where external_id = 'C1' and connection_id = :'id'), true, 'what comes back is available again');
select tests.throws_code(format($$select pipeline.register_sources(%L, 'slack', '[]')$$, gen_random_uuid()), 'unknown_connection', 'a connection that is gone has no sources');

select * from finish();
rollback;
