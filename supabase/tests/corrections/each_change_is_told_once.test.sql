-- Twenty cited items change after delivery: exactly those are told, in the next version, once.
begin;
select plan(7);

select tests.person('ann') as ann \gset
select tests.connection(:'ann') as connection \gset
select tests.source(:'connection', 'C1') as source \gset
select tests.travel_to('2026-11-04T10:00:00Z');
create function pg_temp.items(p_from int, p_to int, p_text text) returns jsonb language sql as $$ select jsonb_agg(tests.item(n::text, p_text || n) -> 0) from generate_series(p_from, p_to) n $$;
select tests.store(:'source', pg_temp.items(1, 60, 'text '));
insert into public.deliverables (user_id, title, deliverable_type) values (:'ann', 'Digest', 'slack_channel_digest') returning id as deliverable \gset
create function pg_temp.version(p_user uuid, p_deliverable uuid, p_cited text[], p_corrections jsonb default '[]') returns jsonb language plpgsql as $$
declare
  v_run tests.held_ticket := tests.held('generate_deliverable', jsonb_build_object('deliverable_id', p_deliverable), p_user);
  v_begun jsonb := pipeline.begin_version(v_run.id, v_run.lease);
begin
  perform pipeline.finish_version(v_run.id, v_run.lease, jsonb_build_object('version_id', v_begun #> '{version,id}', 'draft', 'text', 'coverage', '[]'::jsonb, 'usage', '{}'::jsonb, 'shown', '[]'::jsonb,
    'corrections', p_corrections, 'sources', (select jsonb_agg(id) from public.sync_registry where user_id = p_user),
    'citations', coalesce((select jsonb_agg(jsonb_build_object('number', c.item_id::int, 'content_id', c.id, 'revision', c.revision, 'quote', c.content, 'label', '#C1, ' || c.item_id)) from public.platform_content c where c.user_id = p_user and c.item_id = any (p_cited)), '[]')));
  update public.deliverable_versions set status = 'delivered' where id = (v_begun #>> '{version,id}')::uuid;
  return v_begun;
end $$;
create function pg_temp.corrections(p_user uuid, p_deliverable uuid) returns jsonb language plpgsql as $$
declare
  v_run tests.held_ticket := tests.held('generate_deliverable', jsonb_build_object('deliverable_id', p_deliverable), p_user);
  v_begun jsonb := pipeline.begin_version(v_run.id, v_run.lease);
begin
  perform pipeline.skip_version(v_run.id, v_run.lease, (v_begun #>> '{version,id}')::uuid, 'skipped_unchanged', 'x');
  return v_begun -> 'corrections';
end $$;

select pg_temp.version(:'ann', :'deliverable', array(select n::text from generate_series(1, 40) n));
select is(pg_temp.corrections(:'ann', :'deliverable'), '[]'::jsonb, 'nothing to correct while all stands');
select tests.travel('1 hour');
select tests.store(:'source', pg_temp.items(1, 12, 'edited '));
select tests.store(:'source', pg_temp.items(50, 55, 'edited, but not cited '));
select private.delete_items(:'connection', 'slack', (select jsonb_agg(jsonb_build_object('container_id', c.container_id, 'item_id', c.item_id)) from public.platform_content c where c.user_id = :'ann' and c.item_id::int between 33 and 40));
select pg_temp.corrections(:'ann', :'deliverable') as corrections \gset
select is(jsonb_array_length(:'corrections'::jsonb), 20, 'twelve edits and eight deletions');
select results_eq(format($$select c ->> 'change', count(*), min((c ->> 'number')::int), max((c ->> 'number')::int) from jsonb_array_elements(%L::jsonb) c group by 1 order by 1$$, :'corrections'),
  $$values ('deleted', 8::bigint, 33, 40), ('edited', 12, 1, 12)$$, 'and these are they');
select is(jsonb_array_length(pg_temp.corrections(:'ann', :'deliverable')), 20, 'a run that told nothing leaves them to be told');
select pg_temp.version(:'ann', :'deliverable', '{}', :'corrections');
select is(pg_temp.corrections(:'ann', :'deliverable'), '[]'::jsonb, 'told once');
select tests.store(:'source', pg_temp.items(20, 20, 'edited ') || pg_temp.items(21, 21, 'edited '));
select tests.store(:'source', pg_temp.items(21, 21, 'text '));
select is(pg_temp.corrections(:'ann', :'deliverable') #>> '{0,number}', '20', 'a later change is another');
select is(jsonb_array_length(pg_temp.corrections(:'ann', :'deliverable')), 1, 'what says again what was cited needs none');

select * from finish();
rollback;
