-- Backtests: what a deliverable would have written in the past weeks, before it is scheduled.

create function pipeline.start_backtest(p_deliverable uuid, p_user uuid, p_weeks int) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_deliverable public.deliverables := private.own_deliverable(p_deliverable, p_user);
  v_rule pipeline.schedule_rule;
  v_slot timestamptz := pipeline.now() - make_interval(weeks => least(greatest(p_weeks, 1), 4));
  v_slots timestamptz[] := '{}';
  v_backtest public.deliverable_backtests;
  v_ticket bigint;
begin
  v_rule := pipeline.parse_rule(coalesce(case when private.recurs(v_deliverable.schedule) then v_deliverable.schedule end,
    '{"frequency": "weekly"}'), private.timezone_of(p_user));
  loop
    v_slot := pipeline.next_slot(v_rule, v_slot);
    exit when v_slot is null or v_slot >= pipeline.now();
    v_slots := v_slots || v_slot;
  end loop;
  -- An hourly rule has hundreds: the newest say most.
  v_slots := v_slots[greatest(1, cardinality(v_slots) - 39):];
  if v_slots = '{}' then
    perform private.raise_error('nothing_to_backtest', 422, 'The schedule has no slot in these weeks.', 'Ask for more weeks.');
  end if;
  begin
    insert into public.deliverable_backtests as b (deliverable_id, user_id, slots) values (p_deliverable, p_user, v_slots) returning * into v_backtest;
  exception when unique_violation then
    perform private.raise_error('backtest_running', 409, 'A backtest of this deliverable is running.', 'Wait for it to end, or cancel its ticket.');
  end;
  select e.ticket_id into v_ticket from pipeline.enqueue('backtest_deliverable', jsonb_build_object('backtest_id', v_backtest.id), p_user, 'anthropic', v_backtest.id::text, 0) e;
  update public.deliverable_backtests b set ticket_id = v_ticket where b.id = v_backtest.id;
  return jsonb_build_object('backtest_id', v_backtest.id, 'ticket_id', v_ticket, 'slots', to_jsonb(v_slots));
end $$;
comment on function pipeline.start_backtest(uuid, uuid, int) is
  'Plays a deliverable over the slots of its last weeks (1 to 4; at most 40 slots; without a schedule: weekly), from the content as it was then. Raises unknown_deliverable, nothing_to_backtest, backtest_running.';

create function pipeline.backtest_slots(p_ticket bigint, p_lease uuid) returns timestamptz[]
language plpgsql set search_path = '' as $$
declare
  v_ticket pipeline.work_tickets := pipeline.hold(p_ticket, p_lease);
begin
  return (select b.slots[b.done + 1:] from public.deliverable_backtests b where b.id = (v_ticket.payload ->> 'backtest_id')::uuid and b.user_id = v_ticket.user_id);
end $$;
comment on function pipeline.backtest_slots(bigint, uuid) is 'The slots that a backtest still has to play, in order; null when it does not exist any more.';

create function pipeline.backtest_ended(p_ticket pipeline.work_tickets, p_outcome public.ticket_state, p_error jsonb) returns void
language plpgsql set search_path = '' as $$
begin
  update public.deliverable_backtests b
     set status = case p_outcome when 'done' then 'done' when 'cancelled' then 'cancelled' else 'failed' end::public.backtest_status,
         error = case when p_outcome = 'dead' then coalesce(p_error, '{"code": "dead", "message": "The backtest ended without saying why."}') end, ended_at = pipeline.now()
   where b.id = (p_ticket.payload ->> 'backtest_id')::uuid and b.status = 'running';
  update public.deliverable_versions v
     set status = 'failed', failure = coalesce(p_error, jsonb_build_object('code', p_outcome, 'message', 'The backtest ended before this was written.'))
   where v.ticket_id = p_ticket.id and v.status = 'generating';
end $$;
comment on function pipeline.backtest_ended(pipeline.work_tickets, public.ticket_state, jsonb) is 'on_ended of backtest_deliverable.';

insert into pipeline.ticket_kinds
  (kind, function_name, payload_shape, per_call, lease, max_attempts, max_running, max_running_per_user, on_ended)
values
  ('backtest_deliverable', 'execute-deliverable', '{"backtest_id": "uuid"}', 1, '30 seconds', 3, 20, 1, 'pipeline.backtest_ended');
