-- A delay is not a stalled turn, however often.
begin;
select plan(2);

select tests.kind();
select tests.as_service();
select id, lease from tests.held() \gset
create function pg_temp.turn(p_id bigint) returns text language plpgsql as $$
declare v_answer text;
begin
  select pipeline.yield(t.id, t.lease_token, null, '1 minute') into v_answer from pipeline.work_tickets t where t.id = p_id;
  perform tests.due(p_id), tests.claim();
  return v_answer;
end $$;

select is((select array_agg(distinct pg_temp.turn(:id)) from generate_series(1, 6)), '{queued}', 'six delays in a row');
select results_eq(format('select turn, stalled_turns, attempt from pipeline.work_tickets where id = %s', :id), 'values (6, 0::smallint, 1::smallint)', 'cost turns and nothing else');

select * from finish();
rollback;
