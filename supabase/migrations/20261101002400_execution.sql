-- F3 in SQL: a run begins a version, ends it with its evidence and its outbox, and a delivery is sent once.

create function private.sources_of(p_deliverable public.deliverables) returns setof public.sync_registry
language sql stable set search_path = '' as $$
  select s.* from public.sync_registry s
   where s.user_id = p_deliverable.user_id
     and case when exists (select from public.deliverable_sources d where d.deliverable_id = p_deliverable.id)
           then exists (select from public.deliverable_sources d where d.deliverable_id = p_deliverable.id and d.source_id = s.id)
           else s.selected and s.platform = coalesce((select t.primary_platform from public.deliverable_types t
             where t.deliverable_type = p_deliverable.deliverable_type), s.platform) end
$$;
comment on function private.sources_of(public.deliverables) is 'The sources a deliverable reads: its own, or else every selected one of its type''s platform.';

create function pipeline.run_deliverable(p_deliverable uuid, p_user uuid) returns table (ticket_id bigint, joined boolean)
language plpgsql set search_path = '' as $$
begin
  if not exists (select from public.deliverables d where d.id = p_deliverable and d.user_id = p_user and d.status <> 'archived') then
    perform private.raise_error('unknown_deliverable', 404, 'There is no such deliverable.', 'It may have been archived or deleted.');
  end if;
  return query select e.* from pipeline.enqueue('generate_deliverable', jsonb_build_object('deliverable_id', p_deliverable), p_user, 'anthropic',
    p_deliverable::text, 0) e;
end $$;
comment on function pipeline.run_deliverable(uuid, uuid) is 'Runs a deliverable at once; joined says that a run was waiting already.';

create function pipeline.begin_version(p_ticket bigint, p_lease uuid) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_ticket pipeline.work_tickets := pipeline.hold(p_ticket, p_lease);
  v_deliverable public.deliverables;
  v_version public.deliverable_versions;
begin
  -- The lock on the deliverable is what numbers versions without a race.
  select * into v_deliverable from public.deliverables d
   where d.id = (v_ticket.payload ->> 'deliverable_id')::uuid and d.user_id = v_ticket.user_id and d.status <> 'archived' for update;
  if not found then
    perform private.raise_error('unknown_deliverable', 404, 'The deliverable of this run does not exist any more.', 'Nothing is left to do.');
  end if;
  -- A run that crashed and came back goes on with the version it had begun.
  insert into public.deliverable_versions as v (deliverable_id, user_id, version_number, ticket_id)
  values (v_deliverable.id, v_deliverable.user_id,
    (select coalesce(max(x.version_number), 0) + 1 from public.deliverable_versions x where x.deliverable_id = v_deliverable.id), p_ticket)
  on conflict (ticket_id) do update set ticket_id = excluded.ticket_id
  returning * into v_version;

  -- Before anything is read, so that a snapshot never claims to be newer than the text.
  insert into public.source_snapshots (version_id, source_id, user_id, platform, external_id, name, synced_at, source_latest_at, item_count, cursor)
  select v_version.id, s.id, s.user_id, s.platform, s.external_id, s.name, s.last_synced_at, s.source_latest_at, s.item_count,
         (select k.cursor from pipeline.sync_cursors k where k.connection_id = s.connection_id and k.platform = s.platform and k.unit = s.unit)
    from private.sources_of(v_deliverable) s
  on conflict on constraint one_snapshot_a_version_and_source do nothing;

  return jsonb_build_object(
    'version', jsonb_build_object('id', v_version.id, 'number', v_version.version_number, 'status', v_version.status),
    'deliverable', to_jsonb(v_deliverable),
    'type', (select to_jsonb(t) from public.deliverable_types t where t.deliverable_type = v_deliverable.deliverable_type),
    'sources', coalesce((select jsonb_agg(jsonb_build_object('source_id', s.id, 'platform', s.platform, 'name', s.name, 'synced_at', s.last_synced_at,
        'error', s.error, 'error_message', s.error_message) order by s.platform, s.name) from private.sources_of(v_deliverable) s), '[]'),
    'timezone', private.timezone_of(v_deliverable.user_id),
    'last_run_at', v_deliverable.last_run_at);
