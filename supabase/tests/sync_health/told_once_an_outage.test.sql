-- Operators see who is overdue; the person is told once an outage, after a day without a successful sync.
begin;
select plan(11);

select tests.travel_to('2026-11-24 07:00Z');
select tests.person('ann', 'free', 'Asia/Seoul') as ann \gset
select tests.vault();
select tests.as_service();
delete from public.platform_connections where user_id <> :'ann';
select tests.connection(:'ann', 'google') as id \gset
update public.workspaces set timezone = 'UTC' where owner_id = :'ann';

select is(pipeline.watch_syncs(), '{"noticed": 0, "over": 0, "told": 0}', 'all is well');
select tests.travel_to('2026-11-24 09:00Z');
select is(pipeline.watch_syncs(), '{"noticed": 2, "over": 0, "told": 0}', 'both platforms are noticed');
select is(pipeline.watch_syncs(), '{"noticed": 0, "over": 0, "told": 0}', 'once');
select is(pipeline.operations() -> 'overdue_syncs', '[{"platform": "gmail", "connections": 1, "longest_since": "2026-11-24T08:00:00+00:00", "told": 0}, {"platform": "calendar", "connections": 1, "longest_since": "2026-11-24T08:00:00+00:00", "told": 0}]', 'operators see it');
select tests.travel_to('2026-11-25 07:01Z');
select is(pipeline.watch_syncs(), '{"noticed": 0, "over": 0, "told": 1}', 'after a day the person is told, of both at once');
select results_eq(format('select urgency, message from public.notifications where user_id = %L', :'ann'),
  $$values ('high'::public.notification_urgency, 'Gmail and Calendar (Acme) could not be synced since 2026-11-24 07:00. We go on trying, and nothing that was synced is lost; what is new there is missing here.')$$, 'with what is missing');
select tests.travel_to('2026-11-27 07:01Z');
select is(pipeline.watch_syncs() -> 'told', '0', 'not again');
insert into public.sync_passes (user_id, connection_id, platform, units_total, units_ended, sources_total, sources_done, ended_at)
  select :'ann', :'id', p, 1, 1, 1, 1, pipeline.now() from unnest('{gmail,calendar}'::public.platform[]) p;
select is(pipeline.watch_syncs(), '{"noticed": 0, "over": 2, "told": 0}', 'it is over');
select is(pipeline.operations() -> 'overdue_syncs', '[]', 'for operators too');
select tests.travel_to('2026-11-29 12:00Z');
select is(pipeline.watch_syncs(), '{"noticed": 2, "over": 0, "told": 1}', 'a new outage is a new message');
select pipeline.needs_reauth(:'id', 'Revoked.');
select is(pipeline.watch_syncs() -> 'over', '2', 'a connection that waits for its person is no outage of ours');

select * from finish();
rollback;
