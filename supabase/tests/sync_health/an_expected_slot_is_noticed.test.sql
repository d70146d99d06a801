-- A slot that passed without a successful pass is overdue after its offset and half an hour of grace, and over with the next success.
begin;
select plan(15);

select tests.travel_to('2026-11-24 07:00Z');
select tests.person() as ann \gset
select tests.vault();
select tests.as_service();
select tests.connection(:'ann') as id \gset
select tests.source(:'id', 'C1') as source \gset
update pipeline.schedules set due_at = next_slot_at + interval '5 minutes' where user_id = :'ann';
create function pg_temp.health(p_user uuid) returns jsonb language sql as $$ select h from pipeline.sync_health(p_user) h $$;
create function pg_temp.pass(p_connection uuid, p_done int, p_failed int default 0) returns void language sql as $$
  insert into public.sync_passes (user_id, connection_id, platform, sources_total, sources_done, sources_failed, ended_at)
  select c.user_id, c.id, 'slack', p_done + p_failed, p_done, p_failed, pipeline.now() from public.platform_connections c where c.id = p_connection
$$;

select is(pg_temp.health(:'ann') ->> 'condition', 'pending', 'a new connection is pending');
select is((pg_temp.health(:'ann') ->> 'next_sync_at')::timestamptz, '2026-11-24 08:05Z', 'its next sync is known');
select tests.travel_to('2026-11-24 08:34Z');
select is(pg_temp.health(:'ann') ->> 'overdue_since', null, 'within the grace nothing is said');
select tests.travel_to('2026-11-24 08:36Z');
select is((pg_temp.health(:'ann') ->> 'overdue_since')::timestamptz, '2026-11-24 08:00Z', 'nobody came: overdue since the slot, though no schedule ran');
select is(pg_temp.health(:'ann') ->> 'condition', 'overdue', 'and that is its condition');

-- The schedule runs, and what it starts fails: still overdue, since the first slot.
select pipeline.schedule();
select pg_temp.pass(:'id', 0, 1);
select tests.travel_to('2026-11-24 19:00Z');
select pipeline.schedule();
select is((pg_temp.health(:'ann') ->> 'overdue_since')::timestamptz, '2026-11-24 08:00Z', 'a pass in which all failed is no success');
select pg_temp.pass(:'id', 1);
select is(pg_temp.health(:'ann') ->> 'condition', 'healthy', 'a success ends it');
select is((pg_temp.health(:'ann') ->> 'last_success_at')::timestamptz, '2026-11-24 19:00Z', 'and is remembered');

-- A manual sync two hours before a slot: the slot that follows brings nothing new and is let pass.
select tests.travel_to('2026-11-25 07:00Z');
select pg_temp.pass(:'id', 1);
select tests.travel_to('2026-11-25 09:00Z');
select pipeline.schedule();
select is(pg_temp.health(:'ann') ->> 'overdue_since', null, 'a slot soon after a success is not expected');
select tests.travel_to('2026-11-25 18:40Z');
select is((pg_temp.health(:'ann') ->> 'overdue_since')::timestamptz, '2026-11-25 18:00Z', 'the one after that is');

-- Another plan, another schedule: hours that were no slots when they passed are not missed.
select pg_temp.pass(:'id', 1);
select tests.travel_to('2026-11-26 07:30Z');
update public.workspaces set tier = 'pro' where owner_id = :'ann';
select is(pg_temp.health(:'ann') ->> 'overdue_since', null, 'an upgrade makes nobody overdue');
update pipeline.schedules set paused = true, next_slot_at = null, due_at = null where user_id = :'ann';
select tests.travel_to('2026-11-27 20:00Z');
select is(pg_temp.health(:'ann') ->> 'condition', 'overdue', 'a schedule that stands still though the connection works is noticed after a day');
select pipeline.select_sources(:'ann', 'slack', '{}');
select is(pg_temp.health(:'ann') ->> 'condition', 'nothing_selected', 'who chose none misses nothing');
select is(pg_temp.health(:'ann') ->> 'overdue_since', null, 'and is not overdue');
select pipeline.needs_reauth(:'id', 'Revoked.');
select is(pg_temp.health(:'ann') ->> 'condition', 'needs_reauth', 'a dead token comes first');

select * from finish();
rollback;
