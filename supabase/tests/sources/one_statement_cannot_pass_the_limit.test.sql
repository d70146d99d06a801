-- Selecting many at once is counted one by one.
begin;
select plan(2);

select tests.person() as ann \gset
select tests.as_service();
select tests.connection(:'ann') as id \gset
select tests.source(:'id', 'C' || n, p_selected => false) from generate_series(1, 8) n;

select tests.throws_code(format($$update public.sync_registry set selected = true, selected_by = 'person' where connection_id = %L$$, :'id'), 'source_limit_reached', 'eight at once on Free');
select is((select count(*) from public.sync_registry where connection_id = :'id' and selected), 0::bigint, 'none was selected');

select * from finish();
rollback;