end $$;
comment on function pipeline.begin_version(bigint, uuid) is
  'Begins the version of a run, or finds the one it had begun, with a snapshot of its sources: {version, deliverable, type, sources, timezone, last_run_at}.';

create function pipeline.gather_evidence(p_user uuid, p_sources uuid[], p_changed_since timestamptz, p_from timestamptz, p_limit int)
returns table (id uuid, revision int, platform public.platform, source_id uuid, source_name text, content_type public.content_type, thread_id text,
  title text, content text, author text, permalink text, source_timestamp timestamptz, changed_at timestamptz, total bigint)
language sql stable set search_path = '' as $$
  with found as (
    -- A mail with two of these labels is told once, under the one that we would rather choose.
    select distinct on (c.id) c.id, c.revision, c.platform, s.id as source_id, s.name as source_name, c.content_type, c.thread_id, c.title, c.content,
           c.author, c.permalink, c.source_timestamp, c.changed_at
      from public.content_sources m
      join public.sync_registry s on s.id = m.source_id
      join public.platform_content c on c.id = m.content_id
     where m.source_id = any (p_sources) and c.user_id = p_user and c.deleted_at is null
       and (c.retained or c.expires_at is null or c.expires_at > pipeline.now())
       and c.changed_at > p_changed_since and c.source_timestamp >= p_from
     order by c.id, s.rank nulls last, s.id
  ), ranked as (
    select f.*, row_number() over (partition by f.source_id order by f.source_timestamp desc, f.id) as nth, count(*) over () as total from found f
  )
  -- Everyone's newest before anyone's second newest: a loud channel does not drown a quiet one.
  select r.id, r.revision, r.platform, r.source_id, r.source_name, r.content_type, r.thread_id, r.title, r.content, r.author, r.permalink,
         r.source_timestamp, r.changed_at, r.total
    from ranked r order by r.nth, r.source_timestamp desc, r.id limit least(p_limit, 500)
$$;
comment on function pipeline.gather_evidence(uuid, uuid[], timestamptz, timestamptz, int) is
  'What changed in these sources since an instant and is not older than p_from, newest first, in fair shares by source. total counts all of it.';

create function pipeline.finish_version(
  p_ticket bigint, p_lease uuid, p_draft text, p_citations jsonb, p_shown uuid[], p_coverage jsonb, p_model text, p_usage jsonb
) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_ticket pipeline.work_tickets := pipeline.hold(p_ticket, p_lease);
  v_version public.deliverable_versions;
  v_deliverable public.deliverables;
  v_delivery record;
  v_deliveries uuid[] := '{}';
begin
  update public.deliverable_versions v
     set status = 'generated', draft_content = p_draft, final_content = p_draft, coverage = p_coverage, model = p_model, usage = p_usage,
         generated_at = pipeline.now()
   where v.ticket_id = p_ticket and v.status = 'generating'
  returning * into v_version;
  if not found then
    perform private.raise_error('no_open_version', 409, 'This run has no version that is being written.', 'Begin it with begin_version.');
  end if;
  select * into v_deliverable from public.deliverables d where d.id = v_version.deliverable_id;

  insert into public.version_citations (version_id, number, user_id, content_id, revision, quote, permalink, label)
  select v_version.id, x.number, v_version.user_id, c.id, x.revision, x.quote, c.permalink, x.label
    from jsonb_to_recordset(p_citations) as x(number int, content_id uuid, revision int, quote text, label text)
    join public.platform_content c on c.id = x.content_id and c.user_id = v_version.user_id;
  perform pipeline.mark_content_retained(
    array(select c.id from public.platform_content c where c.id = any (p_shown) and c.user_id = v_version.user_id), 'deliverable_execution', v_version.id);
  -- From when its reading began: what came in while it was written belongs to the next version.
  update public.deliverables d set last_run_at = v_version.created_at where d.id = v_deliverable.id;

  for v_delivery in
    insert into public.deliveries as o (version_id, deliverable_id, user_id, channel, target)
    select v_version.id, v_deliverable.id, v_version.user_id, x.channel, x.target from (
      select d.channel, d.target from public.deliverable_destinations d where d.deliverable_id = v_deliverable.id
      union
      select 'email', private.email_of(v_version.user_id)
       where not exists (select from public.deliverable_destinations d where d.deliverable_id = v_deliverable.id)
    ) x where x.target is not null
    returning o.id
  loop
    v_deliveries := v_deliveries || v_delivery.id;
    perform pipeline.enqueue('deliver_version', jsonb_build_object('delivery_id', v_delivery.id), v_version.user_id,
      'resend', v_delivery.id::text, v_ticket.priority);
  end loop;

  perform pipeline.log_activity(v_version.user_id, 'deliverable_run', format('Wrote "%s", version %s', v_deliverable.title, v_version.version_number),
    jsonb_build_object('deliverable_id', v_deliverable.id, 'version', v_version.version_number, 'status', 'generated', 'usage', p_usage), v_version.id);
  perform pipeline.finish(jsonb_build_array(jsonb_build_object('id', p_ticket, 'lease', p_lease,
    'result', jsonb_build_object('status', 'generated', 'version_id', v_version.id, 'deliveries', v_deliveries))));
  return jsonb_build_object('version_id', v_version.id, 'deliveries', v_deliveries);
