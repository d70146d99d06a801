-- One look: what lives, what waits and why, what died of what, what is late, what is paused.
begin;
select plan(12);

select tests.kind('test', '{"max_attempts": 1}');
select tests.as_service();
select tests.queued();
select tests.queued(p_delay => '1 hour');
select (tests.held()).id as lapsed \gset
select tests.lapse(:lapsed);
select h.id, h.lease from tests.held() h \gset dead_
select pipeline.fail(:dead_id, :'dead_lease', '{"code": "provider_down", "message": "Slack is down."}');
select h.id, h.lease from tests.held() h \gset waiting_
select pipeline.yield(:waiting_id, :'waiting_lease', '{}', '10 minutes', '{"code": "rate_limited"}');
select tests.as_owner();
insert into pipeline.wake_ups (function_name, woken_at) values ('test-function', clock_timestamp() - interval '6 seconds'), ('test-function', clock_timestamp());
select pipeline.reserve('slack:T1:history', 1, 600);
update pipeline.platform_limits set paused = true where platform = 'notion';
select tests.person() as ann \gset
select pipeline.set_schedule('test', gen_random_uuid(), :'ann', '{"frequency": "hourly"}');
update pipeline.schedules set due_at = pipeline.now() - interval '10 minutes', next_slot_at = pipeline.now() - interval '10 minutes' where user_id = :'ann' and kind = 'test';
select pipeline.operations() as seen \gset

select is(jsonb_path_query_first(:'seen', '$.live[*] ? (@.kind == "test" && @.state == "queued").tickets'), '3', 'three are queued');
select is(jsonb_path_query_first(:'seen', '$.live[*] ? (@.kind == "test" && @.state == "queued").due'), '1', 'one of them is due');
select is(jsonb_path_query_first(:'seen', '$.live[*] ? (@.kind == "test" && @.state == "running").lease_over'), '1', 'one runs whose lease is over');
select is(jsonb_path_query_first(:'seen', '$.waiting_for[*] ? (@.kind == "test").code'), '"rate_limited"', 'one waits for a rate limit');
select is(jsonb_path_query_first(:'seen', '$.dead[*] ? (@.kind == "test").code'), '"provider_down"', 'one died of a provider');
select is(jsonb_path_query_first(:'seen', '$.dead[*] ? (@.kind == "test").message'), '"Slack is down."', 'in words');
select is(jsonb_path_query_first(:'seen', '$.dead[*] ? (@.kind == "test").latest[0]'), to_jsonb(:dead_id), 'and which one, to redrive it');
select is(:'seen'::jsonb #> '{wake_ups,unanswered}', '1', 'one wake-up is unanswered; the other is on its way');
select is(jsonb_path_query_first(:'seen', '$.missed_slots[*] ? (@.kind == "test").longest_late_seconds'), '600', 'a schedule is ten minutes late');
select is(jsonb_path_query_first(:'seen', '$.meters[*] ? (@.key == "slack:T1:history").free_in_seconds'), '600', 'a meter is used up');
select is(:'seen'::jsonb #> '{paused,platforms}', '["notion"]', 'a platform is paused');

select pipeline.redrive(:dead_id);
select is(jsonb_path_query_first(pipeline.operations(), '$.dead[*] ? (@.kind == "test")'), null, 'what was redriven needs no hand any more');

select * from finish();
rollback;
