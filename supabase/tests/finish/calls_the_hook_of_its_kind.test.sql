-- on_ended runs in the same transaction, once a ticket, with outcome and error; kinds without one go along in the same call.
begin;
select plan(4);

create table pg_temp.calls (ticket_id bigint, outcome public.ticket_state, error jsonb);
grant all on pg_temp.calls to service_role;
create function pipeline.note_end(p_ticket pipeline.work_tickets, p_outcome public.ticket_state, p_error jsonb) returns void
language sql as $$ insert into pg_temp.calls values (p_ticket.id, p_outcome, p_error) $$;
select tests.kind('hooked', '{"on_ended": "pipeline.note_end"}');
select tests.kind('plain');
select tests.as_service();
select id as a, lease as a_lease from tests.held('hooked') \gset
select id as b, lease as b_lease from tests.held('plain') \gset
select id as c, lease as c_lease from tests.held('hooked') \gset

select is((select array_agg(f order by f) from pipeline.finish(jsonb_build_array(
    jsonb_build_object('id', :a, 'lease', :'a_lease', 'result', '{"a": 1}'::jsonb),
    jsonb_build_object('id', :a, 'lease', :'a_lease', 'result', '{"a": 1}'::jsonb),
    jsonb_build_object('id', :b, 'lease', :'b_lease'),
    jsonb_build_object('id', :c, 'lease', gen_random_uuid()))) f), array[:a, :b]::bigint[], 'those that were held end, once each');
select results_eq('select * from pg_temp.calls', format($$values (%s::bigint, 'done'::public.ticket_state, null::jsonb)$$, :a), 'the hook was called once, for the kind that has it');
select results_eq(format('select id, result from pipeline.work_execution_log where id in (%s, %s, %s) order by id', :a, :b, :c),
  format($$values (%s::bigint, '{"a": 1}'::jsonb), (%s, null)$$, :a, :b), 'each is in the log once');
select is((select state from pipeline.work_tickets where id = :c), 'running'::public.ticket_state, 'whose lease was lost goes on');

select * from finish();
rollback;
