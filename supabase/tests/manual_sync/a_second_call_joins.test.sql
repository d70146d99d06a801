-- A person who asks twice gets one sync, whether the first waits, is scheduled, or runs already.
begin;
select plan(13);

select tests.person('ann', 'pro') as ann \gset
select tests.vault();
select tests.as_service();
select tests.connection(:'ann', 'google') as id \gset
select pipeline.request_sync(:'ann', 'google') as first \gset
select pipeline.request_sync(:'ann', 'google') as second \gset

select is(array(select x ->> 'platform' from jsonb_array_elements(:'first'::jsonb -> 'tickets') x where not (x ->> 'joined')::boolean), '{gmail,calendar}', 'both platforms of the grant');
select is(array(select x -> 'ticket_id' from jsonb_array_elements(:'second'::jsonb -> 'tickets') x where (x ->> 'joined')::boolean),
  array(select x -> 'ticket_id' from jsonb_array_elements(:'first'::jsonb -> 'tickets') x), 'the second call joins them');
select is((select count(*) from pipeline.work_tickets where user_id = :'ann'), 2::bigint, 'there is one ticket each');
select ok((select count(*) from pipeline.wake_ups where function_name = 'sync') >= 2, 'the function is woken at once');
select is(pipeline.request_sync(:'ann', 'google', 'calendar') -> 'tickets' #> '{0,platform}', '"calendar"', 'one platform alone');
select tests.throws_code(format('select pipeline.request_sync(%L, ''google'', ''slack'')', :'ann'), 'unknown_platform', 'of the provider');

-- While the listing runs, and while the pass behind it runs.
select tests.connection(:'ann', 'slack') as slack \gset
select pipeline.request_sync(:'ann', 'slack') #>> '{tickets,0,ticket_id}' as ticket \gset
select pipeline.claim(tests.wake_up('sync'));
select is(pipeline.request_sync(:'ann', 'slack') #> '{tickets,0}', jsonb_build_object('ticket_id', :ticket, 'platform', 'slack', 'joined', true), 'a running listing is joined');
select lease_token as lease from pipeline.work_tickets where id = :ticket \gset
select pipeline.finish_discovery(:ticket, :'lease', '[{"external_id": "C1", "kind": "channel", "name": "one"}]', '{C1}');
select is(pipeline.request_sync(:'ann', 'slack') #> '{tickets,0}', jsonb_build_object('ticket_id', :ticket, 'platform', 'slack', 'joined', true), 'a running pass too');
select is((select count(*) from pipeline.work_tickets where user_id = :'ann' and platform = 'slack'), 1::bigint, 'without another ticket');
delete from pipeline.work_tickets where user_id = :'ann' and platform = 'slack';
update public.sync_passes set ended_at = pipeline.now(), units_ended = units_total where user_id = :'ann';

-- One that a schedule made waits: a person who joins it makes it theirs, so that it does not end as too soon.
select id as schedule from pipeline.schedules where user_id = :'ann' and platform = 'slack' \gset
insert into pipeline.work_tickets (kind, payload, user_id, platform, dedupe_key, schedule_id, slot_at)
  select s.kind, s.payload, s.user_id, s.platform, s.subject::text, s.id, pipeline.now() from pipeline.schedules s where s.id = :schedule returning id as scheduled \gset
select is(pipeline.request_sync(:'ann', 'slack') #> '{tickets,0}', jsonb_build_object('ticket_id', :scheduled, 'platform', 'slack', 'joined', true), 'a scheduled one is joined');
select results_eq(format('select slot_at, priority from pipeline.work_tickets where id = %s', :scheduled), 'values (null::timestamptz, 0::smallint)', 'and hurried');

-- A scheduled listing that runs and finds that it comes too soon brings nothing to join.
delete from pipeline.work_tickets where id = :scheduled;
select id from tests.held('discover_sources', jsonb_build_object('connection_id', :'slack', 'platform', 'slack'), :'ann', 'slack', (select subject::text from pipeline.schedules where id = :schedule)) \gset
update pipeline.work_tickets set schedule_id = :schedule, slot_at = pipeline.now() where id = :id;
insert into public.sync_passes (user_id, connection_id, platform, ended_at) values (:'ann', :'slack', 'slack', pipeline.now());
update pipeline.manual_syncs set asked_at = asked_at - interval '1 hour';
select is(pipeline.request_sync(:'ann', 'slack') #> '{tickets,0,joined}', 'false', 'a listing that ends as too soon is not joined');
select is((select count(*) from pipeline.work_tickets where user_id = :'ann' and platform = 'slack'), 2::bigint, 'a new one waits behind it');

select * from finish();
rollback;
