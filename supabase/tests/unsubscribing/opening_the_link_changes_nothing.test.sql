-- The link of a mail can be opened by anyone and anything; only pressing its button stops the mails.
begin;
select plan(7);

select tests.person('ann') as ann \gset
select tests.as_service();
insert into public.deliverables (user_id, title, deliverable_type) values (:'ann', 'Digest', 'slack_channel_digest') returning id as digest \gset
insert into pipeline.unsubscribe_tokens (deliverable_id, user_id) values (:'digest', :'ann') returning token \gset

select is(pipeline.unsubscription(:'token'), '{"title": "Digest"}', 'it says what it would stop');
select is((select d.status::text from public.deliverables d where d.id = :'digest'), 'active', 'and stops nothing');
select is(pipeline.unsubscribe(:'token'), '{"title": "Digest", "paused": true}', 'the button does');
select is((select d.status::text from public.deliverables d where d.id = :'digest'), 'paused', 'it is paused');
select is(pipeline.unsubscribe(:'token') -> 'paused', 'false', 'asking again is no fault');
select is((select count(*) from public.notifications n where n.user_id = :'ann'), 1::bigint, 'and told once');
select tests.throws_code(format('select pipeline.unsubscription(%L)', gen_random_uuid()), 'unknown_token', 'a token that nobody was given opens nothing');

select * from finish();
rollback;
