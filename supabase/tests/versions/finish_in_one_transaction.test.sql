-- Text, citations, retention, outbox with its ticket, activity and the end of the ticket come together.
begin;
select plan(10);

select tests.person('ann') as ann, tests.person('ben') as ben \gset
select tests.connection(:'ann') as connection, tests.connection(:'ben') as bens \gset
select tests.source(:'connection', 'C1') as source, tests.source(:'bens', 'C1') as bens_source \gset
select tests.store(:'source', tests.item('1', 'one') || tests.item('2', 'two') || tests.item('3', 'three'));
select tests.store(:'bens_source', tests.item('1', 'ben''s'));
insert into public.deliverables (user_id, title, deliverable_type) values (:'ann', 'Digest', 'slack_channel_digest') returning id as deliverable \gset
select tests.as_service();
select id, lease from tests.held('generate_deliverable', jsonb_build_object('deliverable_id', :'deliverable'), :'ann') \gset
create function pg_temp.item(p_user uuid, p_item text) returns uuid language sql as $$ select id from public.platform_content where user_id = p_user and item_id = p_item $$;

select tests.throws_code(format('select pipeline.finish_version(%s, %L, ''text'', ''[]'', ''{}'', ''[]'', ''m'', ''{}'')', :id, :'lease'), 'no_open_version', 'a run that began no version has none to finish');
select pipeline.begin_version(:id, :'lease');
select pipeline.finish_version(:id, :'lease', 'The text [1].',
  jsonb_build_array(jsonb_build_object('number', 1, 'content_id', pg_temp.item(:'ann', '1'), 'revision', 1, 'quote', 'one', 'label', '#C1'),
    jsonb_build_object('number', 2, 'content_id', pg_temp.item(:'ben', '1'), 'revision', 1, 'quote', 'ben''s', 'label', '#C1')),
  array[pg_temp.item(:'ann', '1'), pg_temp.item(:'ann', '2'), pg_temp.item(:'ben', '1')], '[{"source": "#C1"}]', 'claude', '{"cost": 0.01}') as told \gset

select results_eq(format('select status, draft_content, final_content, generated_at is not null, model from public.deliverable_versions where user_id = %L', :'ann'), $$values ('generated'::public.version_status, 'The text [1].', 'The text [1].', true, 'claude')$$, 'the version is written');
select results_eq(format('select number, quote from public.version_citations where user_id = %L', :'ann'), $$values (1, 'one')$$, 'with its citations; another person''s item is none');
select results_eq('select user_id, item_id from public.platform_content where retained order by 1, 2', format($$values (%1$L::uuid, '1'), (%1$L, '2')$$, :'ann'), 'what was shown is retained, and only of its person');
select results_eq(format('select channel, target, status from public.deliveries where user_id = %L', :'ann'), $$values ('email'::public.delivery_channel, 'ann@example.com', 'waiting'::public.delivery_status)$$, 'one delivery, to the person''s own address');
select results_eq('select user_id, platform, payload ->> ''delivery_id'' = dedupe_key from pipeline.work_tickets where kind = ''deliver_version''', format($$values (%L::uuid, 'resend', true)$$, :'ann'), 'with its ticket');
select is((select outcome from pipeline.work_execution_log where id = :id), 'done'::public.ticket_state, 'the run is done');
select isnt((select last_run_at from public.deliverables where id = :'deliverable'), null, 'and counts as a run');
select is(jsonb_array_length(:'told'::jsonb -> 'deliveries'), 1, 'the worker is told');
select tests.throws_code(format('select pipeline.finish_version(%s, %L, ''again'', ''[]'', ''{}'', ''[]'', ''m'', ''{}'')', :id, :'lease'), 'lease_lost', 'it cannot be finished twice');

select * from finish();
rollback;
