-- Four platforms, connected or not, in the shape that frontends know.
begin;
select plan(9);

select tests.travel_to('2026-11-24 12:00Z');
select tests.person() as ann \gset
select tests.vault();
select tests.as_service();
select tests.connection(:'ann') as id \gset
select tests.source(:'id', 'C1') as source \gset
select tests.source(:'id', 'C2');
select tests.source(:'id', 'C3');
select tests.source(:'id', 'C4', 'slack', 'channel', false);
select tests.store(:'source', tests.item('1', 'one') || tests.item('2', 'two'));
create function pg_temp.status(p_user uuid) returns jsonb language sql as $$ select h from pipeline.sync_status(p_user, 'slack') h $$;
create function pg_temp.resource(p_user uuid, p_id text) returns text language sql as $$
  select x ->> 'status' from jsonb_array_elements(pg_temp.status(p_user) -> 'resources') x where x ->> 'resource_id' = p_id $$;

select results_eq(format($$select h ->> 'platform', h ->> 'status', (h ->> 'connected')::boolean from pipeline.sync_status(%L) h$$, :'ann'),
  $$values ('slack', 'pending', true), ('gmail', 'disconnected', false), ('calendar', 'disconnected', false), ('notion', 'disconnected', false)$$, 'all four');
select is(pg_temp.status(:'ann') -> 'content', '{"total_items": 2, "retained_items": 0, "ephemeral_items": 2, "freshest_at": "2026-11-01T09:00:00+00:00"}', 'what it holds');
select is(pg_temp.status(:'ann') -> 'source_count', '3', 'selected sources only');
select is(pg_temp.resource(:'ann', 'C1'), 'never_synced', 'one that was never synced');
update public.sync_registry set last_synced_at = pipeline.now() - interval '5 hours' where external_id in ('C1', 'C3');
update public.sync_registry set last_synced_at = pipeline.now() - interval '9 hours' where external_id = 'C2';
insert into public.sync_passes (user_id, connection_id, platform, units_total, units_ended, sources_total, sources_done, ended_at) values (:'ann', :'id', 'slack', 2, 2, 2, 2, pipeline.now() - interval '5 hours');
select is(array[pg_temp.resource(:'ann', 'C1'), pg_temp.resource(:'ann', 'C2')], '{fresh,recent}', 'fresh within the interval of the plan, recent within its schedule');
select is(pg_temp.status(:'ann') ->> 'status', 'healthy', 'a night without slots makes nothing stale');
update public.sync_registry set error = 'provider_down', error_message = 'x', error_at = pipeline.now() where external_id = 'C2';
select is(pg_temp.resource(:'ann', 'C2'), 'stale', 'one that fails grows stale');
select is(pg_temp.status(:'ann') ->> 'status', 'stale', 'and the platform with it');
select pipeline.needs_reauth(:'id', 'Revoked.');
select is(pg_temp.status(:'ann') -> 'connected', 'false', 'who must reconnect is not connected');

select * from finish();
rollback;
