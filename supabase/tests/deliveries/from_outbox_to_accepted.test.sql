-- A delivery is marked before it is sent, accepted once, and the last one delivers its version.
begin;
select plan(10);

select tests.person('ann') as ann \gset
insert into public.deliverables (user_id, title, deliverable_type) values (:'ann', 'Digest', 'slack_channel_digest') returning id as deliverable \gset
insert into public.deliverable_versions (deliverable_id, user_id, version_number, status, draft_content, final_content) values (:'deliverable', :'ann', 1, 'generated', 'text', 'text') returning id as version \gset
insert into public.deliveries (version_id, deliverable_id, user_id, channel, target) values (:'version', :'deliverable', :'ann', 'email', 'ann@example.com') returning id as first \gset
insert into public.deliveries (version_id, deliverable_id, user_id, channel, target) values (:'version', :'deliverable', :'ann', 'email', 'ANN@example.com') returning id as second \gset
select tests.as_service();
select id as a, lease as a_lease from tests.held('deliver_version', jsonb_build_object('delivery_id', :'first'), :'ann') \gset
select id as b, lease as b_lease from tests.held('deliver_version', jsonb_build_object('delivery_id', :'second'), :'ann') \gset
select pipeline.begin_delivery(:a, :'a_lease') as told \gset

select results_eq(format('select status, first_sent_at is not null from public.deliveries where id = %L', :'first'), $$values ('sending'::public.delivery_status, true)$$, 'marked before the send');
select is(:'told'::jsonb -> 'sent_before_seconds', 'null'::jsonb, 'nobody tried before');
select is(:'told'::jsonb #>> '{version,content}', 'text', 'what to send');
select is(:'told'::jsonb ->> 'target', 'ann@example.com', 'and whereto');
update public.deliveries set first_sent_at = clock_timestamp() - interval '25 hours' where id = :'first';
select is((pipeline.begin_delivery(:a, :'a_lease') ->> 'sent_before_seconds')::int, 90000, 'whoever comes back learns that a message may be out, and for how long');
select pipeline.finish_delivery(:a, :'a_lease', 'message-1');
select results_eq(format('select status, provider_id from public.deliveries where id = %L', :'first'), $$values ('accepted'::public.delivery_status, 'message-1')$$, 'accepted');
select is((select status from public.deliverable_versions where id = :'version'), 'generated'::public.version_status, 'one of two delivers no version');
select pipeline.begin_delivery(:b, :'b_lease');
select pipeline.finish_delivery(:b, :'b_lease', 'message-2');
select is((select status from public.deliverable_versions where id = :'version'), 'delivered'::public.version_status, 'the last one does');
select id as c, lease as c_lease from tests.held('deliver_version', jsonb_build_object('delivery_id', :'first'), :'ann') \gset
select is(pipeline.begin_delivery(:c, :'c_lease') ->> 'status', 'accepted', 'a second ticket learns that it is out');
select pipeline.finish_delivery(:c, :'c_lease', 'message-3');
select is((select provider_id from public.deliveries where id = :'first'), 'message-1', 'and changes nothing');

select * from finish();
rollback;
