-- A task is made with its sources or not at all, runs at once without a schedule, and runs once more when it is over.
begin;
select plan(17);

select tests.person('ann') as ann, tests.person('ben') as ben \gset
select tests.vault();
select tests.travel_to('2026-11-04T10:00:00Z');
select tests.as_service();
select tests.connection(:'ann') as connection, tests.connection(:'ben') as others \gset
select tests.source(:'connection', 'C1') as one \gset
select tests.source(:'connection', 'C2') as two \gset
select tests.source(:'others', 'C1') as foreign \gset

select pipeline.create_task(:'ann', 'Offer', 'Write an offer.', null, array[:'one', :'two', :'one']::uuid[]) as made \gset
select :'made'::jsonb #>> '{task,id}' as task, :'made'::jsonb ->> 'ticket_id' as ticket \gset
select results_eq(format('select title, description, deliverable_type, origin::text, user_id from public.deliverables where id = %L', :'task'),
  format('values (''Offer'', ''Write an offer.'', ''custom'', ''task'', %L::uuid)', :'ann'), 'a task of the person');
select is((select count(*) from public.deliverable_sources s where s.deliverable_id = :'task' and s.user_id = :'ann'), 2::bigint, 'with each of its sources once');
select is((select t.payload from pipeline.work_tickets t where t.id = :ticket), jsonb_build_object('deliverable_id', :'task', 'forced', true), 'it runs at once, whatever changed');
select is(pipeline.create_task(:'ann', 'Daily', 'x', '{"frequency": "daily"}') -> 'ticket_id', 'null', 'one with a schedule waits for it');
select ok((select s.next_slot_at > pipeline.now() from pipeline.schedules s join public.deliverables d on d.id = s.subject where d.title = 'Daily'), 'which comes');

select is(tests.error_of(format('select pipeline.create_task(%L, ''Theirs'', ''x'', null, array[%L, %L]::uuid[])', :'ann', :'one', :'foreign')) ->> 'code', 'unknown_source', 'a source of somebody else is unknown');
select is((tests.error_of(format('select pipeline.create_task(%L, ''Theirs'', ''x'', null, array[%L, %L]::uuid[])', :'ann', :'one', :'foreign')) ->> 'details')::jsonb, jsonb_build_object('unknown', jsonb_build_array(:'foreign')), 'and named');
select tests.throws_code(format('select pipeline.create_task(%L, ''Never'', ''x'', ''{"frequency": "fortnightly"}'')', :'ann'), 'impossible_schedule', 'an impossible schedule is refused');
select is((select count(*) from public.deliverables d where d.title in ('Theirs', 'Never')), 0::bigint, 'and nothing of either is made');

select is(pipeline.run_task(:'task', :'ann') ->> 'ticket_id', :'ticket', 'a run that waits is joined');
delete from pipeline.work_tickets;
update public.deliverables d set status = 'archived', schedule = '{"frequency": "once", "at": "2026-11-03T09:00"}' where d.id = :'task';
select is(pipeline.run_task(:'task', :'ann', true) #>> '{task,status}', 'active', 'one that is over begins again');
select is((select t.payload from pipeline.work_tickets t where t.kind = 'generate_deliverable'), jsonb_build_object('deliverable_id', :'task', 'forced', true), 'and runs as it was asked to');
select is((select d.schedule from public.deliverables d where d.id = :'task'), null, 'once more, and not by its old schedule');

update public.deliverables d set status = 'archived' where d.title = 'Daily';
select tests.throws_code(format('select pipeline.run_task(%L, %L)', (select d.id from public.deliverables d where d.title = 'Daily'), :'ann'), 'unknown_deliverable', 'a recurring one that was put away stays away');
select tests.throws_code(format('select pipeline.run_task(%L, %L)', :'task', :'ben'), 'unknown_task', 'nobody runs another person''s');
insert into public.deliverables (user_id, title, deliverable_type) values (:'ann', 'No task', 'custom') returning id as other \gset
select tests.throws_code(format('select pipeline.run_task(%L, %L)', :'other', :'ann'), 'unknown_task', 'and no deliverable is a task');
update public.deliverables d set status = 'archived' where d.id = :'other';
select is((select tests.code_of(format('select pipeline.run_task(%L, %L)', :'other', :'ann')) || ' ' || d.status from public.deliverables d where d.id = :'other'), 'unknown_task archived', 'nor does one that is over begin again this way');

select * from finish();
rollback;
