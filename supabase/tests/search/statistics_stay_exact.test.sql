-- Postings and statistics equal a recount after every kind of write, cascades included.
begin;
select plan(11);

create function pg_temp.drift() returns text language sql as $$
  with items as (
    select c.user_id, c.platform, c.id, s.lexeme, cardinality(s.positions) as frequency
      from public.platform_content c cross join lateral unnest(to_tsvector('pg_catalog.english', concat_ws(' ', c.title, c.author, c.content))) s
     where c.deleted_at is null
  ), expected as (select user_id, lexeme, id, platform, frequency::int, sum(frequency) over (partition by id)::int as length from items),
  actual as (select user_id, lexeme, content_id, platform, frequency::int, length from pipeline.search_postings),
  counted as (select user_id, platform, count(distinct id)::int as items, sum(frequency)::bigint as length from items group by 1, 2),
  kept as (select user_id, platform, items, length from pipeline.search_statistics where items <> 0 or length <> 0)
  select format('%s/%s postings, %s/%s statistics',
    (select count(*) from (select * from expected except select * from actual) x), (select count(*) from (select * from actual except select * from expected) x),
    (select count(*) from (select * from counted except select * from kept) x), (select count(*) from (select * from kept except select * from counted) x))
$$;
select '0/0 postings, 0/0 statistics' as exact \gset
select tests.person() as ann, tests.person() as ben \gset
select tests.connection(:'ann') as anns, tests.connection(:'ben') as bens, tests.connection(:'ben', 'notion') as pages \gset
select tests.source(:'anns', 'C1') as anns_source, tests.source(:'bens', 'C1') as bens_source, tests.source(:'pages', 'P1', 'notion', 'page') as page \gset
select tests.store(:'anns_source', (select jsonb_agg(tests.item(n::text, 'orchid ' || repeat('word' || n || ' ', n), jsonb_build_object('author', 'Maya')) -> 0) from generate_series(1, 9) n));
select tests.store(:'bens_source', tests.item('1', 'the of and') || tests.item('2', 'lily lily rose'));
select tests.store(:'page', tests.item('1', 'a page', '{"container_id": "", "title": "Lily"}'));

select is(pg_temp.drift(), :'exact', 'after insert');
select ok((select count(*) from pipeline.search_postings) > 20, 'there is something to count');
select tests.store(:'anns_source', tests.item('1', 'edited') || tests.item('2', '') || tests.item('3', 'orchid'));
select is(pg_temp.drift(), :'exact', 'after edits');
update public.platform_content set author = 'Noor', title = 'new title' where user_id = :'ann';
select is(pg_temp.drift(), :'exact', 'after a new author and title');
update public.platform_content set deleted_at = now() where item_id in ('4', '5');
select is(pg_temp.drift(), :'exact', 'after tombstones');
update public.platform_content set deleted_at = null where item_id = '4';
select is(pg_temp.drift(), :'exact', 'after coming back');
select pipeline.mark_content_retained(array(select id from public.platform_content), 'chat_session');
select is(pg_temp.drift(), :'exact', 'after retention');
delete from public.platform_content where item_id in ('6', '7');
select is(pg_temp.drift(), :'exact', 'after deletes');
delete from public.platform_connections where id = :'pages';
select is(pg_temp.drift(), :'exact', 'after a connection was removed');
delete from auth.users where id = :'ben';
select is(pg_temp.drift(), :'exact', 'after a person left');
select is((select count(*) from pipeline.search_postings where user_id = :'ben'), 0::bigint, 'of whom nothing is left');

select * from finish();
rollback;
