-- What people look at before they decide: when a deliverable runs next, and what a link in a mail would stop.

create function pipeline.next_runs(p_deliverable uuid, p_user uuid, p_count int default 5) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_deliverable public.deliverables;
  v_schedule pipeline.schedules;
  v_slot timestamptz;
  v_slots timestamptz[] := '{}';
begin
  select * into v_deliverable from public.deliverables d where d.id = p_deliverable and d.user_id = p_user;
  if not found then
    perform private.raise_error('unknown_deliverable', 404, 'There is no such deliverable.', 'It may have been deleted.');
  end if;
  -- Of the schedule itself and not of the rule as it is written: a biweekly one keeps the week in which it began.
  select * into v_schedule from pipeline.schedules s where s.kind = 'generate_deliverable' and s.subject = p_deliverable;
  v_slot := v_schedule.next_slot_at;
  while v_slot is not null and (v_schedule.expires_at is null or v_slot < v_schedule.expires_at) and cardinality(v_slots) < least(greatest(p_count, 1), 50) loop
    v_slots := v_slots || v_slot;
    v_slot := pipeline.next_slot(v_schedule.rule, v_slot);
  end loop;
  return jsonb_build_object('status', v_deliverable.status, 'schedule', v_deliverable.schedule, 'timezone', coalesce((v_schedule.rule).timezone, private.timezone_of(p_user)),
    'expires_at', v_deliverable.expires_at, 'next_runs', case when v_schedule.next_slot_at is not null then to_jsonb(v_slots) end);
end $$;
comment on function pipeline.next_runs(uuid, uuid, int) is
  'The next slots of a deliverable, at most 50; next_runs is null while it is paused, over, or runs on demand only. A run begins up to four minutes after its slot. Raises unknown_deliverable.';

create function pipeline.unsubscription(p_token uuid) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_title text;
begin
  select d.title into v_title from pipeline.unsubscribe_tokens u join public.deliverables d on d.id = u.deliverable_id where u.token = p_token;
  if not found then
    perform private.raise_error('unknown_token', 404, 'This link is not valid any more.', 'The deliverable it belongs to was deleted: it sends nothing.');
  end if;
  return jsonb_build_object('title', v_title);
end $$;
comment on function pipeline.unsubscription(uuid) is 'What a link in a mail would stop. Changes nothing, because mail scanners open links. Raises unknown_token.';
