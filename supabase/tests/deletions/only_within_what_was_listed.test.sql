-- A listing says nothing of what lies outside of it: another container, source, thread or time.
begin;
select plan(7);

select tests.person() as ann, tests.person() as ben \gset
select tests.as_service();
select tests.travel_to('2026-11-04T10:00:00Z');
select tests.connection(:'ann') as connection, tests.connection(:'ben') as bens \gset
select tests.source(:'connection', 'C1') as source, tests.source(:'connection', 'C2') as other, tests.source(:'bens', 'C1') as bens_source \gset
select tests.store(:'source', (select jsonb_agg(i) from generate_series(1, 40) n, jsonb_array_elements(tests.item(n::text, 'message ' || n)) i)
  || tests.item('parent', 'p', '{"thread_id": "parent"}') || tests.item('reply', 'r', '{"thread_id": "parent", "content_type": "thread_reply"}')
  || tests.item('old', 'o', '{"source_timestamp": "2026-10-01T09:00:00Z"}'));
select tests.store(:'other', tests.item('elsewhere', 'e', '{"container_id": "C2"}'));
select tests.store(:'bens_source', tests.item('1', 'for ben'));
-- Three syncs that see the forty and say that they listed a scope.
create function pg_temp.missing_after(p_source uuid, p_scope jsonb) returns text[] language plpgsql as $$
begin
  update pipeline.item_sightings set missed = 0, first_missed_at = null, missed_by = null;
  perform tests.travel('1 hour');
  perform tests.store(p_source, '[]', jsonb_build_object(
    'seen', (select jsonb_agg(jsonb_build_object('container_id', 'C1', 'item_id', n::text)) from generate_series(1, 40) n),
    'enumerated', jsonb_build_array(jsonb_build_object('began', pipeline.now(), 'container_id', 'C1') || p_scope)));
  return array(select c.item_id from pipeline.item_sightings s join public.platform_content c on c.id = s.content_id where s.missed > 0 order by 1);
end $$;

select is(pg_temp.missing_after(:'source', '{}'), '{old,parent,reply}', 'a whole container');
select is(pg_temp.missing_after(:'source', '{"thread_id": null}'), '{old,parent}', 'what is in no thread, which includes the parents of threads');
select is(pg_temp.missing_after(:'source', '{"thread_id": "parent"}'), '{reply}', 'one thread');
select is(pg_temp.missing_after(:'source', '{"thread_id": "another"}'), '{}', 'another thread');
select is(pg_temp.missing_after(:'source', '{"after": "2026-10-02T00:00:00Z"}'), '{parent,reply}', 'from an instant on');
select is(pg_temp.missing_after(:'source', '{"before": "2026-11-01T09:00:00Z"}'), '{old}', 'up to an instant, which itself is out of it');
select is(pg_temp.missing_after(:'source', '{"source": "C2"}'), '{}', 'only what belongs to a source');

select * from finish();
rollback;
