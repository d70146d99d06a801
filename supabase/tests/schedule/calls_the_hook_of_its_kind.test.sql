-- on_scheduled hears of every ticket a schedule made, in the same transaction, and of no other. One that fails stops nobody's slot.
begin;
select plan(5);

create table pg_temp.calls (ticket_id bigint, slot_at timestamptz);
create function pipeline.note_schedule(p_ticket pipeline.work_tickets) returns void language sql as $$ insert into pg_temp.calls values (p_ticket.id, p_ticket.slot_at) $$;
select tests.kind('test', '{"on_scheduled": "pipeline.note_schedule"}');
select tests.vault();
select tests.travel_to('2026-11-04T08:30:00Z');
select pipeline.set_schedule('test', gen_random_uuid(), null, '{"frequency": "hourly"}');
select tests.queued();
select is_empty('select * from pg_temp.calls', 'not of a manual one');
select tests.travel('1 hour');
select is(pipeline.schedule(), 1, 'a slot is due');
select results_eq('select slot_at from pg_temp.calls', $$values ('2026-11-04T09:00:00Z'::timestamptz)$$, 'of this one');

create or replace function pipeline.note_schedule(p_ticket pipeline.work_tickets) returns void language plpgsql as $$ begin perform 1 / 0; end $$;
delete from pipeline.work_tickets where kind = 'test';
select tests.travel('1 hour');
set local client_min_messages = error;
select is(pipeline.schedule(), 1, 'a hook that fails');
select is((select count(*) from pipeline.work_tickets where kind = 'test' and slot_at = '2026-11-04T10:00:00Z'), 1::bigint, 'keeps no ticket from being made');

select * from finish();
rollback;
