-- A filtered search returns what there is, however many better hits the filter leaves out; expired and deleted items are not found.
begin;
select plan(8);

select tests.person() as ann \gset
select tests.as_service();
select tests.connection(:'ann') as slack, tests.connection(:'ann', 'notion') as notion \gset
select tests.source(:'slack', 'C1') as channel, tests.source(:'slack', 'C2') as quiet, tests.source(:'notion', 'P1', 'notion', 'page') as page \gset
select tests.store(:'channel', (select jsonb_agg(tests.item(n::text, 'orchid orchid orchid') -> 0) from generate_series(1, 30) n));
select tests.store(:'quiet', tests.item('quiet', 'an orchid among very many other words that make it a worse hit'));
select tests.store(:'page', tests.item('page', 'an orchid among very many other words that make it a worse hit', '{"container_id": "", "content_type": "page"}'));
create function pg_temp.found(p_user uuid, p_platforms public.platform[], p_sources uuid[], p_retained boolean) returns text[] language sql as $$
  select coalesce(array_agg(c.item_id), '{}') from pipeline.search_platform_content(p_user, 'orchid', p_platforms, p_sources, p_retained, 3) f join public.platform_content c using (id)
$$;

select is(pg_temp.found(:'ann', '{notion}', null, false), '{page}', 'by platform');
select is(pg_temp.found(:'ann', null, array[:'quiet']::uuid[], false), '{quiet}', 'by source');
select is(pg_temp.found(:'ann', null, null, true), '{}', 'by retention: none yet');
select pipeline.mark_content_retained(array(select id from public.platform_content where user_id = :'ann' and item_id = 'quiet'), 'chat_session');
select is(pg_temp.found(:'ann', null, null, true), '{quiet}', 'by retention');
select is(cardinality(pg_temp.found(:'ann', null, null, false)), 3, 'and the limit cuts the rest');
select results_eq(format('select source_name from pipeline.search_platform_content(%L, ''orchid'', p_sources => array[%L]::uuid[])', :'ann', :'quiet'), $$values ('#C2')$$, 'a hit names its source');
select tests.travel('20 days');
select is(pg_temp.found(:'ann', '{slack}', null, false), '{quiet}', 'what expired is not found, what was retained is');
update public.platform_content set deleted_at = pipeline.now() where user_id = :'ann' and item_id = 'quiet';
select is(pg_temp.found(:'ann', '{slack}', null, false), '{}', 'what was deleted is not found');

select * from finish();
rollback;
