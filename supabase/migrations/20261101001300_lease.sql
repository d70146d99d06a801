-- Holding work: every function here names (ticket, lease). Whoever lost the lease changes nothing.

create function pipeline.hold(p_ticket bigint, p_lease uuid) returns pipeline.work_tickets
language plpgsql set search_path = '' as $$
declare
  v_ticket pipeline.work_tickets;
begin
  select * into v_ticket from pipeline.work_tickets t
   where t.id = p_ticket and t.lease_token = p_lease and t.state = 'running' for update;
  if not found then
    perform private.raise_error('lease_lost', 409, format('Cannot act on ticket %s: its lease was lost.', p_ticket),
      'Stop. Another worker has the ticket, or it ended; nothing of this call was written.');
  end if;
  return v_ticket;
end $$;
comment on function pipeline.hold(bigint, uuid) is
  'Locks the ticket if the lease still stands, else raises lease_lost. Domain writes of the same transaction are fenced by it.';

create function pipeline.save(p_tickets jsonb) returns table (ticket_id bigint, held boolean, cancel_asked boolean)
language sql set search_path = '' as $$
  with asked as (
    select x.id, x.lease, x.progress from jsonb_to_recordset(p_tickets) as x(id bigint, lease uuid, progress jsonb)
  ), saved as (
    update pipeline.work_tickets t
       set progress = coalesce(a.progress, t.progress), lease_until = clock_timestamp() + k.lease
      from asked a, pipeline.ticket_kinds k
     where t.id = a.id and t.lease_token = a.lease and t.state = 'running' and k.kind = t.kind
    returning t.id, t.cancel_asked
  )
  select a.id, s.id is not null, coalesce(s.cancel_asked, false) from asked a left join saved s using (id)
$$;
comment on function pipeline.save(jsonb) is
  'Checkpoint, heartbeat and cancel poll of many tickets in one round trip: [{id, lease, progress?}]. held false: stop, someone else has it.';

create function pipeline.finish(p_tickets jsonb) returns setof bigint
language plpgsql set search_path = '' as $$
declare
  v_one record;
begin
  -- Kinds without a hook end in one statement, however many.
  return query
    with asked as (
      select x.id, x.lease, x.result from jsonb_to_recordset(p_tickets) as x(id bigint, lease uuid, result jsonb)
    ), gone as (
      delete from pipeline.work_tickets t using asked a, pipeline.ticket_kinds k
       where t.id = a.id and t.lease_token = a.lease and t.state = 'running' and k.kind = t.kind and k.on_ended is null
      returning t.*, a.result
    )
    insert into pipeline.work_execution_log
      (id, user_id, created_at, started_at, slot_at, schedule_id, turn, outcome, attempt, crashes, priority, kind, platform, dedupe_key,
       payload, progress, result)
    select g.id, g.user_id, g.created_at, g.started_at, g.slot_at, g.schedule_id, g.turn, 'done', g.attempt, g.crashes, g.priority, g.kind,
           g.platform, g.dedupe_key, g.payload, g.progress, g.result
      from gone g
    returning id;

  for v_one in
    select t as ticket, x.result
      -- Named twice it still ends once, and its hook hears of it once.
      from (select distinct on (a.id, a.lease) a.* from jsonb_to_recordset(p_tickets) as a(id bigint, lease uuid, result jsonb)) x
      join pipeline.work_tickets t on t.id = x.id and t.lease_token = x.lease and t.state = 'running'
     order by t.id for update of t
  loop
    perform private.bury(v_one.ticket, 'done', v_one.result, null);
    return next (v_one.ticket).id;
  end loop;
end $$;
comment on function pipeline.finish(jsonb) is 'Ends tickets as done: [{id, lease, result?}]. Returns those that were still held; the others changed nothing.';

create function pipeline.yield(p_ticket bigint, p_lease uuid, p_progress jsonb, p_delay interval default '0', p_reason jsonb default null)
returns text
language plpgsql set search_path = '' as $$
declare
  v_ticket pipeline.work_tickets := pipeline.hold(p_ticket, p_lease);
  v_progress jsonb := coalesce(p_progress, v_ticket.progress);
  v_stalled int;
begin
  if v_ticket.cancel_asked then
    v_ticket.progress := v_progress;
    perform private.bury(v_ticket, 'cancelled', null, jsonb_build_object('code', 'cancelled', 'message', 'Cancelled while it ran.'));
    return 'cancelled';
  end if;
  -- Who waits for a provider is not stalled; who ran out of wall clock three times at the same spot is.
  v_stalled := case when p_delay > interval '0' then v_ticket.stalled_turns
                    when v_progress = v_ticket.progress_at_claim then v_ticket.stalled_turns + 1 else 0 end;
  if v_stalled >= 3 then
    v_ticket.progress := v_progress;
    perform private.bury(v_ticket, 'dead', null, jsonb_build_object('code', 'no_progress',
      'message', 'Three turns in a row ended where they began.', 'hint', 'Its smallest step does not fit into one run; redrive it after a fix.'));
    return 'dead';
  end if;
  update pipeline.work_tickets t
     set state = 'queued', lease_token = null, lease_until = null, attempt = t.attempt - 1, turn = t.turn + 1, stalled_turns = v_stalled,
         progress = v_progress, waiting_for = p_reason, run_at = clock_timestamp() + greatest(p_delay, '0')
   where t.id = p_ticket;
  return 'queued';
end $$;
comment on function pipeline.yield(bigint, uuid, jsonb, interval, jsonb) is
  'Not finished, not failed: the ticket comes back after p_delay and goes on from its progress. Spends neither attempt nor crash. Returns queued, dead or cancelled.';

create function private.backoff(p_kind pipeline.ticket_kinds, p_times int) returns interval
language sql volatile set search_path = '' as $$
  -- Full half jitter: never less than half the step, so that a storm of retries has a floor.
  select least(p_kind.backoff_cap, p_kind.backoff_base * power(2, least(greatest(p_times, 1), 16) - 1)) * (0.5 + random() * 0.5)
$$;

create function pipeline.fail(p_ticket bigint, p_lease uuid, p_error jsonb, p_retry_in interval default null, p_final boolean default false)
returns text
language plpgsql set search_path = '' as $$
declare
  v_ticket pipeline.work_tickets := pipeline.hold(p_ticket, p_lease);
  v_kind pipeline.ticket_kinds;
begin
  select * into v_kind from pipeline.ticket_kinds k where k.kind = v_ticket.kind;
  if v_ticket.cancel_asked then
    perform private.bury(v_ticket, 'cancelled', null, p_error);
    return 'cancelled';
  elsif p_final or v_ticket.attempt >= v_kind.max_attempts then
    perform private.bury(v_ticket, 'dead', null, p_error);
    return 'dead';
  end if;
  update pipeline.work_tickets t
     set state = 'queued', lease_token = null, lease_until = null, last_error = p_error,
         run_at = clock_timestamp() + greatest(coalesce(p_retry_in, '0'), private.backoff(v_kind, v_ticket.attempt))
   where t.id = p_ticket;
  return 'queued';
end $$;
comment on function pipeline.fail(bigint, uuid, jsonb, interval, boolean) is
  'Spends an attempt: {code, message, hint?}. Queued again after backoff with jitter, or dead after the last attempt or when p_final. Returns queued, dead or cancelled.';
