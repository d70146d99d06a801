-- What is asked for while a ticket of the key runs becomes a new ticket, which waits for the end of the first.
begin;
select plan(6);

select tests.kind();
select tests.as_service();
select id, lease from tests.held(p_key => 'key') \gset
select ticket_id as successor, joined from pipeline.enqueue('test', '{}', null, 'none', 'key') \gset

select isnt(:successor, :id, 'a new ticket waits behind the one that runs');
select ok(not :'joined', 'it joined nothing');
select is(tests.queued(p_key => 'key'), :successor::bigint, 'the next request joins the one that waits');
select is_empty('select * from tests.claim()', 'the successor does not start while the first runs');
select is(array(select pipeline.finish(jsonb_build_array(jsonb_build_object('id', :id, 'lease', :'lease')))), array[:id::bigint], 'the first ends');
select results_eq('select id from tests.claim()', array[:successor::bigint], 'then the successor starts');

select * from finish();
rollback;
