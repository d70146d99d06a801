-- What reaches its end is archived by the sweep, frees its place in the plan, and its person is told.
begin;
select plan(4);

select tests.person('ann') as ann \gset
select tests.travel_to('2026-11-04T10:00:00Z');
insert into public.deliverables (user_id, title, deliverable_type, schedule, expires_at) values (:'ann', 'Digest', 'slack_channel_digest', '{"frequency": "daily"}', '2026-11-10T00:00:00Z');
select is(private.expire_deliverables(), 0, 'not before');
select tests.travel_to('2026-11-10T00:10:00Z');
select is(private.expire_deliverables(), 1, 'then');
select results_eq(format('select status, status_reason from public.deliverables where user_id = %L', :'ann'), $$values ('archived'::public.deliverable_status, 'It reached the end that was set for it.')$$, 'and it says why');
select is((select message from public.notifications where user_id = :'ann'), '"Digest" has ended, as was set. Its versions stay.', 'told');

select * from finish();
rollback;
