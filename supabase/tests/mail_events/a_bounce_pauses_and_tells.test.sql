-- What the mail provider tells later is applied once; a bounce or a complaint stops the mails, as does one click.
begin;
select plan(19);

select tests.person('ann') as ann \gset
select tests.connection(:'ann') as connection \gset
select tests.source(:'connection', 'C1') as source \gset
create function pg_temp.mailed(p_user uuid, p_title text) returns uuid language sql as $$
  with d as (insert into public.deliverables (user_id, title, deliverable_type) values (p_user, p_title, 'slack_channel_digest') returning id),
  v as (insert into public.deliverable_versions (deliverable_id, user_id, version_number, status, draft_content) select id, p_user, 1, 'delivered', 'text' from d returning id, deliverable_id)
  insert into public.deliveries (version_id, deliverable_id, user_id, channel, target, status, provider_id, accepted_at)
  select v.id, v.deliverable_id, p_user, 'email', 'ann@example.com', 'accepted', p_title, now() from v returning deliverable_id $$;
select pg_temp.mailed(:'ann', 'one') as one, pg_temp.mailed(:'ann', 'two') as two \gset
insert into public.deliverable_destinations (deliverable_id, user_id, channel, target) values (:'two', :'ann', 'slack', 'C1'), (:'two', :'ann', 'email', 'ann@example.com');

select is(pipeline.apply_mail_event('e1', 'delivered', 'one'), true, 'it reached its mailbox');
select isnt((select delivered_at from public.deliveries where provider_id = 'one'), null, 'and since when is known');
select is(pipeline.apply_mail_event('e1', 'delivered', 'one'), false, 'told twice, applied once');
select is(pipeline.apply_mail_event('e2', 'delayed', 'one'), true, 'news that overtook each other');
select is((select mail_status from public.deliveries where provider_id = 'one'), 'delivered'::public.mail_status, 'change nothing');
select is(pipeline.apply_mail_event('e3', 'bounced', 'unheard-of'), false, 'mail of somebody else is nothing of ours');
select pipeline.apply_mail_event('e4', 'bounced', 'one', 'mailbox full');
select results_eq(format('select status, status_reason like ''%%mailbox full%%'' from public.deliverables where id = %L', :'one'), $$values ('paused'::public.deliverable_status, true)$$, 'a bounce pauses');
select is((select count(*) from public.notifications where user_id = :'ann' and urgency = 'high'), 1::bigint, 'and tells');
select is((select error ->> 'code' from public.deliveries where provider_id = 'one'), 'bounced', 'the delivery says so');
select is(jsonb_array_length(pipeline.redeliver_version((select version_id from public.deliveries where provider_id = 'one'), :'ann') -> 'deliveries'), 1, 'it can be sent again');
select is((select count(*) from public.deliveries where deliverable_id = :'one' and provider_id is null), 1::bigint, 'as a mail of its own');
select tests.throws_code(format('select pipeline.redeliver_version((select version_id from public.deliveries where provider_id = ''two''), %L)', :'ann'), 'nothing_to_redeliver', 'what arrived is not sent twice');
select id as again from public.deliveries where deliverable_id = :'one' and provider_id is null \gset
select is(pipeline.apply_mail_event('e6', 'delivered', 'not-noted-yet', null, :'again'), false, 'a mail that nobody sent yet has no news');
update public.deliveries set status = 'sending', first_sent_at = clock_timestamp() where id = :'again';
select is(pipeline.apply_mail_event('e7', 'delivered', 'not-noted-yet', null, :'again'), true, 'news that overtake our own note of the mail find it by its tag');
select pipeline.apply_mail_event('e5', 'complained', 'two');
select results_eq(format('select d.status, string_agg(t.channel::text, '' '') from public.deliverables d join public.deliverable_destinations t on t.deliverable_id = d.id where d.id = %L group by 1', :'two'),
  $$values ('active'::public.deliverable_status, 'slack')$$, 'who has another way keeps it');

select pg_temp.mailed(:'ann', 'three') as three \gset
select id, lease from tests.held('deliver_version', jsonb_build_object('delivery_id', (select id from public.deliveries where provider_id = 'three')), :'ann') \gset
select (pipeline.begin_delivery(:id, :'lease') ->> 'unsubscribe_token') as token \gset
select is(pipeline.unsubscribe(:'token'), '{"title": "three", "paused": true}'::jsonb, 'one click');
select is((select status from public.deliverables where id = :'three'), 'paused'::public.deliverable_status, 'stops it');
select is(pipeline.unsubscribe(:'token'), '{"title": "three", "paused": false}'::jsonb, 'a second changes nothing');
select tests.throws_code('select pipeline.unsubscribe(gen_random_uuid())', 'unknown_token', 'a link of nobody');

select * from finish();
rollback;
