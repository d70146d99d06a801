-- A ticket sends what belongs to its person, whatever its payload names.
begin;
select plan(2);

select tests.person('ann') as ann, tests.person('ben') as ben \gset
insert into public.deliverables (user_id, title, deliverable_type) values (:'ann', 'Digest', 'slack_channel_digest') returning id as deliverable \gset
insert into public.deliverable_versions (deliverable_id, user_id, version_number, status, draft_content) values (:'deliverable', :'ann', 1, 'generated', 'text') returning id as version \gset
insert into public.deliveries (version_id, deliverable_id, user_id, channel, target) values (:'version', :'deliverable', :'ann', 'email', 'ann@example.com') returning id as delivery \gset
select tests.as_service();
select id, lease from tests.held('deliver_version', jsonb_build_object('delivery_id', :'delivery'), :'ben') \gset
select id as run, lease as run_lease from tests.held('generate_deliverable', jsonb_build_object('deliverable_id', :'deliverable'), :'ben') \gset

select tests.throws_code(format('select pipeline.begin_delivery(%s, %L)', :id, :'lease'), 'unknown_delivery', 'not another''s delivery');
select tests.throws_code(format('select pipeline.begin_version(%s, %L)', :run, :'run_lease'), 'unknown_deliverable', 'nor another''s deliverable');

select * from finish();
rollback;
