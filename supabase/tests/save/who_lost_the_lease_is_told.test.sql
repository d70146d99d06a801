-- A worker that comes back with an old lease changes nothing.
begin;
select plan(2);

select tests.kind();
select tests.as_service();
select id, lease from tests.held() \gset
update pipeline.work_tickets set lease_token = gen_random_uuid() where id = :id;
select t as before from pipeline.work_tickets t where id = :id \gset

select results_eq(format('select held, cancel_asked from pipeline.save(%L)', jsonb_build_array(jsonb_build_object('id', :id, 'lease', :'lease', 'progress', '{"page": 9}'::jsonb))),
  'values (false, false)', 'it is told that it holds nothing');
select is((select t::text from pipeline.work_tickets t where id = :id), :'before', 'the ticket is untouched');

select * from finish();
rollback;
