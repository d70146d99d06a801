-- Asking for work: enqueue, cancel, redrive.

create function private.is_of_type(p_value jsonb, p_type text) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  case p_type
    when 'text' then return jsonb_typeof(p_value) = 'string';
    when 'boolean' then return jsonb_typeof(p_value) = 'boolean';
    when 'object' then return jsonb_typeof(p_value) = 'object';
    when 'integer' then return jsonb_typeof(p_value) = 'number' and (p_value #>> '{}')::numeric % 1 = 0;
    when 'uuid' then return jsonb_typeof(p_value) = 'string' and (p_value #>> '{}')::uuid is not null;
    when 'timestamp' then return jsonb_typeof(p_value) = 'string' and (p_value #>> '{}')::timestamptz is not null;
  end case;
exception when invalid_text_representation or invalid_datetime_format or datetime_field_overflow then
  return false;
end $$;

create function private.check_payload(p_kind pipeline.ticket_kinds, p_payload jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  v_wrong text;
begin
  if jsonb_typeof(p_payload) is distinct from 'object' then
    v_wrong := 'it is not an object';
  else
    select string_agg(f.fault, '; ' order by f.fault) into v_wrong from (
      select format('"%s" is missing', s.key) as fault from jsonb_each_text(p_kind.payload_shape) s
       where right(s.value, 1) <> '?' and not p_payload ? s.key
      union all
      select format('"%s" is not of type %s', s.key, rtrim(s.value, '?')) from jsonb_each_text(p_kind.payload_shape) s
       where p_payload ? s.key and not private.is_of_type(p_payload -> s.key, rtrim(s.value, '?'))
      union all
      select format('"%s" is unknown', k) from jsonb_object_keys(p_payload) k where not p_kind.payload_shape ? k
    ) f;
  end if;
  if v_wrong is not null then
    perform private.raise_error('malformed_payload', 422, format('The payload of a "%s" ticket is malformed: %s.', p_kind.kind, v_wrong),
      format('It must have the shape %s ("?" marks what may be left out).', p_kind.payload_shape));
  end if;
end $$;
comment on function private.check_payload(pipeline.ticket_kinds, jsonb) is 'Refuses a payload that its kind does not describe, and says which key is wrong.';

create function pipeline.enqueue(
  p_kind text, p_payload jsonb default '{}', p_user uuid default null, p_platform text default 'none',
  p_dedupe_key text default null, p_priority int default 1, p_delay interval default '0'
) returns table (ticket_id bigint, joined boolean)
language plpgsql set search_path = '' as $$
declare
  v_kind pipeline.ticket_kinds;
begin
  select * into v_kind from pipeline.ticket_kinds k where k.kind = p_kind;
  if not found then
    perform private.raise_error('unknown_kind', 422, format('There is no ticket kind "%s".', p_kind),
      format('Known kinds: %s.', (select string_agg(k.kind, ', ' order by k.kind) from pipeline.ticket_kinds k)));
  end if;
  if not exists (select from pipeline.platform_limits l where l.platform = p_platform) then
    perform private.raise_error('unknown_platform', 422, format('There is no platform "%s".', p_platform),
      format('Known platforms: %s.', (select string_agg(l.platform, ', ' order by l.platform) from pipeline.platform_limits l)));
  end if;
  if p_priority is null or p_priority not between 0 and 2 then
    perform private.raise_error('malformed_ticket', 422, format('%s is not a priority.', coalesce(p_priority::text, 'null')),
      'Use 0 (a person waits), 1 (due work) or 2 (bulk).');
  end if;
  perform private.check_payload(v_kind, p_payload);

  -- One that has begun and waits to go on takes the news in, unless a new one waits behind it already.
  return query
    update pipeline.work_tickets t
       set payload = p_payload, priority = least(t.priority, p_priority),
           -- A provider that said wait is not asked earlier because somebody asks us again.
           run_at = case when t.waiting_for is not null then t.run_at else least(t.run_at, clock_timestamp() + greatest(p_delay, '0')) end
     where t.kind = p_kind and t.dedupe_key = p_dedupe_key and t.state = 'queued' and t.started_at is not null
       and not exists (select from pipeline.work_tickets n where n.kind = p_kind and n.dedupe_key = p_dedupe_key and n.started_at is null)
    returning t.id, true;
  if not found then
    return query
      insert into pipeline.work_tickets as t (kind, payload, user_id, platform, dedupe_key, priority, run_at)
      values (p_kind, p_payload, p_user, p_platform, p_dedupe_key, p_priority, clock_timestamp() + greatest(p_delay, '0'))
      on conflict (kind, dedupe_key) where started_at is null and dedupe_key is not null do update
        set payload = excluded.payload, run_at = least(t.run_at, excluded.run_at), priority = least(t.priority, excluded.priority)
      returning t.id, t.xmax <> 0;
  end if;

  -- A person waits: no tick in between.
  if p_priority = 0 and p_delay <= interval '0' then
    perform pipeline.wake_function(v_kind.function_name, false);
  end if;
end $$;
comment on function pipeline.enqueue(text, jsonb, uuid, text, text, int, interval) is
  'Adds a ticket, or joins the one that already waits under the same key (its payload becomes the newer one; joined says so). Raises unknown_kind, unknown_platform, malformed_payload, malformed_ticket.';

create function private.bury(p_ticket pipeline.work_tickets, p_outcome public.ticket_state, p_result jsonb, p_error jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  v_hook text;
  v_error jsonb := coalesce(p_error, p_ticket.last_error);
begin
  delete from pipeline.work_tickets t where t.id = p_ticket.id;
  select k.on_ended into v_hook from pipeline.ticket_kinds k where k.kind = p_ticket.kind;
  if v_hook is not null then
    begin
      execute format('select %s($1, $2, $3)', v_hook) using p_ticket, p_outcome, v_error;
    exception when others then
      -- The end of a ticket must not hang on its hook; what failed is written where an operator looks.
      v_error := coalesce(v_error, '{}') || jsonb_build_object('on_ended', sqlerrm);
    end;
  end if;
  insert into pipeline.work_execution_log
    (id, user_id, created_at, started_at, slot_at, schedule_id, turn, outcome, attempt, crashes, priority, kind, platform, dedupe_key,
     payload, progress, result, error)
  values
    (p_ticket.id, p_ticket.user_id, p_ticket.created_at, p_ticket.started_at, p_ticket.slot_at, p_ticket.schedule_id, p_ticket.turn, p_outcome,
     p_ticket.attempt, p_ticket.crashes, p_ticket.priority, p_ticket.kind, p_ticket.platform, p_ticket.dedupe_key,
     p_ticket.payload, p_ticket.progress, p_result, v_error);
end $$;
comment on function private.bury(pipeline.work_tickets, public.ticket_state, jsonb, jsonb) is 'Moves a live ticket to the execution log, with its kind''s on_ended in the same transaction.';

create function pipeline.cancel(p_ticket bigint, p_user uuid default null) returns text
language plpgsql set search_path = '' as $$
declare
  v_ticket pipeline.work_tickets;
begin
  select * into v_ticket from pipeline.work_tickets t
   where t.id = p_ticket and (p_user is null or t.user_id = p_user) for update;
  if not found then
    perform private.raise_error('unknown_ticket', 404, format('Ticket %s is not live.', p_ticket), 'It ended already, or never was; see work_tickets.');
  end if;
  if v_ticket.state = 'queued' then
    perform private.bury(v_ticket, 'cancelled', null, jsonb_build_object('code', 'cancelled', 'message', 'Cancelled while it waited.'));
    return 'cancelled';
  end if;
  update pipeline.work_tickets t set cancel_asked = true where t.id = p_ticket;
  return 'cancel_asked';
end $$;
comment on function pipeline.cancel(bigint, uuid) is 'A waiting ticket ends at once; a running one is asked at its next checkpoint.';

create function pipeline.redrive(p_ticket bigint) returns bigint
language plpgsql set search_path = '' as $$
declare
  v_log pipeline.work_execution_log;
  v_id bigint;
begin
  select * into v_log from pipeline.work_execution_log l
   where l.id = p_ticket and l.outcome in ('dead', 'cancelled') and l.redriven_as is null for update;
  if not found then
    perform private.raise_error('not_redrivable', 409, format('Ticket %s cannot be redriven.', p_ticket),
      'Only dead and cancelled tickets can, once each.');
  end if;
  insert into pipeline.work_tickets as t (kind, payload, progress, user_id, platform, dedupe_key, priority, schedule_id, slot_at)
  values (v_log.kind, v_log.payload, v_log.progress, v_log.user_id, v_log.platform, v_log.dedupe_key, v_log.priority, v_log.schedule_id, v_log.slot_at)
  on conflict (kind, dedupe_key) where started_at is null and dedupe_key is not null do update set run_at = least(t.run_at, excluded.run_at)
  returning t.id into v_id;
  update pipeline.work_execution_log l set redriven_as = v_id where l.id = p_ticket and l.ended_at = v_log.ended_at;
  return v_id;
end $$;
comment on function pipeline.redrive(bigint) is 'Gives a dead or cancelled ticket a new life with fresh counters, from the progress it had made. Returns the new ticket.';
