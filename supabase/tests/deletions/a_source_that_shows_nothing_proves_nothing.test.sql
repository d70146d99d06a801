-- An empty answer is what an empty source gives and what a broken one gives: it deletes nothing until the source shows something else,
-- the platform says in words that there is nothing, or the person confirms.
begin;
select plan(13);

select tests.person() as ann \gset
select tests.as_service();
select tests.travel_to('2026-11-04T10:00:00Z');
select tests.connection(:'ann') as connection \gset
select tests.source(:'connection', 'C1') as source \gset
create function pg_temp.listing(p_source uuid, p_seen text[] default '{}', p_scope jsonb default '{}', p_items jsonb default '[]') returns int language plpgsql as $$
begin
  perform tests.travel('4 hours');
  return (tests.store(p_source, p_items, jsonb_build_object(
    'seen', (select coalesce(jsonb_agg(jsonb_build_object('container_id', coalesce(p_scope ->> 'container_id', 'C1'), 'item_id', i)), '[]') from unnest(p_seen) i),
    'enumerated', jsonb_build_array(jsonb_build_object('began', pipeline.now(), 'container_id', 'C1') || p_scope))) ->> 'deleted')::int;
end $$;
create function pg_temp.live(p_connection uuid) returns text[] language sql as $$
  select array(select item_id from public.platform_content where connection_id = p_connection and deleted_at is null order by 1) $$;

select tests.store(:'source', (select jsonb_agg(i) from generate_series(1, 6) n, jsonb_array_elements(tests.item(n::text, 'message ' || n)) i));
select is((select sum(pg_temp.listing(:'source')) from generate_series(1, 12)), 0::bigint, 'a small channel that answers with nothing for two days loses nothing');
select is((select held_deletions from public.sync_registry where id = :'source'), 6, 'all of it is held, and the source says so');
select is(pg_temp.listing(:'source', p_items => tests.item('7', 'new')), 6, 'when something else is shown, what is still missing is gone');
select is(pg_temp.live(:'connection'), '{7}', 'and only that');

select tests.store(:'source', tests.item('8', 'eight') || tests.item('9', 'nine'));
select pg_temp.listing(:'source'), pg_temp.listing(:'source'), pg_temp.listing(:'source');
select is(pg_temp.listing(:'source', '{7,8,9}'), 0, 'a source that shows everything again has lost nothing');
select is(pg_temp.live(:'connection'), '{7,8,9}', 'and everything is there');

-- The newest part of a large channel: what is older is not listed with it.
select tests.store(:'source', (select jsonb_agg(i) from generate_series(100, 130) n, jsonb_array_elements(tests.item(n::text, 'old ' || n, '{"source_timestamp": "2026-10-01T09:00:00Z"}')) i));
select '{"after": "2026-10-20T00:00:00Z", "thread_id": null}' as newest \gset
select is((select sum(pg_temp.listing(:'source', p_scope => :'newest')) from generate_series(1, 5)), 0::bigint, 'nor does a few messages'' deletion need more witnesses only because the rest is large');
select tests.store(:'source', tests.item('200', 'a reply', '{"thread_id": "100", "source_timestamp": "2026-10-01T09:00:00Z"}'));
select is(pg_temp.listing(:'source', p_scope => :'newest'), 0, 'a thread that is read says nothing of the channel''s own listing');
select tests.store(:'source', '[]', '{"seen": [{"container_id": "C1", "item_id": "101"}]}');
select is(pg_temp.listing(:'source', p_scope => :'newest'), 3, 'an older message that is listed does');

-- What the platform says in words.
select tests.store(:'source', tests.item('300', 'a root', '{"thread_id": "300"}') || tests.item('301', 'a reply', '{"thread_id": "300"}'));
select is(pg_temp.listing(:'source', p_scope => '{"thread_id": "300", "told": true}') + pg_temp.listing(:'source', p_scope => '{"thread_id": "300", "told": true}'), 1,
  'a thread of which Slack counts no replies has none');

-- Two labels of one mailbox: one that answers says nothing of the other.
select tests.connection(:'ann', 'google', 'sub') as google \gset
select tests.source(:'google', 'INBOX', 'gmail', 'label') as inbox \gset
select tests.source(:'google', 'L', 'gmail', 'label') as label \gset
select tests.store(:'inbox', tests.item('a', 'one', '{"container_id": "", "sources": ["INBOX"]}') || tests.item('b', 'two', '{"container_id": "", "sources": ["L"]}'));
select is((select sum(pg_temp.listing(:'inbox', '{a}', '{"container_id": "", "source": "L"}')) from generate_series(1, 5)), 0::bigint, 'a label that shows nothing beside one that does');
select is(pg_temp.live(:'google'), '{a,b}', 'keeps its mail');
select is(pipeline.confirm_deletions(:'ann', :'label'), 1, 'until the person confirms');

select * from finish();
rollback;
