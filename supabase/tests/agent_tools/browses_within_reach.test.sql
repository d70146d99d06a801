-- Browsing and the overview show one person's content in the sources that a run may read, and nothing beside them.
begin;
select plan(17);

select tests.travel_to('2026-11-04T10:00:00Z');
select tests.person('ann') as ann, tests.person('bob') as bob \gset
select tests.as_service();
select tests.connection(:'ann') as hers, tests.connection(:'bob', 'slack', 'T2') as his \gset
select tests.source(:'hers', 'C1') as open, tests.source(:'hers', 'C2') as closed, tests.source(:'his', 'C1') as other \gset
select tests.store(:'open', tests.item('1', 'We move to Thursday.', '{"author": "Maya Chen", "metadata": {"reply_count": 2}}')
  || tests.item('2', 'Fine.', '{"author": "Bo", "thread_id": "1", "content_type": "thread_reply", "source_timestamp": "2026-11-02T09:00:00Z"}')
  || tests.item('3', 'Lunch?', '{"author": "Bo", "source_timestamp": "2026-11-03T09:00:00Z"}'));
select tests.store(:'closed', tests.item('4', 'Secret.', '{"container_id": "C2", "thread_id": "1"}'));
select tests.store(:'other', tests.item('1', 'His own.'));
select c.id as first from public.platform_content c where c.user_id = :'ann' and c.item_id = '1' \gset
select c.id as secret from public.platform_content c where c.user_id = :'ann' and c.item_id = '4' \gset
create function pg_temp.texts(p_page jsonb) returns text language sql as $$ select string_agg(i ->> 'content', ' | ') from jsonb_array_elements(p_page -> 'items') i $$;

select is(pg_temp.texts(pipeline.browse_content(:'ann', array[:'open'::uuid])), 'Lunch? | Fine. | We move to Thursday.', 'newest first, of the named source only');
select is(pipeline.browse_content(:'ann', array[:'open'::uuid], p_limit => 1) -> 'total', '3', 'the total is of all pages');
select is(pg_temp.texts(pipeline.browse_content(:'ann', array[:'open'::uuid], p_limit => 1, p_offset => 1)), 'Fine.', 'page by page');
select is(pg_temp.texts(pipeline.browse_content(:'ann', array[:'open'::uuid, :'closed'::uuid], p_author => 'maya')), 'We move to Thursday.', 'by a part of the author''s name');
select is(pg_temp.texts(pipeline.browse_content(:'ann', array[:'open'::uuid], p_author => '%')), null, 'which is no pattern');
select is(pg_temp.texts(pipeline.browse_content(:'ann', array[:'open'::uuid, :'closed'::uuid], p_thread_of => :'first')), 'Fine. | We move to Thursday.',
  'a thread ends where its channel does');
select is(pg_temp.texts(pipeline.browse_content(:'ann', array[:'open'::uuid], p_thread_of => :'secret')), null, 'a thread is not reached from an item out of reach');
select is(pg_temp.texts(pipeline.browse_content(:'ann', array[:'open'::uuid], p_since => '2026-11-02Z', p_until => '2026-11-03T09:00:00Z')), 'Fine.', 'by time');
select is(pg_temp.texts(pipeline.browse_content(:'ann', array[:'open'::uuid], p_platform => 'gmail')), null, 'by platform');
select is(pg_temp.texts(pipeline.browse_content(:'bob', array[:'open'::uuid])), null, 'somebody else''s source shows nothing');
select is(pipeline.browse_content(:'ann', array[:'open'::uuid]) #> '{items,2,metadata}', '{"reply_count": 2}', 'with what the platform tells of an item');
select is((select count(*) from jsonb_object_keys(pipeline.browse_content(:'ann', array[:'open'::uuid]) #> '{items,0}')), 13::bigint, 'and the columns that evidence has');
select is(pg_temp.texts(pipeline.browse_content(:'ann', '{}')), null, 'no sources, no content');

select is((select jsonb_agg(jsonb_build_object(o ->> 'name', o -> 'items')) from jsonb_array_elements(pipeline.source_overview(:'ann', array[:'open'::uuid, :'other'::uuid])) o),
  '[{"#C1": 3}]', 'the overview counts the person''s own sources only');
select is(pipeline.source_overview(:'ann', array[:'open'::uuid], '2026-11-02Z') #> '{0,items}', '1', 'up to an instant');
select tests.travel('60 days');
select is(pg_temp.texts(pipeline.browse_content(:'ann', array[:'open'::uuid])), null, 'what expired is gone');
select is(pipeline.source_overview(:'ann', array[:'open'::uuid]) #> '{0,items}', '0', 'here too');

select * from finish();
rollback;
