-- One word of many is enough; stems, titles and authors count; best first.
begin;
select plan(10);

select tests.person() as ann \gset
select tests.as_service();
select tests.connection(:'ann') as connection \gset
select tests.source(:'connection', 'C1') as source \gset
select tests.store(:'source',
  tests.item('1', 'We decided to launch on Friday', '{"author": "Maya"}') || tests.item('2', 'launch launch launch') ||
  tests.item('3', 'The budget is fine', '{"title": "Roadmap"}') || tests.item('4', 'lunch at noon'));
create function pg_temp.found(p_user uuid, p_query text) returns text[] language sql as $$
  select coalesce(array_agg(c.item_id order by f.n), '{}') from pipeline.search_platform_content(p_user, p_query) with ordinality
    f(id, revision, platform, source_name, content_type, title, content, author, permalink, source_timestamp, retained, score, n) join public.platform_content c using (id)
$$;

select is(pg_temp.found(:'ann', 'when do we launch the rocket to saturn'), '{2,1}', 'one word of the question is enough, and the denser text is first');
select is(pg_temp.found(:'ann', 'launching'), '{2,1}', 'by its stem');
select is(pg_temp.found(:'ann', 'maya'), '{1}', 'the author');
select is(pg_temp.found(:'ann', 'roadmap'), '{3}', 'the title');
select is(pg_temp.found(:'ann', 'launch budget')::text, '{3,2,1}', 'a rare word weighs more');
select is(pg_temp.found(:'ann', 'saturn'), '{}', 'no word, nothing');
select is(pg_temp.found(:'ann', 'the of and'), '{}', 'words that say nothing find nothing');
select is(pg_temp.found(:'ann', ''), '{}', 'an empty question as well');
select is(pg_temp.found(:'ann', 'launch & ! ( budget ''"'), '{3,2,1}', 'punctuation is no syntax');
select is((select count(*) from pipeline.search_platform_content(:'ann', 'launch', p_limit => 1)), 1::bigint, 'as many as asked for');

select * from finish();
rollback;
