-- Waiting, running, waiting for a retry, crashed, ended, or without its ticket: cancelling leaves no import open, and keeps what was stored.
begin;
select plan(14);

select tests.person() as ann, tests.person() as ben \gset
select tests.vault();
select tests.as_service();
update pipeline.ticket_kinds set max_running_per_user = 20, per_call = 20 where kind = 'import_source';
select tests.connection(:'ann') as connection \gset
select tests.source(:'connection', 'C' || n) from generate_series(1, 5) n;
create temporary table jobs as select n, (j ->> 'id')::uuid as id, (j ->> 'ticket_id')::bigint as ticket from (
  select n, pipeline.request_import(:'ann', 'slack', 'C' || n) as j from generate_series(1, 5) n) x;
select id as waiting from jobs where n = 1 \gset
select id as running, ticket as running_ticket from jobs where n = 2 \gset
select id as retrying, ticket as retrying_ticket from jobs where n = 3 \gset
select id as crashed, ticket as crashed_ticket from jobs where n = 4 \gset
select id as orphan, ticket as orphan_ticket from jobs where n = 5 \gset

select tests.throws_code(format('select pipeline.cancel_import(%L, %L)', :'ben', :'waiting'), 'unknown_import', 'only one''s own');
select is(pipeline.cancel_import(:'ann', :'waiting') ->> 'status', 'cancelled', 'one that waits ends at once');
select is_empty(format('select from pipeline.work_tickets where id = (select ticket from jobs where n = 1)'), 'with its ticket');

select pipeline.claim(tests.wake_up('sync'));
select pipeline.begin_import(t.id, t.lease_token) from pipeline.work_tickets t where t.kind = 'import_source';
select lease_token as lease from pipeline.work_tickets where id = :running_ticket \gset
select id as source from public.sync_registry where external_id = 'C2' and connection_id = :'connection' \gset
select pipeline.store_import_page(:running_ticket, :'lease', tests.page(:'source', tests.item('1', 'one')));
select pipeline.cancel_import(:'ann', :'running') as asked \gset
select is(:'asked'::jsonb ->> 'status', 'processing', 'one that runs goes on');
select is(:'asked'::jsonb -> 'cancel_asked', 'true', 'up to where it looks');
select is((select cancel_asked from pipeline.save(jsonb_build_array(jsonb_build_object('id', :running_ticket, 'lease', :'lease')))), true, 'which is its next heartbeat');
select pipeline.yield(:running_ticket, :'lease', '{}');
select is(pipeline.import_of(:'ann', :'running') ->> 'status', 'cancelled', 'then it ends');
select is(pipeline.import_of(:'ann', :'running') -> 'result' -> 'items', '1', 'and says what it brought');
select isnt_empty(format('select from public.platform_content where user_id = %L', :'ann'), 'which stays');

select pipeline.fail(t.id, t.lease_token, '{"code": "provider_down", "message": "It failed."}') from pipeline.work_tickets t where t.id = :retrying_ticket;
select is(pipeline.import_of(:'ann', :'retrying') #>> '{waiting_for,code}', 'provider_down', 'one that waits for a retry says why');
select is(pipeline.cancel_import(:'ann', :'retrying') ->> 'status', 'cancelled', 'and ends at once');
select tests.lapse(:crashed_ticket);
select pipeline.reap();
select is(pipeline.cancel_import(:'ann', :'crashed') ->> 'status', 'cancelled', 'so does one in quarantine');
delete from pipeline.work_tickets where id = :orphan_ticket;
select is(pipeline.cancel_import(:'ann', :'orphan') ->> 'status', 'cancelled', 'and one whose ticket is gone');
select is(pipeline.cancel_import(:'ann', :'orphan') ->> 'status', 'cancelled', 'cancelling again changes nothing');

select * from finish();
rollback;
