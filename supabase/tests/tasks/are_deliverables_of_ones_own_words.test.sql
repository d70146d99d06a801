-- A task is written through its view, runs as a deliverable, and is over when it ran once.
begin;
select plan(12);

select tests.person('ann') as ann, tests.person('ben') as ben \gset
select tests.travel_to('2026-11-04T10:00:00Z');
select tests.as_person(:'ann');
insert into public.tasks (title, prompt) values ('Offer', 'Write an offer to Lena.') returning id as task \gset
select results_eq('select deliverable_type, origin, description, status from public.deliverables', $$values ('custom', 'task'::public.deliverable_origin, 'Write an offer to Lena.', 'active'::public.deliverable_status)$$, 'a deliverable of the person''s own words');
select tests.throws_code($$insert into public.tasks (title, prompt) values ('Empty', '')$$, '23514', 'it says what to do');
select tests.throws_code($$insert into public.tasks (title, prompt, origin) values ('x', 'x', 'user_configured')$$, '44000', 'and nothing else is one');
insert into public.tasks (title, prompt) select 'Once', 'x' from generate_series(1, 5);
select is((select count(*) from public.tasks), 6::bigint, 'those that run once do not count against the plan');
insert into public.tasks (title, prompt, schedule) values ('a', 'x', '{"frequency": "daily"}'), ('b', 'x', '{"frequency": "daily"}');
select tests.throws_code($$insert into public.tasks (title, prompt, schedule) values ('c', 'x', '{"frequency": "daily"}')$$, 'deliverable_limit_reached', 'those that recur do');
update public.tasks set prompt = 'Write it to Max.' where id = :'task';
select is((select description from public.deliverables where id = :'task'), 'Write it to Max.', 'corrected through the view');
select tests.as_person(:'ben');
select is_empty('select * from public.tasks', 'nobody else sees them');
select tests.as_service();
select ticket_id from pipeline.run_deliverable(:'task', :'ann') \gset
select id, lease from tests.held('generate_deliverable', jsonb_build_object('deliverable_id', :'task'), :'ann') \gset
select pipeline.begin_version(:id, :'lease') as run \gset
select is(:'run'::jsonb #>> '{deliverable,origin}', 'task', 'a run like any other');
select pipeline.finish_version(:id, :'lease', jsonb_build_object('version_id', :'run'::jsonb #> '{version,id}', 'draft', 'text', 'coverage', '[]'::jsonb, 'usage', '{}'::jsonb, 'shown', '[]'::jsonb, 'sources', '[]'::jsonb, 'citations', '[]'::jsonb));
select is((select status from public.deliverables where id = :'task'), 'archived'::public.deliverable_status, 'over when it ran');
select is((select count(*) from public.deliveries where deliverable_id = :'task'), 1::bigint, 'and delivered like any other');
select tests.as_person(:'ann');
select ok((select count(*) from public.deliverable_runs where deliverable_id = :'task') >= 1, 'its runs are seen');
select is((select status from public.deliverable_runs where ticket_id = :id), 'generated', 'with what became of them');

select * from finish();
rollback;
