-- A discovery while a pass is open reads no source twice and opens no second pass; one without sources ends at once.
begin;
select plan(6);

select tests.person() as ann \gset
select tests.as_service();
select tests.connection(:'ann') as connection \gset
create function pg_temp.discover(p_connection uuid, p_user uuid, p_ids text[]) returns jsonb language plpgsql as $$
declare v tests.held_ticket := tests.held('discover_sources', jsonb_build_object('connection_id', p_connection, 'platform', 'slack'), p_user, 'slack');
begin
  return pipeline.finish_discovery(v.id, v.lease, (select coalesce(jsonb_agg(jsonb_build_object('external_id', i, 'kind', 'channel', 'name', i)), '[]') from unnest(p_ids) i), p_ids);
end $$;

select is(pg_temp.discover(:'connection', :'ann', '{}') ->> 'syncing', '0', 'nothing found, nothing to sync');
select isnt((select ended_at from public.sync_passes where user_id = :'ann'), null, 'and the pass is over');
select is(pg_temp.discover(:'connection', :'ann', '{C1}') ->> 'syncing', '1', 'one found');
update public.sync_registry set selected = true, selected_by = 'person' where connection_id = :'connection';
select is(pg_temp.discover(:'connection', :'ann', '{C1,C2}') ->> 'syncing', '0', 'what is under way is not read twice, and a new channel is not selected by itself');
update public.sync_registry set selected = true, selected_by = 'person' where connection_id = :'connection';
select is(pg_temp.discover(:'connection', :'ann', '{C1,C2}') ->> 'syncing', '1', 'a channel that was selected since joins');
select results_eq(format('select sources_total from public.sync_passes where user_id = %L and ended_at is null', :'ann'), 'values (2)', 'in the one open pass');

select * from finish();
rollback;
