-- Free twice a day, Pro hourly; a new tier moves the schedule at once.
begin;
select plan(4);

select tests.travel_to('2026-11-04T10:00:00Z');
select tests.person(p_timezone => 'Europe/Berlin') as ann \gset
select tests.connection(:'ann') as id \gset
create function pg_temp.next() returns timestamptz language sql as $$ select next_slot_at from pipeline.schedules where kind = 'discover_sources' $$;

select is(pg_temp.next(), '2026-11-04T17:00:00Z', 'free: 18:00 in Berlin');
update public.workspaces set tier = 'pro' where owner_id = :'ann';
select is(pg_temp.next(), '2026-11-04T11:00:00Z', 'pro: the next hour');
update public.workspaces set tier = 'starter' where owner_id = :'ann';
select is(pg_temp.next(), '2026-11-04T11:00:00Z', 'starter: noon in Berlin');
select is((select payload from pipeline.schedules where kind = 'discover_sources'), jsonb_build_object('connection_id', :'id', 'platform', 'slack'), 'its ticket names connection and platform');

select * from finish();
rollback;
