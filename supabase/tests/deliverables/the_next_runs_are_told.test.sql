-- When a deliverable runs next is told from its schedule, which knows more than its rule: the week in which it began, its pause, its end.
begin;
select plan(9);

select tests.person('ann', 'pro', 'Europe/Berlin') as ann, tests.person('ben') as ben \gset
select tests.travel_to('2026-11-04T10:00:00Z');
select tests.as_service();
insert into public.deliverables (user_id, title, deliverable_type, schedule)
values (:'ann', 'Digest', 'slack_channel_digest', '{"frequency": "biweekly", "day": "thursday", "time": "09:00"}') returning id as digest \gset

select is(pipeline.next_runs(:'digest', :'ann', 3) -> 'next_runs', '["2026-11-05T08:00:00+00:00", "2026-11-19T08:00:00+00:00", "2026-12-03T08:00:00+00:00"]', 'as many as were asked for');
select is(pipeline.next_runs(:'digest', :'ann') - 'next_runs', '{"status": "active", "schedule": {"frequency": "biweekly", "day": "thursday", "time": "09:00"}, "timezone": "Europe/Berlin", "expires_at": null}', 'with the zone of its person');
select tests.travel_to('2026-11-11T10:00:00Z');
update pipeline.schedules s set next_slot_at = '2026-11-19T08:00:00Z', due_at = '2026-11-19T08:00:00Z' where s.subject = :'digest';
select is(pipeline.next_runs(:'digest', :'ann', 2) -> 'next_runs', '["2026-11-19T08:00:00+00:00", "2026-12-03T08:00:00+00:00"]', 'a week later it keeps its weeks');
select is(pipeline.preview_schedule(:'ann', '{"frequency": "biweekly", "day": "thursday"}', 1), '{2026-11-12T08:00:00Z}'::timestamptz[], 'which a rule alone does not know');

update public.deliverables d set expires_at = '2026-11-30T00:00:00Z' where d.id = :'digest';
select is(jsonb_array_length(pipeline.next_runs(:'digest', :'ann') -> 'next_runs'), 1, 'none after its end');
update public.deliverables d set status = 'paused', expires_at = null where d.id = :'digest';
select is(pipeline.next_runs(:'digest', :'ann') -> 'next_runs', 'null', 'none while it is paused');
insert into public.deliverables (user_id, title, deliverable_type) values (:'ann', 'By hand', 'slack_channel_digest') returning id as by_hand \gset
select is(pipeline.next_runs(:'by_hand', :'ann') -> 'next_runs', 'null', 'and none of one that runs on demand');
update public.deliverables d set status = 'active', schedule = '{"frequency": "hourly"}' where d.id = :'digest';
select is(jsonb_array_length(pipeline.next_runs(:'digest', :'ann', 1000) -> 'next_runs'), 50, 'never more than fifty');
select tests.throws_code(format('select pipeline.next_runs(%L, %L)', :'digest', :'ben'), 'unknown_deliverable', 'and nobody else''s');

select * from finish();
rollback;
