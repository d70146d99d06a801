-- Which sources fail, why and what to do; how far a pass is and what it waits for; and a listing that fails has no source to say so.
begin;
select plan(12);

select tests.person() as ann, tests.person() as ben \gset
select tests.vault();
select tests.as_service();
select tests.connection(:'ann') as id \gset
select tests.source(:'id', 'C' || n) from generate_series(1, 4) n;
create function pg_temp.health(p_user uuid) returns jsonb language sql as $$ select h from pipeline.sync_health(p_user) h $$;
insert into public.sync_passes (user_id, connection_id, platform, units_total, units_ended, sources_total, sources_done, sources_failed, ended_at)
  values (:'ann', :'id', 'slack', 4, 4, 4, 3, 1, pipeline.now());
update public.sync_registry set error = 'access_denied', error_message = 'The app is not in the channel.', error_at = pipeline.now(), held_deletions = 7 where external_id = 'C2';

select is(pg_temp.health(:'ann') ->> 'condition', 'degraded', 'one of four fails');
select is((pg_temp.health(:'ann') #> '{problems,0}') - '{source_id,since}'::text[], '{"source": "#C2", "category": "access_denied", "message": "The app is not in the channel.", "what_to_do": "Give us access to it again at the platform, or deselect it."}', 'which, why, and what to do');
select results_eq(format($$select (h ->> 'selected')::int, (h ->> 'failing')::int, (h ->> 'held_deletions')::int from pipeline.sync_health(%L) h$$, :'ann'), 'values (4, 1, 7)', 'the counts');
update public.sync_registry set error = 'provider_down', error_message = 'Slack failed.', error_at = pipeline.now();
select is(pg_temp.health(:'ann') ->> 'condition', 'failing', 'all fail');
update public.sync_registry set error = null, error_message = null, error_at = null;

insert into public.sync_passes (user_id, connection_id, platform, units_total, units_ended, sources_total, sources_done, items_stored) values (:'ann', :'id', 'slack', 4, 2, 4, 2, 90);
update public.sync_registry set progress_percent = 60, ready_at = pipeline.now() + interval '4 minutes' where external_id = 'C3';
insert into pipeline.work_tickets (kind, payload, user_id, platform, waiting_for)
  values ('sync_unit', jsonb_build_object('connection_id', :'id', 'platform', 'slack', 'unit', 'C3'), :'ann', 'slack', '{"code": "rate_limited", "message": "Slack asks to wait."}');
select is((pg_temp.health(:'ann') -> 'syncing') - '{since,ready_at,waiting_for}'::text[], '{"sources_total": 4, "sources_done": 2, "sources_failed": 0, "items_stored": 90, "percent": 65}', 'what is under way, and how far');
select is(pg_temp.health(:'ann') #>> '{syncing,waiting_for,code}', 'rate_limited', 'and what it waits for');
select is((pg_temp.health(:'ann') #>> '{syncing,ready_at}')::timestamptz, pipeline.now() + interval '4 minutes', 'and when it is through');

select id, lease from tests.held('discover_sources', jsonb_build_object('connection_id', :'id', 'platform', 'slack'), :'ann', 'slack', (select subject::text from pipeline.schedules where user_id = :'ann')) \gset ticket_
select pipeline.fail(:ticket_id, :'ticket_lease', '{"code": "provider_down", "message": "Slack did not list its channels."}', null, true);
select is(pg_temp.health(:'ann') ->> 'condition', 'failing', 'a listing that failed');
select is((pg_temp.health(:'ann') #> '{problems,0}') - 'since', '{"source_id": null, "source": null, "category": "provider_down", "message": "Slack did not list its channels.", "what_to_do": "Nothing to do: the platform failed, and the next sync tries again."}', 'is a problem of the platform');

select tests.as_person(:'ann');
select is(public.sync_health() ->> 'condition', 'failing', 'a person reads it directly');
select tests.as_person(:'ben');
select is_empty('select public.sync_health()', 'another person none of it');
select tests.as_person(:'ann', 'some-assistant');
select is_empty('select public.sync_health()', 'nor an assistant, which sees no connections');

select * from finish();
rollback;
