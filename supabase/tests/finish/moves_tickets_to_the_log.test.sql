-- Finished tickets leave the live table in the same statement that writes them to the log.
begin;
select plan(6);

select tests.kind();
select tests.person() as ann \gset
select tests.as_service();
select id as a, lease as a_lease from tests.held('test', '{"n": 1}', :'ann', 'slack', 'key') \gset
select id as b, lease as b_lease from tests.held() \gset
select pipeline.save(jsonb_build_array(jsonb_build_object('id', :a, 'lease', :'a_lease', 'progress', '{"page": 3}'::jsonb)));

select is((select array_agg(f order by f) from pipeline.finish(jsonb_build_array(
    jsonb_build_object('id', :a, 'lease', :'a_lease', 'result', '{"items": 5}'::jsonb),
    jsonb_build_object('id', :b, 'lease', :'b_lease'))) f), array[:a, :b]::bigint[], 'it returns those that were held');
select is_empty(format('select from pipeline.work_tickets where id in (%s, %s)', :a, :b), 'both left the live table');
select results_eq(
  format('select user_id, outcome, kind, platform, dedupe_key, payload, progress, result, error, attempt, crashes, turn from pipeline.work_execution_log where id = %s', :a),
  format($$values (%L::uuid, 'done'::public.ticket_state, 'test', 'slack', 'key', '{"n": 1}'::jsonb, '{"page": 3}'::jsonb, '{"items": 5}'::jsonb, null::jsonb, 1::smallint, 0::smallint, 0)$$, :'ann'),
  'the log has everything');
select ok(ended_at >= started_at and started_at is not null, 'and how long it ran') from pipeline.work_execution_log where id = :a;
select is_empty(format('select pipeline.finish(%L)', jsonb_build_array(jsonb_build_object('id', :a, 'lease', :'a_lease'))), 'a second finish ends nothing');
select is((select count(*) from pipeline.work_execution_log where id = :a), 1::bigint, 'and logs nothing');

select * from finish();
rollback;
