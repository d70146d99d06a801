-- The seed's minimum intervals: 6 h on Free, 4 h on Starter, 45 min on Pro; a person's own request always goes through.
begin;
select plan(6);

select tests.person(p_tier => 'pro') as ann \gset
select tests.as_service();
select tests.connection(:'ann') as connection \gset
create function pg_temp.too_soon(p_connection uuid, p_user uuid, p_scheduled boolean default true) returns boolean language plpgsql as $$
declare v tests.held_ticket := tests.held('discover_sources', jsonb_build_object('connection_id', p_connection, 'platform', 'slack'), p_user, 'slack');
begin
  if p_scheduled then
    update pipeline.work_tickets set slot_at = now(), schedule_id = (select s.id from pipeline.schedules s where s.user_id = p_user limit 1) where id = v.id;
  end if;
  return (pipeline.begin_sync(v.id, v.lease) ->> 'too_soon')::boolean;
end $$;

select is(pg_temp.too_soon(:'connection', :'ann'), false, 'never synced');
insert into public.sync_passes (user_id, connection_id, platform, units_total, sources_total) values (:'ann', :'connection', 'slack', 1, 1) returning id as pass \gset
select is(pg_temp.too_soon(:'connection', :'ann'), true, 'one is under way');
select tests.travel('46 minutes');
select is(pg_temp.too_soon(:'connection', :'ann'), false, 'long enough ago');
select tests.travel('-10 minutes');
select is(pg_temp.too_soon(:'connection', :'ann', false), false, 'a person''s own request');
update public.sync_passes set units_ended = 1, sources_failed = 1, ended_at = pipeline.now() where id = :'pass';
select is(pg_temp.too_soon(:'connection', :'ann'), false, 'a pass that brought nothing does not count');
update public.sync_passes set sources_done = 1, sources_failed = 0 where id = :'pass';
update public.workspaces set tier = 'free' where owner_id = :'ann';
select tests.travel('5 hours');
select is(pg_temp.too_soon(:'connection', :'ann'), true, 'six hours on Free');

select * from finish();
rollback;
