-- The system's state is one person's, and names no source that the run may not read.
begin;
select plan(9);

select tests.travel_to('2026-11-04T10:00:00Z');
select tests.person('ann') as ann, tests.person('bob') as bob \gset
select tests.as_service();
select tests.connection(:'ann') as hers \gset
select tests.source(:'hers', 'C1') as open, tests.source(:'hers', 'secret-deal') as closed \gset
insert into public.deliverables (user_id, title, deliverable_type) values (:'ann', 'Launch digest', 'slack_channel_digest');
insert into public.signal_history (user_id, signal_type, signal_ref) values (:'ann', 'meeting_soon', 'e1');
select pipeline.log_activity(:'ann', 'signal_processed', 'Looked.');

select pipeline.system_state(:'ann', array[:'open'::uuid]) as state \gset
select is((:'state')::jsonb #>> '{sync,0,platform}', 'slack', 'platforms that are connected');
select is((:'state')::jsonb #> '{sync,0,sources}', '2', 'every selected source is counted');
select is((:'state')::jsonb #> '{sync,0,in_reach}' @> '[{"name": "#C1"}]', true, 'those in reach are named');
select unalike((:'state')::text, '%secret-deal%'::text, 'the others are not');
select is((:'state')::jsonb #>> '{deliverables,0,title}', 'Launch digest', 'with deliverables');
select is((:'state')::jsonb #> '{signals,latest,0,type}', '"meeting_soon"', 'and what was noticed');
select is((select array_agg(k order by k) from jsonb_object_keys(pipeline.system_state(:'ann', '{}', 'deliverables')) k), '{at,deliverables}', 'or one of them');
select is((select array_agg(k order by k) from jsonb_object_keys(pipeline.system_state(:'ann', '{}', 'sync')) k), '{at,sync}', 'by its scope');
select is(pipeline.system_state(:'bob', array[:'open'::uuid]) - 'at', '{"sync": [], "signals": {"latest": []}, "deliverables": []}', 'somebody else sees none of it');

select * from finish();
rollback;
