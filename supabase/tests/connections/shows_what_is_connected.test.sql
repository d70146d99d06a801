-- What a frontend shows of a person's connections.
begin;
select plan(8);

select tests.travel_to('2026-11-04T10:00:00Z');
select tests.person() as ann, tests.person() as ben \gset
select tests.as_service();
select is(pipeline.integrations_of(:'ann'), '[]', 'nothing yet');
select pipeline.connect(:'ann', 'google', 'G', 'ann@example.com', '{gmail}', '{"missing_features": [{"scope": "calendar", "message": "No calendars."}]}', 'v1.a', 'v1.r', null, 'No calendars.') as id \gset
select pipeline.integrations_of(:'ann') -> 0 as one \gset
select is(:'one'::jsonb ->> 'status_reason', 'No calendars.', 'what does not work is said');
select is(:'one'::jsonb -> 'missing_features' -> 0 ->> 'scope', 'calendar', 'by scope too');
select is(jsonb_path_query_array(:'one', '$.platforms[*].platform'), '["gmail", "calendar"]', 'a Google grant has two platforms');
select is(:'one'::jsonb -> 'platforms' -> 0 ->> 'next_sync_at', '2026-11-04T18:00:00+00:00', 'each with its next sync');
select ok(not :'one'::jsonb::text ~ 'v1\.', 'and no token');
select is((select count(*) from public.notifications where user_id = :'ann'), 1::bigint, 'the person was told what does not work');
select is(pipeline.integrations_of(:'ben'), '[]', 'of nobody else');

select * from finish();
rollback;
