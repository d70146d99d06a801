-- Wake-ups and cron runs a day, activity 180 days, sign-ins under way until they expire; live tickets for ever.
begin;
select plan(5);

select tests.kind();
select tests.person() as ann \gset
select tests.queued() as ticket \gset
update pipeline.work_tickets set created_at = now() - interval '2 years', run_at = now() + interval '1 year' where id = :ticket;
insert into pipeline.wake_ups (function_name, woken_at) values ('old', now() - interval '25 hours'), ('young', now() - interval '23 hours');
insert into public.activity_log (user_id, event_type, summary, created_at) values
  (:'ann', 'chat_session', 'old', pipeline.now() - interval '181 days'), (:'ann', 'chat_session', 'young', pipeline.now() - interval '179 days');
insert into pipeline.oauth_states (state_hash, user_id, provider, redirect_to, expires_at) values
  ('old', :'ann', 'slack', '/', pipeline.now() - interval '1 second'), ('young', :'ann', 'slack', '/', pipeline.now() + interval '1 minute');
select pipeline.sweep();

select is(array(select function_name from pipeline.wake_ups where function_name in ('old', 'young')), '{young}', 'wake-ups of a day');
select is(array(select summary from public.activity_log where user_id = :'ann'), '{young}', 'activity of 180 days');
select is(array(select state_hash from pipeline.oauth_states where user_id = :'ann'), '{young}', 'sign-ins under way');
select is((select count(*) from pipeline.work_tickets where id = :ticket), 1::bigint, 'a waiting ticket is never swept');
select tests.travel('2 days');
select pipeline.sweep();
select is_empty(format('select from public.activity_log where user_id = %L', :'ann'), 'activity ages by the pipeline''s clock');

select * from finish();
rollback;
