-- Identity is per connection: the same channel and message of two people are two rows.
begin;
select plan(4);

select tests.person() as ann, tests.person() as ben \gset
select tests.as_service();
select tests.connection(:'ann') as anns, tests.connection(:'ben') as bens \gset
select tests.source(:'anns', 'C1') as anns_source, tests.source(:'bens', 'C1') as bens_source \gset
select tests.store(:'anns_source', tests.item('1', 'for ann'));
select tests.store(:'bens_source', tests.item('1', 'for ben'));
select tests.store(:'anns_source', tests.item('1', 'for ann, edited'));

select results_eq('select user_id, content, revision from public.platform_content order by content', format($$values (%L::uuid, 'for ann, edited', 2), (%L, 'for ben', 1)$$, :'ann', :'ben'), 'each has their own');
select is((select count(*) from public.content_revisions where user_id = :'ben'), 0::bigint, 'and their own revisions');
select id, lease from tests.held('sync_unit', jsonb_build_object('connection_id', :'bens', 'platform', 'slack', 'unit', 'C1'), :'ann') \gset
select tests.throws_code(format('select pipeline.store_page(%s, %L, %L)', :id, :'lease', tests.page(:'bens_source', tests.item('1', 'stolen'))), 'unknown_connection', 'a ticket of one cannot write into a source of the other');
select tests.as_person(:'ann');
select is((select count(*) from public.platform_content), 1::bigint, 'and neither sees the other''s');

select * from finish();
rollback;
