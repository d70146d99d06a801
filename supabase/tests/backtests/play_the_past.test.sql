-- A backtest plays the slots of the past weeks, each from the content of then, and changes nothing for the next run.
begin;
select plan(14);

select tests.person('ann') as ann, tests.person('ben') as ben \gset
select tests.travel_to('2026-11-04T10:00:00Z');
select tests.connection(:'ann') as connection \gset
select tests.source(:'connection', 'C1') as source \gset
insert into public.deliverables (user_id, title, deliverable_type, status, schedule) values (:'ann', 'Digest', 'slack_channel_digest', 'paused', '{"frequency": "daily", "time": "09:00"}') returning id as deliverable \gset
insert into public.deliverables (user_id, title, deliverable_type, status, schedule) values (:'ann', 'Hourly', 'slack_channel_digest', 'paused', '{"frequency": "hourly"}') returning id as hourly \gset
select tests.as_service();
select tests.throws_code(format('select pipeline.start_backtest(%L, %L, 2)', :'deliverable', :'ben'), 'unknown_deliverable', 'another person''s is unknown');
select pipeline.start_backtest(:'deliverable', :'ann', 1) as started \gset
select is(jsonb_array_length(:'started'::jsonb -> 'slots'), 7, 'a week of days');
select is(:'started'::jsonb #>> '{slots,6}', '2026-11-04T09:00:00+00:00', 'up to now');
select tests.throws_code(format('select pipeline.start_backtest(%L, %L, 1)', :'deliverable', :'ann'), 'backtest_running', 'one at a time');
select is(jsonb_array_length(pipeline.start_backtest(:'hourly', :'ann', 4) -> 'slots'), 40, 'at most forty, the newest');
select id, lease from tests.held('backtest_deliverable', jsonb_build_object('backtest_id', :'started'::jsonb ->> 'backtest_id'), :'ann') \gset
select is(cardinality(pipeline.backtest_slots(:id, :'lease')), 7, 'all to play');
select tests.throws_code(format('select pipeline.begin_version(%s, %L, %L)', :id, :'lease', '2026-11-04T08:59:00Z'), 'unknown_backtest', 'nothing but its slots');
select pipeline.begin_version(:id, :'lease', '2026-10-29T09:00:00Z') as one \gset
select is(:'one'::jsonb ->> 'at', '2026-10-29T09:00:00+00:00', 'as of the slot');
select pipeline.finish_version(:id, :'lease', jsonb_build_object('version_id', :'one'::jsonb #> '{version,id}', 'draft', 'text', 'coverage', '[]'::jsonb, 'usage', '{"cost_usd": 0.02}'::jsonb, 'shown', '[]'::jsonb, 'sources', '[]'::jsonb, 'citations', '[]'::jsonb, 'scope_until', '2026-10-29T09:00:00Z'));
select pipeline.begin_version(:id, :'lease', '2026-10-30T09:00:00Z') as two \gset
select is((:'two'::jsonb #>> '{seen,at}')::timestamptz, '2026-10-29T09:00:00Z'::timestamptz, 'goes on from its own last version');
select pipeline.skip_version(:id, :'lease', (:'two'::jsonb #>> '{version,id}')::uuid, 'skipped_unchanged', 'Nothing new.');
select results_eq(format('select done, cost_usd, jsonb_array_length(skipped), status from public.deliverable_backtests where deliverable_id = %L', :'deliverable'), $$values (2, 0.0200, 1, 'running'::public.backtest_status)$$, 'two played');
select is(cardinality(pipeline.backtest_slots(:id, :'lease')), 5, 'whoever goes on plays the rest');
select is_empty('select from public.deliveries', 'nothing is delivered');
select is((select last_run_at from public.deliverables where id = :'deliverable'), null, 'nothing counts as read');
select pipeline.backtest_ended(t, 'dead', '{"code": "x", "message": "y"}') from pipeline.work_tickets t where t.id = :id;
select results_eq(format('select status, error ->> ''code'' from public.deliverable_backtests where deliverable_id = %L', :'deliverable'), $$values ('failed'::public.backtest_status, 'x')$$, 'one that dies says why');

select * from finish();
rollback;
