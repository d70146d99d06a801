-- Another person's content is never found, whoever asks and whatever they filter by.
begin;
select plan(10);

select tests.person() as ann, tests.person() as ben \gset
select tests.connection(:'ann') as anns, tests.connection(:'ben') as bens \gset
select tests.source(:'anns', 'C1') as anns_source, tests.source(:'bens', 'C1') as bens_source \gset
select tests.store(:'anns_source', tests.item('1', 'orchid of ann'));
select score from pipeline.search_platform_content(:'ann', 'orchid') \gset
select tests.store(:'bens_source', tests.item('1', 'orchid of ben'));

select tests.as_service();
select is((select score from pipeline.search_platform_content(:'ann', 'orchid')), :'score'::real, 'what others have does not even change a score');
select results_eq(format('select content from pipeline.search_platform_content(%L, ''orchid'')', :'ann'), $$values ('orchid of ann')$$, 'the agent reads for one person');
select is_empty(format('select * from pipeline.search_platform_content(%L, ''orchid'', p_sources => array[%L]::uuid[])', :'ann', :'bens_source'), 'a source of another finds nothing');
select tests.as_person(:'ben');
select results_eq('select content from public.search_platform_content(''orchid'')', $$values ('orchid of ben')$$, 'a person searches their own');
select is_empty(format('select * from public.search_platform_content(''orchid'', p_sources => array[%L]::uuid[])', :'anns_source'), 'and nothing else');
select is(tests.code_of(format('select * from pipeline.search_platform_content(%L, ''orchid'')', :'ann')), '42501', 'searching for another is not theirs to call');
select is(tests.code_of(format('select * from private.found(%L, ''orchid'', null, null, false, 10)', :'ann')), '42501', 'nor what is behind it');
select is(tests.code_of(format('select * from private.search_content(%L, ''orchid'', null, null, false, 10)', :'ann')), '42501', 'at any depth');
select tests.as_person(null);
select is_empty('select * from public.search_platform_content(''orchid'')', 'nobody finds nothing');
select tests.as_anon();
select is(tests.code_of('select * from public.search_platform_content(''orchid'')'), '42501', 'who is not signed in may not search');

select * from finish();
rollback;
