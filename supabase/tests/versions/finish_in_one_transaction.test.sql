-- Text, citations, retention, outbox with its ticket, activity and the end of the ticket come together.
begin;
select plan(14);

select tests.person('ann') as ann, tests.person('ben') as ben \gset
select tests.connection(:'ann') as connection, tests.connection(:'ben') as bens \gset
select tests.source(:'connection', 'C1') as source, tests.source(:'bens', 'C1') as bens_source \gset
select tests.store(:'source', tests.item('1', 'one') || tests.item('2', 'two') || tests.item('3', 'three'));
select tests.store(:'bens_source', tests.item('1', 'ben''s'));
insert into public.deliverables (user_id, title, deliverable_type) values (:'ann', 'Digest', 'slack_channel_digest') returning id as deliverable \gset
select tests.as_service();
select id, lease from tests.held('generate_deliverable', jsonb_build_object('deliverable_id', :'deliverable'), :'ann') \gset
create function pg_temp.item(p_user uuid, p_item text) returns uuid language sql as $$ select id from public.platform_content where user_id = p_user and item_id = p_item $$;

create function pg_temp.finish(p_id bigint, p_lease uuid, p_citations jsonb, p_user uuid) returns jsonb language sql as $$
  select pipeline.finish_version(p_id, p_lease, jsonb_build_object('version_id', coalesce((select id from public.deliverable_versions where ticket_id = p_id), gen_random_uuid()),
    'draft', 'The text [1].', 'citations', p_citations, 'coverage', '[{"source": "#C1"}]'::jsonb, 'model', 'claude', 'usage', '{"cost_usd": 0.01}'::jsonb,
    'shown', (select jsonb_agg(id) from public.platform_content where item_id in ('1', '2') and user_id = p_user or item_id = '1'),
    'sources', (select jsonb_agg(id) from public.sync_registry where user_id = p_user))) $$;
create function pg_temp.citation(p_user uuid, p_item text, p_revision int, p_quote text) returns jsonb language sql as $$
  select jsonb_build_array(jsonb_build_object('number', 1, 'content_id', pg_temp.item(p_user, p_item), 'revision', p_revision, 'quote', p_quote, 'label', '#C1')) $$;
create function pg_temp.refused(p_id bigint, p_lease uuid, p_citation jsonb, p_user uuid, p_why text) returns text language sql as $$
  select tests.throws_code(format('select pg_temp.finish(%s, %L, %L, %L)', p_id, p_lease, p_citation, p_user), 'citation_not_evidenced', p_why) $$;

select tests.throws_code(format('select pg_temp.finish(%s, %L, ''[]'', %L)', :id, :'lease', :'ann'), 'no_open_version', 'a run that began no version has none to finish');
select pipeline.begin_version(:id, :'lease');
select pg_temp.refused(:id, :'lease', pg_temp.citation(:'ben', '1', 1, 'ben'), :'ann', 'another person''s item is no evidence');
select pg_temp.refused(:id, :'lease', pg_temp.citation(:'ann', '1', 2, 'one'), :'ann', 'nor is a revision that does not exist');
select pg_temp.refused(:id, :'lease', pg_temp.citation(:'ann', '1', 1, 'two'), :'ann', 'nor are words that do not stand in it');
select pg_temp.refused(:id, :'lease', '[{"number": 1, "url": "javascript:alert(1)", "quote": "x", "label": "x"}]', :'ann', 'nor is an address that is none of the web');
select pg_temp.finish(:id, :'lease', pg_temp.citation(:'ann', '1', 1, 'One!') || '[{"number": 2, "url": "https://example.com/a", "quote": "the web", "label": "example.com"}]', :'ann') as told \gset

select results_eq(format('select status, draft_content, final_content, generated_at is not null, model from public.deliverable_versions where user_id = %L', :'ann'), $$values ('generated'::public.version_status, 'The text [1].', 'The text [1].', true, 'claude')$$, 'the version is written');
select results_eq(format('select number, quote from public.version_citations where user_id = %L order by 1', :'ann'), $$values (1, 'One!'), (2, 'the web')$$, 'with its citations');
select results_eq('select user_id, item_id from public.platform_content where retained order by 1, 2', format($$values (%1$L::uuid, '1'), (%1$L, '2')$$, :'ann'), 'what was shown is retained, and only of its person');
select results_eq(format('select channel, target, status from public.deliveries where user_id = %L', :'ann'), $$values ('email'::public.delivery_channel, 'ann@example.com', 'waiting'::public.delivery_status)$$, 'one delivery, to the person''s own address');
select results_eq('select user_id, platform, payload ->> ''delivery_id'' = dedupe_key from pipeline.work_tickets where kind = ''deliver_version''', format($$values (%L::uuid, 'resend', true)$$, :'ann'), 'with its ticket');
select is((select outcome from pipeline.work_execution_log where id = :id), 'done'::public.ticket_state, 'the run is done');
select isnt((select last_run_at from public.deliverables where id = :'deliverable'), null, 'and counts as a run');
select is(jsonb_array_length(:'told'::jsonb -> 'deliveries'), 1, 'the worker is told');
select tests.throws_code(format('select pg_temp.finish(%s, %L, ''[]'', %L)', :id, :'lease', :'ann'), 'lease_lost', 'it cannot be finished twice');

select * from finish();
rollback;
