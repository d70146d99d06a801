-- Runs (F3, F10): a ticket begins a version, and ends it with its evidence and its outbox, or says why it has nothing to say.

create function private.own_deliverable(p_deliverable uuid, p_user uuid) returns public.deliverables
language plpgsql set search_path = '' as $$
declare
  v_deliverable public.deliverables;
begin
  select * into v_deliverable from public.deliverables d where d.id = p_deliverable and d.user_id = p_user and d.status <> 'archived' for update;
  if not found then
    perform private.raise_error('unknown_deliverable', 404, 'There is no such deliverable.', 'It may have been archived or deleted.');
  end if;
  return v_deliverable;
end $$;
comment on function private.own_deliverable(uuid, uuid) is 'A person''s deliverable, locked. Raises unknown_deliverable.';

create function pipeline.run_deliverable(p_deliverable uuid, p_user uuid, p_forced boolean default false) returns table (ticket_id bigint, joined boolean)
language plpgsql set search_path = '' as $$
declare
  v_deliverable public.deliverables := private.own_deliverable(p_deliverable, p_user);
begin
  if v_deliverable.status = 'suggested' then
    perform private.raise_error('not_enabled', 409, 'This is a suggestion, and does not run before you enable it.', 'Enable it first.');
  end if;
  return query select e.* from pipeline.enqueue('generate_deliverable',
    jsonb_build_object('deliverable_id', p_deliverable) || case when p_forced then '{"forced": true}'::jsonb else '{}' end, p_user, 'anthropic', p_deliverable::text, 0) e;
end $$;
comment on function pipeline.run_deliverable(uuid, uuid, boolean) is
  'Runs a deliverable at once; joined says that a run was waiting already. p_forced: it is written even when nothing is new.';

create function pipeline.preview_deliverable(p_deliverable uuid, p_user uuid) returns table (ticket_id bigint, joined boolean)
language plpgsql set search_path = '' as $$
begin
  perform private.own_deliverable(p_deliverable, p_user);
  return query select e.* from pipeline.enqueue('generate_deliverable',
    jsonb_build_object('deliverable_id', p_deliverable, 'purpose', 'preview', 'forced', true), p_user, 'anthropic', 'preview:' || p_deliverable, 0) e;
end $$;
comment on function pipeline.preview_deliverable(uuid, uuid) is
  'Writes a version for its person''s eyes only: not numbered, not delivered, and the next run tells the same again.';

create function private.run_shape(p_version public.deliverable_versions, p_deliverable public.deliverables, p_forced boolean) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_type public.deliverable_types;
  v_seen public.deliverable_versions;
  v_channels text[] := private.reaches_a_channel(p_deliverable.id);
