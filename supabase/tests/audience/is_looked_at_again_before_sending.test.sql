-- A channel that was opened to another company after the text was written does not get it.
begin;
select plan(4);

select tests.person('ann') as ann \gset
select tests.connection(:'ann') as connection \gset
select tests.source(:'connection', 'C1') as here, tests.source(:'connection', 'C2') as there \gset
update public.sync_registry set metadata = '{"is_private": false}' where connection_id = :'connection';
select tests.store(:'there', tests.item('1', 'orchid'));
insert into public.deliverables (user_id, title, deliverable_type) values (:'ann', 'Digest', 'slack_channel_digest') returning id as deliverable \gset
insert into public.deliverable_versions (deliverable_id, user_id, version_number, status, draft_content, final_content) values (:'deliverable', :'ann', 1, 'generated', 'text', 'text') returning id as version \gset
insert into public.version_citations (version_id, number, user_id, content_id, revision, quote, label) select :'version', 1, :'ann', id, 1, 'orchid', '#C2' from public.platform_content where user_id = :'ann';
insert into public.deliveries (version_id, deliverable_id, user_id, channel, target) values (:'version', :'deliverable', :'ann', 'slack', 'C1') returning id as delivery \gset
insert into public.deliveries (version_id, deliverable_id, user_id, channel, target) values (:'version', :'deliverable', :'ann', 'slack', 'dm') returning id as own \gset
select tests.as_service();
select id, lease from tests.held('deliver_version', jsonb_build_object('delivery_id', :'delivery'), :'ann') \gset
select id as own_id, lease as own_lease from tests.held('deliver_version', jsonb_build_object('delivery_id', :'own'), :'ann') \gset

select is(pipeline.begin_delivery(:id, :'lease') ->> 'target', 'C1', 'a public channel''s words go to another one of the team');
update public.sync_registry set metadata = '{"is_private": false, "is_shared": true}' where id = :'here';
select tests.throws_code(format('select pipeline.begin_delivery(%s, %L)', :id, :'lease'), 'audience_cannot_read', 'but not to one that another company reads');
update public.sync_registry set metadata = '{"is_private": true}' where id = :'there';
select tests.throws_code(format('select pipeline.begin_delivery(%s, %L)', :id, :'lease'), 'audience_cannot_read', 'nor what became private');
select is(pipeline.begin_delivery(:own_id, :'own_lease') ->> 'target', 'dm', 'oneself may read all of it');

select * from finish();
rollback;
