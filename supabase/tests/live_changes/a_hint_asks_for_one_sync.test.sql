-- Notifications without content: Gmail, Calendar and Notion say that something changed, not what.
begin;
select plan(11);

select tests.person('ana', 'pro') as ana \gset
select tests.as_service();
select tests.connection(:'ana', 'google', 'sub') as google \gset
select tests.source(:'google', 'INBOX', 'gmail', 'label') as source, tests.source(:'google', 'team@example.com', 'calendar', 'calendar') as calendar \gset
create function pg_temp.tickets() returns text language sql as $$
  select string_agg(format('%s %s%s', t.payload ->> 'unit', case when t.started_at is null then 'new' else 'begun' end, case when t.payload ? 'pass_id' then ' of a pass' end), ', ' order by t.id)
    from pipeline.work_tickets t where t.kind = 'sync_unit'
$$;
select s.unit as mailbox from public.sync_registry s where s.id = :'source' \gset

select ok(pipeline.hint_live_change(:'google', 'gmail', :'mailbox'), 'a hint asks for a sync');
select ok(not pipeline.hint_live_change(:'google', 'gmail', :'mailbox'), 'the next ones join it');
select ok((select t.run_at - t.created_at between interval '14.9 seconds' and interval '15.1 seconds' from pipeline.work_tickets t where t.kind = 'sync_unit'), 'in 15 seconds');
update pipeline.work_tickets set state = 'running', started_at = clock_timestamp(), lease_token = gen_random_uuid(), lease_until = clock_timestamp() + interval '1 minute'
 where kind = 'sync_unit';
select pipeline.hint_live_change(:'google', 'gmail', :'mailbox'), pipeline.hint_live_change(:'google', 'gmail', :'mailbox');
select is(pg_temp.tickets(), format('%1$s begun, %1$s new', :'mailbox'), 'what comes while it runs is for one that waits behind it');

select pipeline.enqueue('sync_unit', jsonb_build_object('connection_id', :'google', 'platform', 'calendar', 'unit', 'team@example.com', 'pass_id', gen_random_uuid()),
  :'ana', 'calendar', concat_ws(':', :'google', 'calendar', 'team@example.com'));
select ok(not pipeline.hint_live_change(:'google', 'calendar', 'team@example.com'), 'a sync that waits already will do');
select alike(pg_temp.tickets(), '%team@example.com new of a pass', 'and stays its pass''s');

select ok(not pipeline.hint_live_change(:'google', 'calendar', 'other@example.com'), 'what nobody syncs is passed over');
select ok(not pipeline.hint_live_change(gen_random_uuid(), 'gmail', :'mailbox'), 'so is an unknown connection');
delete from pipeline.work_tickets where kind = 'sync_unit';
select is(pipeline.hint_account('google', '{sub,other}', 'gmail'), 1, 'an account of which events were left out is synced');
delete from pipeline.work_tickets where kind = 'sync_unit';
select pipeline.needs_reauth(:'google', 'refused');
select ok(not pipeline.hint_live_change(:'google', 'gmail', :'mailbox'), 'a connection that waits to be reconnected has nothing to sync');
select is(pg_temp.tickets(), null, 'and gets no ticket');

select * from finish();
rollback;