begin
  select * into v_type from public.deliverable_types t where t.deliverable_type = p_deliverable.deliverable_type;
  select * into v_seen from public.deliverable_versions v
   where v.deliverable_id = p_deliverable.id and v.id <> p_version.id and v.status in ('generated', 'delivered', 'approved', 'rejected')
     -- A backtest goes on from itself, as the runs of then would have.
     and v.purpose = case when p_version.purpose = 'backtest' then 'backtest' else 'live' end::public.version_purpose
     and v.backtest_id is not distinct from p_version.backtest_id and v.as_of < p_version.as_of
   order by v.as_of desc limit 1;
  return jsonb_build_object(
    'version', jsonb_build_object('id', p_version.id, 'number', p_version.version_number, 'purpose', p_version.purpose, 'status', p_version.status),
    'deliverable', to_jsonb(p_deliverable),
    'type', to_jsonb(v_type) - 'config_schema' - 'default_config' || jsonb_build_object(
      'freshness_seconds', extract(epoch from v_type.freshness)::int, 'looks_ahead_seconds', extract(epoch from v_type.looks_ahead)::int),
    'sources', coalesce((select jsonb_agg(jsonb_build_object('source_id', s.id, 'platform', s.platform, 'name', s.name, 'synced_at', s.last_synced_at,
        'error', s.error, 'error_message', s.error_message) order by s.platform, s.name, s.id) from private.sources_of(p_deliverable) s), '[]'),
    'search_sources', coalesce((select jsonb_agg(s.id order by s.id) from private.sources_of(p_deliverable, v_type.searches_all_sources) s), '[]'),
    'withheld', coalesce((select jsonb_agg(jsonb_build_object('platform', s.platform, 'name', s.name) order by s.platform, s.name)
      from private.wanted_sources(p_deliverable, false) s where v_channels <> '{}' and not private.all_may_read(s, v_channels)), '[]'),
    'audience', coalesce((select jsonb_agg(coalesce((private.slack_channel(p_deliverable.user_id, c.channel)).name, c.channel) order by c.channel) from unnest(v_channels) as c(channel)), '[]'),
    'at', p_version.as_of,
    'timezone', private.timezone_of(p_deliverable.user_id),
    'tier', private.tier_of(p_deliverable.user_id),
    'forced', p_forced,
    'seen', case when p_version.purpose <> 'backtest' and p_deliverable.read_at > coalesce(v_seen.as_of, '-infinity') and p_deliverable.read_at < p_version.as_of then
        jsonb_build_object('at', p_deliverable.read_at, 'until', p_deliverable.read_until, 'version_number', v_seen.version_number, 'source_ids', to_jsonb(p_deliverable.read_sources))
      when v_seen.id is not null then jsonb_build_object('at', v_seen.as_of, 'until', coalesce(v_seen.scope_until, v_seen.as_of),
      'version_number', v_seen.version_number,
      'source_ids', coalesce((select jsonb_agg(n.source_id order by n.source_id) from public.source_snapshots n where n.version_id = v_seen.id), '[]')) end,
    'feedback', coalesce((select jsonb_agg(to_jsonb(f) order by f.version_number) from (
      select v.version_number, case when v.status in ('approved', 'rejected') then v.status end as verdict, v.feedback_notes as notes, v.edit_distance_score, v.edit_categories
        from public.deliverable_versions v
       where v.deliverable_id = p_deliverable.id and v.reviewed_at is not null order by v.version_number desc limit 5) f), '[]'),
    -- What the person told us about themself is not for a channel.
    'memories', case when v_channels <> '{}' then '[]' else coalesce((select jsonb_agg(jsonb_build_object('key', m.key, 'value', m.value) order by m.key) from (
      select u.key, u.value from public.user_context u where u.user_id = p_deliverable.user_id order by u.updated_at desc limit 20) m), '[]') end,
    'corrections', case when p_version.purpose = 'live' then private.corrections_of(p_deliverable.id) else '[]' end,
    'told', coalesce((select jsonb_agg(distinct jsonb_build_object('content_id', n.content_id, 'content_hash', n.content_hash))
      from public.deliverable_versions v join public.version_citations n on n.version_id = v.id
     where v.deliverable_id = p_deliverable.id and v.id <> p_version.id and n.content_id is not null
       and v.purpose = case when p_version.purpose = 'backtest' then 'backtest' else 'live' end::public.version_purpose
       and v.backtest_id is not distinct from p_version.backtest_id
       and v.status in ('generated', 'delivered', 'approved', 'rejected') and v.as_of > p_version.as_of - interval '90 days'), '[]'));
end $$;
comment on function private.run_shape(public.deliverable_versions, public.deliverables, boolean) is 'Everything a run needs to know before it reads, as begin_version returns it.';

create function pipeline.begin_version(p_ticket bigint, p_lease uuid, p_as_of timestamptz default null) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_ticket pipeline.work_tickets := pipeline.hold(p_ticket, p_lease);
  v_backtest public.deliverable_backtests;
  v_deliverable public.deliverables;
  v_version public.deliverable_versions;
  v_purpose public.version_purpose := coalesce(v_ticket.payload ->> 'purpose', 'live');
