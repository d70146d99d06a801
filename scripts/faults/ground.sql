-- What the fault test needs in a database of its own: tickets whose effects can be counted from outside the queue.

create schema fault_test;
grant usage on schema fault_test to service_role;

-- Written under the lease and by nothing else. Deliberately without a unique key: what is written twice is here twice.
create table fault_test.writes (
  number int not null,
  step int not null,
  lease uuid not null,
  written_at timestamptz not null default clock_timestamp()
);
-- Where a ticket's writes stand, moved in the transaction of each write, as a sync moves its cursor.
create table fault_test.cursors (number int primary key, next_step int not null);
-- Each call of the kind's on_ended.
create table fault_test.endings (number int not null, outcome public.ticket_state not null);
-- Every time a ticket was taken or let go: who held what, and when.
create table fault_test.transitions (
  id bigint generated always as identity primary key,
  ticket_id bigint not null,
  kind text not null,
  lane uuid not null,
  platform text not null,
  was public.ticket_state not null,
  becomes public.ticket_state,
  lease uuid,
  happened_at timestamptz not null default clock_timestamp()
);
grant select, insert, update on all tables in schema fault_test to service_role;

create function fault_test.note_transition() returns trigger
language plpgsql set search_path = '' as $$
begin
  if tg_op = 'UPDATE' and old.state = new.state and old.lease_token is not distinct from new.lease_token then return null; end if;
  insert into fault_test.transitions (ticket_id, kind, lane, platform, was, becomes, lease)
  values (old.id, old.kind, old.lane, old.platform, old.state,
          case when tg_op = 'UPDATE' then new.state end, case when tg_op = 'UPDATE' then new.lease_token end);
  return null;
end $$;
-- Not on every save: a checkpoint names neither column.
create trigger note_transition after update of state, lease_token or delete on pipeline.work_tickets
  for each row execute function fault_test.note_transition();

create function pipeline.fault_begin(p_ticket bigint, p_lease uuid, p_number int, p_pid int) returns int
language plpgsql set search_path = '' as $$
begin
  perform pipeline.hold(p_ticket, p_lease);
  return coalesce((select c.next_step from fault_test.cursors c where c.number = p_number), 0);
end $$;
comment on function pipeline.fault_begin(bigint, uuid, int, int) is 'The step at which the writes of a ticket stand. p_pid tells the test who asks.';

create function pipeline.fault_write(p_ticket bigint, p_lease uuid, p_number int, p_step int, p_ends boolean) returns boolean
language plpgsql set search_path = '' as $$
begin
  perform pipeline.hold(p_ticket, p_lease);
  insert into fault_test.writes (number, step, lease) values (p_number, p_step, p_lease);
  insert into fault_test.cursors as c (number, next_step) values (p_number, p_step + 1)
  on conflict (number) do update set next_step = excluded.next_step;
  if p_ends then
    perform pipeline.finish(jsonb_build_array(jsonb_build_object('id', p_ticket, 'lease', p_lease, 'result', null)));
  end if;
  return true;
end $$;
comment on function pipeline.fault_write(bigint, uuid, int, int, boolean) is
  'One fenced write that would show if it were doubled; p_ends ends the ticket in the same transaction.';

create function pipeline.fault_ended(p_ticket pipeline.work_tickets, p_outcome public.ticket_state, p_error jsonb) returns void
language sql set search_path = '' as $$
  insert into fault_test.endings (number, outcome) values ((p_ticket.payload ->> 'number')::int, p_outcome)
$$;

-- Leases and backoffs short, so that thousands of crashes fit into minutes. One kind ends by the runtime's word, the
-- other in the transaction of its last write and with a hook.
insert into pipeline.ticket_kinds (kind, function_name, payload_shape, per_call, lease, max_attempts, max_crashes, backoff_base,
  backoff_cap, max_running, max_running_per_user, max_quarantined, on_ended)
select k.kind, 'fault-worker', '{"number": "integer", "steps": "integer"}', 5, interval '3 seconds', 6, 3, interval '0.3 seconds',
       interval '3 seconds', 24, 3, 12, k.on_ended
  from (values ('fault_plain', null), ('fault_hooked', 'pipeline.fault_ended')) k(kind, on_ended);

-- The ticks are pg_cron's own; they come every second, because leases are short here too.
select cron.alter_job(j.jobid, schedule := '1 second') from cron.job j where j.jobname = 'tick';
