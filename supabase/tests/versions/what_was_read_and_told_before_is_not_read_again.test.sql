-- A run that read the news and found them told already leaves no version, and the next run goes on behind it.
begin;
select plan(6);

select tests.person('ann') as ann \gset
select tests.connection(:'ann') as connection \gset
select tests.source(:'connection', 'C1') as source \gset
update public.sync_registry set selected = true, selected_by = 'person' where id = :'source';
insert into public.deliverables (user_id, title, deliverable_type) values (:'ann', 'Digest', 'slack_channel_digest') returning id as deliverable \gset
select tests.as_service();
create function pg_temp.begun(p_user uuid, p_deliverable uuid) returns jsonb language plpgsql as $$
declare
  v_run tests.held_ticket := tests.held('generate_deliverable', jsonb_build_object('deliverable_id', p_deliverable), p_user);
begin
  return pipeline.begin_version(v_run.id, v_run.lease) || jsonb_build_object('ticket', v_run.id, 'lease', v_run.lease);
end $$;
create function pg_temp.skip(p_run jsonb, p_until timestamptz) returns void language sql as $$
  select pipeline.skip_version((p_run ->> 'ticket')::bigint, (p_run ->> 'lease')::uuid, (p_run #>> '{version,id}')::uuid, 'skipped_unchanged', 'Told before.', p_until) $$;

select pg_temp.begun(:'ann', :'deliverable') as one \gset
select pg_temp.skip(:'one', null);
select pg_temp.begun(:'ann', :'deliverable') as two \gset
select is(:'two'::jsonb -> 'seen', 'null'::jsonb, 'a run that read nothing has seen nothing');
select pg_temp.skip(:'two', '2026-12-01T00:00:00Z');
select pg_temp.begun(:'ann', :'deliverable') as three \gset
select is(:'three'::jsonb #> '{seen,at}', :'two'::jsonb -> 'at', 'one that read goes before the next');
select is((:'three'::jsonb #>> '{seen,until}')::timestamptz, '2026-12-01T00:00:00Z'::timestamptz, 'as far as it looked');
select is(:'three'::jsonb #>> '{seen,source_ids,0}', :'source', 'where it looked');
select pipeline.finish_version((:'three'::jsonb ->> 'ticket')::bigint, (:'three'::jsonb ->> 'lease')::uuid, jsonb_build_object('version_id', :'three'::jsonb #> '{version,id}', 'draft', 'text', 'coverage', '[]'::jsonb,
  'usage', '{}'::jsonb, 'shown', '[]'::jsonb, 'sources', '[]'::jsonb, 'citations', '[]'::jsonb, 'scope_until', '2026-12-02T00:00:00Z'));
select pg_temp.begun(:'ann', :'deliverable') as four \gset
select is(:'four'::jsonb #> '{seen,at}', :'three'::jsonb -> 'at', 'a later version counts instead');
select is(:'four'::jsonb #>> '{version,number}', '2', 'and no number was lost');

select * from finish();
rollback;