begin
  if v_ticket.kind = 'backtest_deliverable' then
    v_purpose := 'backtest';
    select * into v_backtest from public.deliverable_backtests b where b.id = (v_ticket.payload ->> 'backtest_id')::uuid and b.user_id = v_ticket.user_id;
    if not found or not p_as_of = any (v_backtest.slots) then
      perform private.raise_error('unknown_backtest', 404, 'The backtest of this run does not exist any more, or has no such slot.', 'Nothing is left to do.');
    end if;
  end if;
  -- The lock on the deliverable is what numbers versions without a race.
  v_deliverable := private.own_deliverable(coalesce(v_backtest.deliverable_id, (v_ticket.payload ->> 'deliverable_id')::uuid), v_ticket.user_id);

  -- Whoever held this ticket before has lost it: what it had reserved for a call is not spent any more, or is settled when it was.
  update pipeline.llm_usage u set reserved_until = clock_timestamp() where u.ticket_id = p_ticket and u.settled_at is null and u.reserved_until > clock_timestamp();
  -- A run that crashed and came back goes on with the version it had begun.
  select * into v_version from public.deliverable_versions v
   where v.ticket_id = p_ticket and (v_purpose <> 'backtest' or v.as_of = p_as_of);
  if not found then
    insert into public.deliverable_versions as v (deliverable_id, user_id, version_number, purpose, as_of, backtest_id, ticket_id)
    values (v_deliverable.id, v_deliverable.user_id,
      case when v_purpose = 'live' then (select coalesce(max(x.version_number), 0) + 1 from public.deliverable_versions x where x.deliverable_id = v_deliverable.id) end,
      v_purpose, case when v_purpose = 'backtest' then p_as_of else private.moment_of_reading(v_deliverable.user_id) end, v_backtest.id, p_ticket)
    returning * into v_version;
  elsif v_version.status = 'generating' and v_purpose <> 'backtest' and v_version.as_of < pipeline.now() - interval '1 hour' then
    -- One that waited for a provider or for tomorrow's budget tells of today.
    delete from public.source_snapshots n where n.version_id = v_version.id;
    update public.deliverable_versions v set as_of = private.moment_of_reading(v_deliverable.user_id) where v.id = v_version.id returning * into v_version;
  end if;

  -- Before anything is read, so that a snapshot never claims to be newer than the text.
  insert into public.source_snapshots (version_id, source_id, user_id, platform, external_id, name, synced_at, source_latest_at, item_count, cursor)
  select v_version.id, s.id, s.user_id, s.platform, s.external_id, s.name, s.last_synced_at, s.source_latest_at, s.item_count,
         (select k.cursor from pipeline.sync_cursors k where k.connection_id = s.connection_id and k.platform = s.platform and k.unit = s.unit)
    from private.sources_of(v_deliverable) s
  on conflict on constraint one_snapshot_a_version_and_source do nothing;

  return private.run_shape(v_version, v_deliverable, coalesce((v_ticket.payload ->> 'forced')::boolean, false));
end $$;
comment on function pipeline.begin_version(bigint, uuid, timestamptz) is
  'Begins the version of a run, or finds the one it had begun, with a snapshot of its sources. p_as_of: the slot that a backtest plays. Returns {version, deliverable, type, sources, search_sources, withheld, audience, at, timezone, tier, forced, seen, feedback, memories, corrections, told}.';

create function private.fill_outbox(p_version public.deliverable_versions, p_priority int) returns uuid[]
language plpgsql set search_path = '' as $$
declare
  v_delivery record;
  v_deliveries uuid[] := '{}';
begin
  for v_delivery in
    insert into public.deliveries as o (version_id, deliverable_id, user_id, channel, target, options)
    select p_version.id, p_version.deliverable_id, p_version.user_id, x.channel, x.target, x.options from (
      select d.channel, d.target, d.options from public.deliverable_destinations d where d.deliverable_id = p_version.deliverable_id
      union
      select 'email', private.email_of(p_version.user_id), '{}'
       where not exists (select from public.deliverable_destinations d where d.deliverable_id = p_version.deliverable_id)
    ) x where x.target is not null
    on conflict on constraint one_delivery_a_version_and_destination do nothing
    returning o.id, o.channel
  loop
    v_deliveries := v_deliveries || v_delivery.id;
    perform pipeline.enqueue('deliver_version', jsonb_build_object('delivery_id', v_delivery.id), p_version.user_id,
      case v_delivery.channel when 'slack' then 'slack' else 'resend' end, v_delivery.id::text, p_priority);
  end loop;
  return v_deliveries;
end $$;
comment on function private.fill_outbox(public.deliverable_versions, int) is 'A delivery with its ticket for each destination of a version. Returns their ids.';

