-- An import that always fails or crashes ends with its reason, tells its person, and frees its lane; redriving goes on from its last page.
begin;
select plan(14);

select tests.person() as ann \gset
select tests.vault();
select tests.as_service();
update pipeline.ticket_kinds set max_running_per_user = 1 where kind = 'import_source';
select tests.connection(:'ann') as connection \gset
select tests.source(:'connection', 'C1') as one \gset
select tests.source(:'connection', 'C2') as two \gset
select (pipeline.request_import(:'ann', 'slack', 'C1') ->> 'id')::uuid as job \gset
select (pipeline.request_import(:'ann', 'slack', 'C2') ->> 'id')::uuid as other \gset

create function pg_temp.attempt(p_source uuid) returns text language plpgsql as $$
declare
  v_ticket pipeline.claimed_ticket;
begin
  update pipeline.work_tickets set run_at = clock_timestamp() where kind = 'import_source' and started_at is not null;
  select * into v_ticket from pipeline.claim(tests.wake_up('sync'));
  perform pipeline.begin_import(v_ticket.id, v_ticket.lease_token);
  perform pipeline.store_import_page(v_ticket.id, v_ticket.lease_token, tests.page(p_source, tests.item('1', 'one'), '{"cursor": {"at": 1}}'));
  return pipeline.fail(v_ticket.id, v_ticket.lease_token, '{"code": "provider_down", "message": "Slack failed."}');
end $$;
update pipeline.work_tickets set run_at = run_at + interval '1 hour' where payload ->> 'job_id' = :'other';
select is(pg_temp.attempt(:'one'), case when n < 5 then 'queued' else 'dead' end, 'attempt ' || n) from generate_series(1, 5) n;
select is(pipeline.import_of(:'ann', :'job') ->> 'status', 'failed', 'the job failed');
select is(pipeline.import_of(:'ann', :'job') #>> '{error,code}', 'provider_down', 'and says why');
select results_eq(format('select message, context ->> ''code'' from public.notifications where user_id = %L', :'ann'),
  $$values ('The import of #C1 did not come through: Slack failed. What it had stored is kept.', 'provider_down')$$, 'its person is told');
update pipeline.work_tickets set run_at = clock_timestamp();
select is((select payload ->> 'job_id' from pipeline.claim(tests.wake_up('sync'))), :'other', 'the next one has the lane');

select id as dead from pipeline.work_execution_log where payload ->> 'job_id' = :'job' \gset
select pipeline.redrive(:dead) as again \gset
update pipeline.ticket_kinds set max_running_per_user = 5 where kind = 'import_source';
select lease_token as lease from pipeline.claim(tests.wake_up('sync')) where id = :again \gset
select is(pipeline.begin_import(:again, :'lease') -> 'cursor', '{"at": 1}', 'redriven it goes on from its last page');
select is(pipeline.import_of(:'ann', :'job') ->> 'status', 'processing', 'and is open again');

select tests.lapse(:again);
update pipeline.work_tickets set crashes = 2 where id = :again;
select pipeline.reap();
select is(pipeline.import_of(:'ann', :'job') #>> '{error,code}', 'worker_vanished', 'a third crash ends it too');
select (pipeline.request_import(:'ann', 'slack', 'C1') ->> 'id')::uuid as newer \gset
select pipeline.redrive(:again) as late \gset
select lease_token as lease from pipeline.claim(tests.wake_up('sync')) where id = :late \gset
select tests.throws_code(format('select pipeline.begin_import(%s, %L)', :late, :'lease'), 'import_superseded', 'what was redriven behind a newer one gives way');
update public.sync_registry set selected = false where id = :'two';
select tests.throws_code(format('select pipeline.begin_import(%s, %L)', t.id, t.lease_token), 'source_not_selected', 'as does one whose source was deselected')
  from pipeline.work_tickets t where t.payload ->> 'job_id' = :'other';

select * from finish();
rollback;
