-- A delivery that failed for good says why, tells its person, and can be redriven.
begin;
select plan(6);

select tests.person('ann') as ann \gset
insert into public.deliverables (user_id, title, deliverable_type) values (:'ann', 'Digest', 'slack_channel_digest') returning id as deliverable \gset
insert into public.deliverable_versions (deliverable_id, user_id, version_number, status, draft_content, final_content) values (:'deliverable', :'ann', 1, 'generated', 'text', 'text') returning id as version \gset
insert into public.deliveries (version_id, deliverable_id, user_id, channel, target) values (:'version', :'deliverable', :'ann', 'email', 'ann@example.com') returning id as delivery \gset
select tests.as_service();
select id, lease from tests.held('deliver_version', jsonb_build_object('delivery_id', :'delivery'), :'ann', 'resend', :'delivery') \gset
select pipeline.begin_delivery(:id, :'lease');
select pipeline.fail(:id, :'lease', '{"code": "bounced", "message": "The address does not exist."}', null, true);

select results_eq(format('select status, error ->> ''code'' from public.deliveries where id = %L', :'delivery'), $$values ('failed'::public.delivery_status, 'bounced')$$, 'it failed');
select results_eq(format('select message from public.notifications where user_id = %L', :'ann'), $$values ('"Digest" was written but could not be delivered to ann@example.com: The address does not exist.')$$, 'its person is told');
select is((select status from public.deliverable_versions where id = :'version'), 'generated'::public.version_status, 'the version stays readable');
select pipeline.redrive(:id) as again \gset
select lease_token as lease from tests.claim('execute-deliverable') where id = :again \gset
select ok(pipeline.begin_delivery(:again, :'lease') ->> 'sent_before' is not null, 'a redriven one knows that it may be out');
select pipeline.finish_delivery(:again, :'lease', 'message-1');
select results_eq(format('select d.status, d.error, v.status from public.deliveries d join public.deliverable_versions v on v.id = d.version_id where d.id = %L', :'delivery'), $$values ('accepted'::public.delivery_status, null::jsonb, 'delivered'::public.version_status)$$, 'and can still arrive');
select id, lease from tests.held('deliver_version', jsonb_build_object('delivery_id', gen_random_uuid()), :'ann') \gset
select tests.throws_code(format('select pipeline.begin_delivery(%s, %L)', :id, :'lease'), 'unknown_delivery', 'one that was deleted is unknown');

select * from finish();
rollback;