create function pipeline.finish_version(p_ticket bigint, p_lease uuid, p_version jsonb) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_ticket pipeline.work_tickets := pipeline.hold(p_ticket, p_lease);
  v_sources uuid[] := array(select e::uuid from jsonb_array_elements_text(p_version -> 'sources') e);
  v_version public.deliverable_versions;
  v_deliverable public.deliverables;
  v_deliveries uuid[] := '{}';
begin
  perform private.check_citations(v_ticket.user_id, v_sources, p_version -> 'citations');
  update public.deliverable_versions v
     set status = 'generated', draft_content = p_version ->> 'draft', final_content = p_version ->> 'draft', coverage = p_version -> 'coverage',
         corrections = coalesce(p_version -> 'corrections', '[]'), model = p_version ->> 'model', usage = p_version -> 'usage',
         evidence_fingerprint = p_version ->> 'fingerprint', scope_until = (p_version ->> 'scope_until')::timestamptz, generated_at = pipeline.now()
   where v.id = (p_version ->> 'version_id')::uuid and v.ticket_id = p_ticket and v.status = 'generating'
  returning * into v_version;
  if not found then
    perform private.raise_error('no_open_version', 409, 'This run has no such version that is being written.', 'Begin it with begin_version.');
  end if;
  select * into v_deliverable from public.deliverables d where d.id = v_version.deliverable_id;

  insert into public.version_citations (version_id, number, user_id, content_id, revision, content_hash, quote, permalink, label)
  select v_version.id, x.number, v_version.user_id, c.id, x.revision, case when x.revision = c.revision then c.content_hash else r.content_hash end,
         x.quote, coalesce(c.permalink, x.url), x.label
    from jsonb_to_recordset(p_version -> 'citations') as x(number int, content_id uuid, revision int, url text, quote text, label text)
    left join public.platform_content c on c.id = x.content_id
    left join public.content_revisions r on r.content_id = x.content_id and r.revision = x.revision;

  if v_version.purpose <> 'live' then
    if v_version.purpose = 'preview' then
      perform pipeline.finish(jsonb_build_array(jsonb_build_object('id', p_ticket, 'lease', p_lease,
        'result', jsonb_build_object('status', 'generated', 'version_id', v_version.id))));
    else
      update public.deliverable_backtests b set done = b.done + 1, cost_usd = b.cost_usd + coalesce((p_version #>> '{usage,cost_usd}')::numeric, 0)
       where b.id = v_version.backtest_id;
    end if;
    return jsonb_build_object('version_id', v_version.id, 'deliveries', '[]'::jsonb);
  end if;

  perform pipeline.mark_content_retained(
    array(select c.id from public.platform_content c where c.user_id = v_version.user_id
      and c.id in (select e::uuid from jsonb_array_elements_text(p_version -> 'shown') e)), 'deliverable_execution', v_version.id);
  -- Whatever was told as a correction is told once.
  update public.version_citations n set corrected_in = v_version.id
    from public.deliverable_versions v, jsonb_to_recordset(private.corrections_of(v_deliverable.id)) as x(version_number int, number int, content_id uuid),
         jsonb_to_recordset(coalesce(p_version -> 'corrections', '[]')) as t(version_number int, number int)
   where v.deliverable_id = v_deliverable.id and v.version_number = x.version_number and n.version_id = v.id and n.number = x.number
     and t.version_number = x.version_number and t.number = x.number;
  -- From when its reading began: what came in while it was written belongs to the next version.
  update public.deliverables d
     set last_run_at = v_version.as_of,
         -- A task that runs once is over.
         status = case when d.origin = 'task' and d.status = 'active' and not private.recurs(d.schedule) then 'archived' else d.status end
   where d.id = v_deliverable.id;

  -- Its sources were chosen for the destinations that it had then.
  if exists (select from public.sync_registry s
    where s.id = any (v_sources) and cardinality(private.reaches_a_channel(v_deliverable.id)) > 0
      and not private.all_may_read(s, private.reaches_a_channel(v_deliverable.id))) then
    perform private.raise_error('audience_changed', 409, 'While this text was written it was given a channel whose readers may not read all that it rests on. Nothing was delivered.',
      'The run is tried again by itself, without those sources.');
  end if;
  v_deliveries := private.fill_outbox(v_version, v_ticket.priority);
  perform pipeline.log_activity(v_version.user_id, 'deliverable_generated', format('Wrote "%s", version %s', v_deliverable.title, v_version.version_number),
    jsonb_build_object('deliverable_id', v_deliverable.id, 'deliverable_type', v_deliverable.deliverable_type, 'version_id', v_version.id, 'version', v_version.version_number), v_version.id);
  perform pipeline.log_activity(v_version.user_id, 'deliverable_run', format('Wrote "%s", version %s', v_deliverable.title, v_version.version_number),
    jsonb_build_object('deliverable_id', v_deliverable.id, 'version', v_version.version_number, 'status', 'generated', 'usage', p_version -> 'usage'), v_version.id);
  perform pipeline.finish(jsonb_build_array(jsonb_build_object('id', p_ticket, 'lease', p_lease,
    'result', jsonb_build_object('status', 'generated', 'version_id', v_version.id, 'deliveries', v_deliveries))));
  return jsonb_build_object('version_id', v_version.id, 'deliveries', v_deliveries);
end $$;
comment on function pipeline.finish_version(bigint, uuid, jsonb) is
  'Ends a version in one transaction: {version_id, draft, citations [{number, content_id, revision, url, quote, label}], shown, coverage, corrections [{version_number, number, text}], model, usage, fingerprint, scope_until, sources}. A live one fills the outbox, retains what was shown and ends its run; a preview ends its run; a backtest goes on. Raises citation_not_evidenced, no_open_version.';

create function pipeline.skip_version(
  p_ticket bigint, p_lease uuid, p_version_id uuid, p_reason text, p_message text, p_read_until timestamptz default null
) returns void
language plpgsql set search_path = '' as $$
declare
  v_ticket pipeline.work_tickets := pipeline.hold(p_ticket, p_lease);
  v_version public.deliverable_versions;
  v_deliverable public.deliverables;
begin
  if p_read_until is not null then
    -- What the model has read and found nothing new in is not put before it again.
    update public.deliverables d
       set read_at = v.as_of, read_until = p_read_until, read_sources = array(select n.source_id from public.source_snapshots n where n.version_id = v.id order by 1)
      from public.deliverable_versions v
     where v.id = p_version_id and v.ticket_id = p_ticket and v.purpose = 'live' and d.id = v.deliverable_id;
  end if;
  delete from public.deliverable_versions v where v.id = p_version_id and v.ticket_id = p_ticket and v.status = 'generating' returning * into v_version;
  if v_version.purpose = 'backtest' then
    update public.deliverable_backtests b
       set done = b.done + 1, skipped = b.skipped || jsonb_build_object('slot', v_version.as_of, 'reason', p_reason, 'message', p_message)
     where b.id = v_version.backtest_id;
    return;
  end if;
  select * into v_deliverable from public.deliverables d where d.id = (v_ticket.payload ->> 'deliverable_id')::uuid;
  if v_version.purpose = 'live' then
    perform pipeline.log_activity(v_ticket.user_id, 'deliverable_run', format('Skipped "%s": %s', v_deliverable.title, p_message),
      jsonb_build_object('deliverable_id', v_deliverable.id, 'status', p_reason), v_deliverable.id);
    -- Nobody waits for the result of a task that runs once and found nothing.
    update public.deliverables d set status = 'archived', status_reason = left(p_message, 500)
     where d.id = v_deliverable.id and d.origin = 'task' and d.status = 'active' and not private.recurs(d.schedule);
  end if;
  perform pipeline.finish(jsonb_build_array(jsonb_build_object('id', p_ticket, 'lease', p_lease,
    'result', jsonb_build_object('status', p_reason, 'message', p_message))));
end $$;
comment on function pipeline.skip_version(bigint, uuid, uuid, text, text, timestamptz) is
  'Ends a version that has nothing to say (skipped_unchanged, skipped_empty): no text, no mail, no number used, and a reason that its person sees. p_read_until: it was read up to there and told before, so the next run goes on from here.';

create function pipeline.deliverable_scheduled(p_ticket pipeline.work_tickets) returns void
language sql set search_path = '' as $$
  select pipeline.log_activity(d.user_id, 'deliverable_scheduled', format('"%s" is due', d.title),
      jsonb_build_object('deliverable_id', d.id, 'scheduled_for', p_ticket.slot_at, 'trigger_reason', 'schedule', 'deliverable_type', d.deliverable_type), d.id)
    from public.deliverables d where d.id = (p_ticket.payload ->> 'deliverable_id')::uuid
$$;
comment on function pipeline.deliverable_scheduled(pipeline.work_tickets) is 'on_scheduled of generate_deliverable.';

create function pipeline.generation_ended(p_ticket pipeline.work_tickets, p_outcome public.ticket_state, p_error jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  v_version public.deliverable_versions;
  v_title text;
begin
  if p_outcome = 'done' then return; end if;
  update public.deliverable_versions v
     set status = 'failed', failure = coalesce(p_error, jsonb_build_object('code', p_outcome, 'message', 'The run ended without saying why.'))
   where v.ticket_id = p_ticket.id and v.status = 'generating'
  returning * into v_version;
  select d.title into v_title from public.deliverables d where d.id = (p_ticket.payload ->> 'deliverable_id')::uuid;
  if v_title is null or p_outcome = 'cancelled' or p_ticket.payload ->> 'purpose' = 'preview' then return; end if;
  perform pipeline.log_activity(p_ticket.user_id, 'deliverable_run', format('"%s" could not be written', v_title),
    jsonb_build_object('deliverable_id', p_ticket.payload ->> 'deliverable_id', 'status', 'failed', 'error', p_error), v_version.id);
  insert into public.notifications (user_id, urgency, message, context)
  values (p_ticket.user_id, 'high', format('"%s" could not be written: %s', v_title, left(coalesce(p_error ->> 'message', 'unknown reason'), 500)),
    jsonb_build_object('deliverable_id', p_ticket.payload ->> 'deliverable_id', 'ticket_id', p_ticket.id));
end $$;
comment on function pipeline.generation_ended(pipeline.work_tickets, public.ticket_state, jsonb) is
  'on_ended of generate_deliverable: a version whose run died is failed with its reason, and its person is told.';

insert into pipeline.ticket_kinds
  (kind, function_name, payload_shape, per_call, lease, max_attempts, max_running, max_running_per_user, on_scheduled, on_ended)
values
  ('generate_deliverable', 'execute-deliverable', '{"deliverable_id": "uuid", "purpose": "text?", "forced": "boolean?"}', 3, '30 seconds', 3, 50, 2, 'pipeline.deliverable_scheduled', 'pipeline.generation_ended');

create view public.deliverable_runs with (security_invoker = true) as
  select t.id as ticket_id, right(t.dedupe_key, 36)::uuid as deliverable_id, t.user_id,
         (case when t.dedupe_key like 'preview:%' then 'preview' else 'live' end)::public.version_purpose as purpose,
         t.slot_at, t.created_at, null::timestamptz as ended_at, t.state, coalesce(t.waiting_for ->> 'code', t.state::text) as status,
         t.waiting_for ->> 'message' as message, (select v.id from public.deliverable_versions v where v.ticket_id = t.id) as version_id
    from pipeline.work_tickets t where t.kind = 'generate_deliverable'
  union all
  select l.id, right(l.dedupe_key, 36)::uuid, l.user_id,
         (case when l.dedupe_key like 'preview:%' then 'preview' else 'live' end)::public.version_purpose,
         l.slot_at, l.created_at, l.ended_at, l.outcome, coalesce(l.result ->> 'status', l.error ->> 'code', l.outcome::text),
         coalesce(l.result ->> 'message', l.error ->> 'message'), (select v.id from public.deliverable_versions v where v.ticket_id = l.id)
    from pipeline.work_execution_log l where l.kind = 'generate_deliverable';
comment on view public.deliverable_runs is
  'Every run of the last 30 days, those that wait or found nothing new too: status and message say what became of it.';
grant select (dedupe_key) on pipeline.work_tickets to authenticated;
grant select (dedupe_key) on pipeline.work_execution_log to authenticated;
grant select on public.deliverable_runs to authenticated, service_role;
