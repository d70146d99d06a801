-- Content lives for its platform's time; evidence for ever, and no sync takes that back.
begin;
select plan(4);

select tests.person() as ann \gset
select tests.as_service();
select tests.travel_to('2026-11-04T10:00:00Z');
select tests.connection(:'ann') as connection \gset
select tests.source(:'connection', 'C1') as source \gset
select tests.store(:'source', tests.item('1', 'one') || tests.item('2', 'two'));
select id from public.platform_content where connection_id = :'connection' and item_id = '1' \gset
select gen_random_uuid() as version \gset

select is((select expires_at from public.platform_content where id = :'id'), '2026-11-18T10:00:00Z', 'a message lives for fourteen days');
select is(pipeline.mark_content_retained(array[:'id']::uuid[], 'deliverable_execution', :'version'), 1, 'one is retained');
select is(pipeline.mark_content_retained(array[:'id']::uuid[], 'chat_session'), 0, 'the first reason stays');
select tests.travel('3 days');
select tests.store(:'source', tests.item('1', 'one, edited') || tests.item('2', 'two'));
select results_eq(format('select item_id, revision, retained, retained_reason, retained_ref, expires_at from public.platform_content where connection_id = %L order by 1', :'connection'),
  format($$values ('1', 2, true, 'deliverable_execution'::public.retained_reason, %L::uuid, null::timestamptz), ('2', 1, false, null, null, '2026-11-21T10:00:00Z')$$, :'version'),
  'a sync leaves it retained and renews the others');

select * from finish();
rollback;
