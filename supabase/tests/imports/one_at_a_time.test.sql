-- A second call for the same source joins the open import; so many of one person run at once as the kind allows.
begin;
select plan(5);

select tests.person() as ann, tests.person() as ben \gset
select tests.vault();
select tests.as_service();
select tests.connection(:'ann') as anns \gset
select tests.connection(:'ben', 'slack', 'T2') as bens \gset
select tests.source(:'anns', 'C' || n) from generate_series(1, 5) n;
select tests.source(:'bens', 'C1');
select pipeline.request_import(:'ann', 'slack', 'C1') as first, pipeline.request_import(:'ann', 'slack', 'C1', '{"days": 7}') as second \gset

select is((:'second'::jsonb) #>> '{id}', (:'first'::jsonb) #>> '{id}', 'it is the same job');
select is((:'second'::jsonb) -> 'joined', 'true', 'and says so');
select is((:'second'::jsonb) #> '{scope,days}', '30', 'with the scope it began with');
select pipeline.request_import(:'ann', 'slack', 'C' || n) from generate_series(2, 5) n;
select pipeline.request_import(:'ben', 'slack', 'C1');
select pipeline.claim(tests.wake_up('sync')) from generate_series(1, 5);
select results_eq(format('select user_id, count(*) from pipeline.work_tickets where kind = ''import_source'' and state = ''running'' group by 1 order by 2'),
  format('values (%L::uuid, 1::bigint), (%L, 2)', :'ben', :'ann'), 'two of one person, and another''s does not wait for the rest');
update public.integration_import_jobs set status = 'completed', completed_at = pipeline.now() where id = ((:'first'::jsonb) ->> 'id')::uuid;
select is(pipeline.request_import(:'ann', 'slack', 'C1') -> 'joined', 'false', 'one that ended is not joined');

select * from finish();
rollback;
