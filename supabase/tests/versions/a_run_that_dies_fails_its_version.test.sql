-- Whatever ends a run badly, no version stays "generating", and its person is told once.
begin;
select plan(8);

select tests.person('ann') as ann \gset
insert into public.deliverables (user_id, title, deliverable_type) values (:'ann', 'Digest', 'slack_channel_digest') returning id as deliverable \gset
select tests.as_service();
create function pg_temp.run(p_deliverable uuid, p_user uuid) returns tests.held_ticket language plpgsql as $$
declare v tests.held_ticket := tests.held('generate_deliverable', jsonb_build_object('deliverable_id', p_deliverable), p_user, 'anthropic');
begin
  perform pipeline.begin_version(v.id, v.lease);
  return v;
end $$;
select id as a, lease as a_lease from pg_temp.run(:'deliverable', :'ann') \gset
select pipeline.fail(:a, :'a_lease', '{"code": "model_refused", "message": "The model refused."}', null, true);
select results_eq(format('select status, failure ->> ''code'' from public.deliverable_versions where ticket_id = %s', :a), $$values ('failed'::public.version_status, 'model_refused')$$, 'a final error');
select results_eq(format('select urgency, message from public.notifications where user_id = %L', :'ann'), $$values ('high'::public.notification_urgency, '"Digest" could not be written: The model refused.')$$, 'is told');
select is((select count(*) from public.activity_log where user_id = :'ann' and metadata ->> 'status' = 'failed'), 1::bigint, 'and in the activity');

select id as b, lease as b_lease from pg_temp.run(:'deliverable', :'ann') \gset
update pipeline.work_tickets set crashes = 2 where id = :b;
select tests.lapse(:b);
select pipeline.reap();
select is((select failure ->> 'code' from public.deliverable_versions where ticket_id = :b), 'worker_vanished', 'the third crash');

select id as c, lease as c_lease from pg_temp.run(:'deliverable', :'ann') \gset
select pipeline.cancel(:c);
select pipeline.yield(:c, :'c_lease', null);
select is((select failure ->> 'code' from public.deliverable_versions where ticket_id = :c), 'cancelled', 'a cancel');
select is((select count(*) from public.notifications where user_id = :'ann'), 2::bigint, 'of which nobody needs to be told');

select id as d, lease as d_lease from pg_temp.run(:'deliverable', :'ann') \gset
select pipeline.fail(:d, :'d_lease', '{"code": "x", "message": "m"}');
select is((select status from public.deliverable_versions where ticket_id = :d), 'generating'::public.version_status, 'an error that is tried again fails nothing');
select tests.due(:d);
select lease_token as d_lease from tests.claim('execute-deliverable') where id = :d \gset
select is(pipeline.begin_version(:d, :'d_lease') #>> '{version,number}', '4', 'the next attempt goes on with the same version');

select * from finish();
rollback;