end $$;
comment on function pipeline.finish_version(bigint, uuid, text, jsonb, uuid[], jsonb, text, jsonb) is
  'Ends a run in one transaction: text, citations [{number, content_id, revision, quote, label}], retention of what was shown, the outbox with its tickets, the activity.';

create function pipeline.skip_version(p_ticket bigint, p_lease uuid, p_reason text, p_message text) returns void
language plpgsql set search_path = '' as $$
declare
  v_ticket pipeline.work_tickets := pipeline.hold(p_ticket, p_lease);
  v_deliverable public.deliverables;
begin
  delete from public.deliverable_versions v where v.ticket_id = p_ticket and v.status = 'generating';
  select * into v_deliverable from public.deliverables d where d.id = (v_ticket.payload ->> 'deliverable_id')::uuid;
  perform pipeline.log_activity(v_ticket.user_id, 'deliverable_run', format('Skipped "%s": %s', v_deliverable.title, p_message),
    jsonb_build_object('deliverable_id', v_deliverable.id, 'status', p_reason), v_deliverable.id);
  perform pipeline.finish(jsonb_build_array(jsonb_build_object('id', p_ticket, 'lease', p_lease,
    'result', jsonb_build_object('status', p_reason, 'message', p_message))));
end $$;
comment on function pipeline.skip_version(bigint, uuid, text, text) is 'Ends a run that has nothing to say (skipped_unchanged, skipped_empty): no version, no mail, and a reason that its person sees.';

create function pipeline.begin_delivery(p_ticket bigint, p_lease uuid) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_ticket pipeline.work_tickets := pipeline.hold(p_ticket, p_lease);
  v_delivery public.deliveries;
  v_sent_before timestamptz;
begin
  select * into v_delivery from public.deliveries o where o.id = (v_ticket.payload ->> 'delivery_id')::uuid and o.user_id = v_ticket.user_id for update;
  if not found then
    perform private.raise_error('unknown_delivery', 404, 'The delivery does not exist any more.', 'Its version or deliverable was deleted; nothing is left to do.');
  end if;
  v_sent_before := v_delivery.first_sent_at;
  if v_delivery.status <> 'accepted' then
    -- Committed before the send: whoever comes back after a crash knows that a message may be out.
    update public.deliveries o set status = 'sending', first_sent_at = coalesce(o.first_sent_at, clock_timestamp()) where o.id = v_delivery.id;
  end if;
  return jsonb_build_object(
    'id', v_delivery.id, 'status', v_delivery.status, 'provider_id', v_delivery.provider_id, 'channel', v_delivery.channel, 'target', v_delivery.target,
    'sent_before', v_sent_before, 'sent_before_seconds', extract(epoch from clock_timestamp() - v_sent_before)::int,
    'deliverable', (select jsonb_build_object('id', d.id, 'title', d.title, 'type', d.deliverable_type) from public.deliverables d where d.id = v_delivery.deliverable_id),
    'version', (select jsonb_build_object('id', v.id, 'number', v.version_number, 'content', v.final_content, 'coverage', v.coverage, 'generated_at', v.generated_at)
      from public.deliverable_versions v where v.id = v_delivery.version_id),
    'citations', coalesce((select jsonb_agg(jsonb_build_object('number', c.number, 'quote', c.quote, 'permalink', c.permalink, 'label', c.label) order by c.number)
      from public.version_citations c where c.version_id = v_delivery.version_id), '[]'),
    'timezone', private.timezone_of(v_delivery.user_id));
