-- A ticket ends even when its hook fails; what failed stands in the log, and what the hook wrote is undone.
begin;
select plan(7);

create table pg_temp.calls (ticket_id bigint);
grant all on pg_temp.calls to service_role;
create function pipeline.fail_at_the_end(p_ticket pipeline.work_tickets, p_outcome public.ticket_state, p_error jsonb) returns void
language plpgsql as $$ begin insert into pg_temp.calls values (p_ticket.id); raise exception 'the hook broke'; end $$;
select tests.kind('test', '{"on_ended": "pipeline.fail_at_the_end", "max_crashes": 1}');
select tests.as_service();
select id as a, lease as a_lease from tests.held() \gset
select id as b, lease as b_lease from tests.held() \gset
select id as c, lease as c_lease from tests.held() \gset
select tests.queued() as d \gset
select tests.lapse(:c);

select is(array(select pipeline.finish(jsonb_build_array(jsonb_build_object('id', :a, 'lease', :'a_lease')))), array[:a::bigint], 'finish ends it');
select is(pipeline.fail(:b, :'b_lease', '{"code": "x", "message": "m"}', null, true), 'dead', 'fail buries it');
select is(pipeline.reap(), 1, 'reap buries it');
select is(pipeline.cancel(:d), 'cancelled', 'cancel buries it');
select results_eq(format('select id, outcome, error ->> ''code'', error ->> ''on_ended'' from pipeline.work_execution_log where id in (%s, %s, %s, %s) order by id', :a, :b, :c, :d),
  format($$values (%s::bigint, 'done'::public.ticket_state, null, 'the hook broke'), (%s, 'dead', 'x', 'the hook broke'), (%s, 'dead', 'worker_vanished', 'the hook broke'), (%s, 'cancelled', 'cancelled', 'the hook broke')$$, :a, :b, :c, :d),
  'the log says that the hook failed, beside the error of the ticket');
select is_empty('select * from pg_temp.calls', 'what the hook had written is undone');
select is_empty($$select from pipeline.work_tickets where kind = 'test'$$, 'no ticket stays behind');

select * from finish();
rollback;
