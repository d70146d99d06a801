-- A ticket in backoff takes the news in and is pulled forward; its progress and its counters stay.
begin;
select plan(3);

select tests.kind();
select tests.as_service();
select id, lease from tests.held(p_key => 'key') \gset
select pipeline.save(jsonb_build_array(jsonb_build_object('id', :id, 'lease', :'lease', 'progress', '{"page": 4}'::jsonb)));
select pipeline.fail(:id, :'lease', '{"code": "x"}', '1 hour');
select ticket_id, joined from pipeline.enqueue('test', '{"n": 2}', null, 'none', 'key', 1) \gset

select is(:ticket_id, :id, 'it is the ticket that waits');
select ok(:'joined', 'and the caller is told');
select results_eq('select id, attempt, progress, (payload ->> ''n'')::int from tests.claim()',
  format($$values (%s::bigint, 2::smallint, '{"page": 4}'::jsonb, 2)$$, :id), 'it starts at once, from where it was');

select * from finish();
rollback;
