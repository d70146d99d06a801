-- Backoff doubles, is jittered between half and all of its step, and has a ceiling.
begin;
select plan(6);

select tests.kind('test', '{"backoff_base": "8 seconds", "backoff_cap": "1 minute", "max_attempts": 99}');
select tests.as_service();
create function pg_temp.wait_after(p_attempt int) returns interval language plpgsql as $$
declare
  v tests.held_ticket := tests.held();
  v_before timestamptz := clock_timestamp();
  v_wait interval;
begin
  update pipeline.work_tickets set attempt = p_attempt where id = v.id;
  perform pipeline.fail(v.id, v.lease, '{"code": "x"}');
  select run_at - v_before into v_wait from pipeline.work_tickets where id = v.id;
  return v_wait;
end $$;
create function pg_temp.all_between(p_attempt int, p_least interval, p_most interval) returns boolean language sql as $$
  select bool_and(w between p_least and p_most + interval '1 second') from (select pg_temp.wait_after(p_attempt) w from generate_series(1, 20)) x
$$;

select ok(pg_temp.all_between(1, '4 s', '8 s'), 'after the first attempt 4 to 8 seconds');
select ok(pg_temp.all_between(2, '8 s', '16 s'), 'after the second 8 to 16');
select ok(pg_temp.all_between(3, '16 s', '32 s'), 'after the third 16 to 32');
select ok(pg_temp.all_between(5, '30 s', '60 s'), 'then half a minute to the ceiling of one');
select ok(pg_temp.all_between(90, '30 s', '60 s'), 'also after very many');
select ok((select count(distinct round(extract(epoch from pg_temp.wait_after(1)), 3)) from generate_series(1, 20)) > 10, 'and a storm is spread');

select * from finish();
rollback;
