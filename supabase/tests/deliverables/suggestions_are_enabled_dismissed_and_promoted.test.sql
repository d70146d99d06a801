-- A suggestion runs only once it is enabled; what ran once can recur; every way into "active" meets the plan's limit.
begin;
select plan(15);

select tests.person('ann') as ann, tests.person('ben') as ben \gset
select tests.travel_to('2026-11-04T10:00:00Z');
insert into public.deliverables (user_id, title, deliverable_type, status, origin, schedule) values (:'ann', 'Suggested', 'slack_channel_digest', 'suggested', 'analyst_suggested', '{"frequency": "daily", "time": "09:00"}') returning id as suggested \gset
insert into public.deliverables (user_id, title, deliverable_type, status, origin) values (:'ann', 'Other', 'slack_channel_digest', 'suggested', 'analyst_suggested') returning id as other \gset
insert into public.deliverables (user_id, title, deliverable_type, origin) values (:'ann', 'Emergent', 'meeting_prep', 'signal_emergent') returning id as emergent \gset
insert into public.deliverable_versions (deliverable_id, user_id, version_number, status, draft_content) values (:'other', :'ann', 1, 'suggested', 'text');
select tests.as_service();

select tests.throws_code(format('select pipeline.run_deliverable(%L, %L)', :'suggested', :'ann'), 'not_enabled', 'a suggestion does not run');
select tests.throws_code(format('select pipeline.enable_deliverable(%L, %L)', :'suggested', :'ben'), 'unknown_deliverable', 'nobody enables another person''s');
select is(pipeline.enable_deliverable(:'suggested', :'ann') ->> 'status', 'active', 'enabled');
select ok((select next_run_at from public.deliverable_schedules where deliverable_id = :'suggested') between '2026-11-05T09:00:00Z' and '2026-11-05T09:04:00Z', 'its first run is its next slot, and never at once');
select is_empty('select from pipeline.work_tickets where kind = ''generate_deliverable''', 'indeed');
select tests.throws_code(format('select pipeline.dismiss_deliverable(%L, %L)', :'suggested', :'ann'), 'not_a_suggestion', 'what runs is not dismissed');
select is(pipeline.dismiss_deliverable(:'other', :'ann') ->> 'status', 'archived', 'dismissed');
select is((select status from public.deliverable_versions where deliverable_id = :'other'), 'rejected'::public.version_status, 'with its version');
select tests.throws_code(format('select pipeline.promote_deliverable(%L, %L, null)', :'emergent', :'ann'), 'impossible_schedule', 'to recur it needs a schedule');
select is(pipeline.promote_deliverable(:'emergent', :'ann', '{"frequency": "weekly", "day": "monday"}') ->> 'origin', 'signal_emergent', 'promoted; where it came from stays');
select tests.throws_code(format($$select pipeline.promote_deliverable(%L, %L, '{"frequency": "daily"}')$$, :'emergent', :'ann'), 'already_recurring', 'once');
select isnt((select next_run_at from public.deliverable_schedules where deliverable_id = :'emergent'), null, 'and it is scheduled');
insert into public.deliverables (user_id, title, deliverable_type, status, origin) values (:'ann', 'Third', 'slack_channel_digest', 'suggested', 'analyst_suggested') returning id as third \gset
select tests.throws_code(format('select pipeline.enable_deliverable(%L, %L)', :'third', :'ann'), 'deliverable_limit_reached', 'two is the free plan''s limit here too');
select is((pipeline.preview_schedule(:'ann', '{"frequency": "daily", "time": "09:00", "timezone": "Europe/Berlin"}', 5))[5], '2026-11-09T08:00:00Z'::timestamptz, 'the next five runs can be seen before');
select tests.throws_code(format($$select pipeline.preview_schedule(%L, '{"frequency": "never"}')$$, :'ann'), 'impossible_schedule', 'and an impossible rule is refused');

select * from finish();
rollback;
