-- An edit and a verdict are kept beside the draft, told as events, remembered, and handed to the next run.
begin;
select plan(13);

select tests.person('ann') as ann, tests.person('ben') as ben \gset
insert into public.deliverables (user_id, title, deliverable_type) values (:'ann', 'Digest', 'slack_channel_digest') returning id as deliverable \gset
insert into public.deliverable_versions (deliverable_id, user_id, version_number, status, draft_content, final_content) values (:'deliverable', :'ann', 1, 'delivered', 'long text', 'long text') returning id as version \gset
insert into public.deliverable_versions (deliverable_id, user_id, version_number, status) values (:'deliverable', :'ann', 2, 'generating') returning id as open \gset
select tests.as_service();

select tests.throws_code(format($$select pipeline.review_version(%L, %L, '{"notes": "x"}')$$, :'version', :'ben'), 'unknown_version', 'another person''s version is unknown');
select tests.throws_code(format($$select pipeline.review_version(%L, %L, '{"notes": "x"}')$$, :'open', :'ann'), 'version_not_written', 'what is being written cannot be judged');
select tests.throws_code(format($$select pipeline.review_version(%L, %L, '{"verdict": "delivered"}')$$, :'version', :'ann'), 'invalid_verdict', 'a verdict is one of two');
select pipeline.review_version(:'version', :'ann', '{"content": "text", "distance": 0.44, "categories": {"deletions": ["long"], "additions": []}, "verdict": "approved"}');
select results_eq(format('select draft_content, final_content, edit_distance_score, status from public.deliverable_versions where id = %L', :'version'),
  $$values ('long text', 'text', 0.44::numeric(4, 3), 'approved'::public.version_status)$$, 'the draft stays, the edit is what counts');
select is((select count(*) from public.activity_log where user_id = :'ann' and event_type = 'deliverable_approved'), 1::bigint, 'an event');
select results_eq(format('select source, value, confidence from public.user_context where user_id = %L', :'ann'), $$values ('feedback'::public.memory_source, 'Digest: shorter than it was written', 0.70)$$, 'a memory');
select pipeline.review_version(:'version', :'ann', '{"notes": "Never mention lunch.", "verdict": "rejected"}');
select is((select status from public.deliverable_versions where id = :'version'), 'rejected'::public.version_status, 'people may change their mind');
select is((select count(*) from public.user_context where user_id = :'ann'), 1::bigint, 'still one memory');
select is((select value from public.user_context where user_id = :'ann'), 'Digest: shorter than it was written; Never mention lunch.', 'of all they said');
update public.user_context set source = 'user_stated', value = 'I like it short' where user_id = :'ann';
select pipeline.review_version(:'version', :'ann', '{"notes": "Longer!"}');
select is((select value from public.user_context where user_id = :'ann'), 'I like it short', 'what they stated themselves outranks an edit');
select id, lease from tests.held('generate_deliverable', jsonb_build_object('deliverable_id', :'deliverable'), :'ann') \gset
select pipeline.begin_version(:id, :'lease') as run \gset
select is(:'run'::jsonb #>> '{feedback,0,notes}', 'Longer!', 'the next run is told');
select is(:'run'::jsonb #>> '{feedback,0,verdict}', 'rejected', 'with the verdict');
select is(:'run'::jsonb #>> '{memories,0,value}', 'I like it short', 'and knows what the person said');

select * from finish();
rollback;