end $$;
comment on function pipeline.begin_delivery(bigint, uuid) is
  'Marks a delivery as being sent and returns what to send. sent_before_seconds: an earlier attempt began then and its fate is unknown.';

create function pipeline.finish_delivery(p_ticket bigint, p_lease uuid, p_provider_id text) returns void
language plpgsql set search_path = '' as $$
declare
  v_ticket pipeline.work_tickets := pipeline.hold(p_ticket, p_lease);
  v_delivery public.deliveries;
begin
  update public.deliveries o set status = 'accepted', provider_id = p_provider_id, accepted_at = pipeline.now(), error = null
   where o.id = (v_ticket.payload ->> 'delivery_id')::uuid and o.status <> 'accepted'
  returning * into v_delivery;
  if found then
    update public.deliverable_versions v set status = 'delivered', delivered_at = pipeline.now()
     where v.id = v_delivery.version_id and v.status = 'generated'
       and not exists (select from public.deliveries o where o.version_id = v.id and o.status <> 'accepted');
  end if;
  perform pipeline.finish(jsonb_build_array(jsonb_build_object('id', p_ticket, 'lease', p_lease, 'result', jsonb_build_object('provider_id', p_provider_id))));
end $$;
comment on function pipeline.finish_delivery(bigint, uuid, text) is 'The provider accepted a delivery. When it was the last of its version, the version is delivered.';

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
  if v_title is null or p_outcome = 'cancelled' then return; end if;
  perform pipeline.log_activity(p_ticket.user_id, 'deliverable_run', format('"%s" could not be written', v_title),
    jsonb_build_object('deliverable_id', p_ticket.payload ->> 'deliverable_id', 'status', 'failed', 'error', p_error), v_version.id);
  insert into public.notifications (user_id, urgency, message, context)
  values (p_ticket.user_id, 'high', format('"%s" could not be written: %s', v_title, left(coalesce(p_error ->> 'message', 'unknown reason'), 500)),
    jsonb_build_object('deliverable_id', p_ticket.payload ->> 'deliverable_id', 'ticket_id', p_ticket.id));
end $$;
comment on function pipeline.generation_ended(pipeline.work_tickets, public.ticket_state, jsonb) is
  'on_ended of generate_deliverable: a version whose run died is failed with its reason, and its person is told.';

create function pipeline.delivery_ended(p_ticket pipeline.work_tickets, p_outcome public.ticket_state, p_error jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  v_delivery public.deliveries;
begin
  if p_outcome = 'done' then return; end if;
  update public.deliveries o
     set status = 'failed', error = coalesce(p_error, jsonb_build_object('code', p_outcome, 'message', 'The delivery ended without saying why.'))
   where o.id = (p_ticket.payload ->> 'delivery_id')::uuid and o.status <> 'accepted'
  returning * into v_delivery;
  -- Who cancelled it knows.
  if not found or p_outcome = 'cancelled' then return; end if;
  insert into public.notifications (user_id, urgency, message, context)
  select v_delivery.user_id, 'high', format('"%s" was written but could not be delivered to %s: %s', d.title, v_delivery.target,
      left(coalesce(p_error ->> 'message', 'unknown reason'), 500)),
    jsonb_build_object('delivery_id', v_delivery.id, 'version_id', v_delivery.version_id, 'ticket_id', p_ticket.id)
    from public.deliverables d where d.id = v_delivery.deliverable_id;
end $$;
comment on function pipeline.delivery_ended(pipeline.work_tickets, public.ticket_state, jsonb) is
  'on_ended of deliver_version: a delivery that died is failed with its reason; the text stays readable and can be sent again.';

insert into pipeline.ticket_kinds
  (kind, function_name, payload_shape, per_call, lease, max_attempts, max_running, max_running_per_user, on_scheduled, on_ended)
values
  ('generate_deliverable', 'execute-deliverable', '{"deliverable_id": "uuid"}', 3, '30 seconds', 3, 50, 2, 'pipeline.deliverable_scheduled', 'pipeline.generation_ended'),
  ('deliver_version', 'execute-deliverable', '{"delivery_id": "uuid"}', 5, '30 seconds', 8, 20, 4, null, 'pipeline.delivery_ended');
