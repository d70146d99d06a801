-- Deliveries: each version to each destination once, what the mail provider tells later, and the ways out of mail.

create table pipeline.unsubscribe_tokens (
  token uuid primary key default gen_random_uuid(),
  deliverable_id uuid not null references public.deliverables on delete cascade,
  user_id uuid not null references auth.users on delete cascade,
  created_at timestamptz not null default pipeline.now(),
  constraint one_token_a_deliverable unique (deliverable_id)
);
comment on table pipeline.unsubscribe_tokens is 'Whoever holds the token of a deliverable, which stands in its mails, can stop it without signing in (RFC 8058).';
create index unsubscribe_tokens_of_a_person on pipeline.unsubscribe_tokens (user_id);
alter table pipeline.unsubscribe_tokens enable row level security;

create table pipeline.mail_events (
  event_id text primary key,
  received_at timestamptz not null default pipeline.now(),
  constraint event_id_is_short check (length(event_id) between 1 and 200)
);
comment on table pipeline.mail_events is 'Events of the mail provider that were applied: it sends them again when it missed our answer. Kept 30 days.';
create index mail_events_by_age on pipeline.mail_events (received_at);
alter table pipeline.mail_events enable row level security;

create function pipeline.begin_delivery(p_ticket bigint, p_lease uuid) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_ticket pipeline.work_tickets := pipeline.hold(p_ticket, p_lease);
  v_delivery public.deliveries;
  v_deliverable public.deliverables;
  v_connection public.platform_connections;
  v_sent_before timestamptz;
  v_token uuid;
begin
  select * into v_delivery from public.deliveries o where o.id = (v_ticket.payload ->> 'delivery_id')::uuid and o.user_id = v_ticket.user_id for update;
  if not found then
    perform private.raise_error('unknown_delivery', 404, 'The delivery does not exist any more.', 'Its version or deliverable was deleted; nothing is left to do.');
  end if;
  select * into v_deliverable from public.deliverables d where d.id = v_delivery.deliverable_id;
  if v_delivery.channel = 'slack' then
    select c.* into v_connection from public.platform_connections c where c.user_id = v_delivery.user_id and c.provider = 'slack';
    -- Looked at again: a channel may have been opened to others since the text was written.
    if v_delivery.target <> 'dm' and v_delivery.status <> 'accepted' and exists (
      select from public.version_citations n
        join public.content_sources m on m.content_id = n.content_id join public.sync_registry s on s.id = m.source_id
       where n.version_id = v_delivery.version_id
       group by n.content_id having not bool_or(private.all_may_read(s, array[v_delivery.target]))) then
      perform private.raise_error('audience_cannot_read', 422, 'Not everyone in this Slack channel may read what the text cites. It was not posted; the text is kept.',
        'Send it to yourself ("dm" or mail), or run the deliverable again: it leaves out what its readers may not see.');
    end if;
  end if;
  insert into pipeline.unsubscribe_tokens as u (deliverable_id, user_id) values (v_delivery.deliverable_id, v_delivery.user_id)
  on conflict on constraint one_token_a_deliverable do update set user_id = excluded.user_id returning u.token into v_token;
  v_sent_before := v_delivery.first_sent_at;
  if v_delivery.status <> 'accepted' then
    -- Committed before the send: whoever comes back after a crash knows that a message may be out.
    update public.deliveries o set status = 'sending', first_sent_at = coalesce(o.first_sent_at, clock_timestamp()) where o.id = v_delivery.id;
  end if;
  return jsonb_build_object(
    'id', v_delivery.id, 'status', v_delivery.status, 'provider_id', v_delivery.provider_id, 'channel', v_delivery.channel, 'target', v_delivery.target,
    'thread', coalesce((v_delivery.options ->> 'thread')::boolean, false),
    'thread_root', (select o.provider_id from public.deliveries o
      where o.deliverable_id = v_delivery.deliverable_id and o.channel = v_delivery.channel and o.target = v_delivery.target and o.id <> v_delivery.id
        and o.status = 'accepted' order by o.accepted_at limit 1),
    'connection_id', v_connection.id, 'connection_status', v_connection.status, 'account_id', v_connection.account_id, 'external_user_id', v_connection.metadata ->> 'authed_user_id',
    'unsubscribe_token', v_token,
    'sent_before', v_sent_before, 'sent_before_seconds', extract(epoch from clock_timestamp() - v_sent_before)::int,
    'deliverable', jsonb_build_object('id', v_deliverable.id, 'title', v_deliverable.title, 'type', v_deliverable.deliverable_type),
    'version', (select jsonb_build_object('id', v.id, 'number', v.version_number, 'content', v.final_content, 'coverage', v.coverage, 'corrections', v.corrections,
        'generated_at', v.generated_at)
      from public.deliverable_versions v where v.id = v_delivery.version_id),
    'citations', coalesce((select jsonb_agg(jsonb_build_object('number', c.number, 'quote', c.quote, 'permalink', c.permalink, 'label', c.label) order by c.number)
      from public.version_citations c where c.version_id = v_delivery.version_id), '[]'),
    'timezone', private.timezone_of(v_delivery.user_id));
end $$;
comment on function pipeline.begin_delivery(bigint, uuid) is
  'Marks a delivery as being sent and returns what to send and where. sent_before_seconds: an earlier attempt began then and its fate is unknown. thread_root: the first message of this deliverable at this destination. Raises unknown_delivery, audience_cannot_read.';

create function pipeline.finish_delivery(p_ticket bigint, p_lease uuid, p_provider_id text) returns void
language plpgsql set search_path = '' as $$
declare
  v_ticket pipeline.work_tickets := pipeline.hold(p_ticket, p_lease);
  v_delivery public.deliveries;
begin
  update public.deliveries o set status = 'accepted', provider_id = p_provider_id, accepted_at = pipeline.now(), error = null
   where o.id = (v_ticket.payload ->> 'delivery_id')::uuid and o.status <> 'accepted'
  returning * into v_delivery;
  if found then perform private.settle_version(v_delivery.version_id); end if;
  perform pipeline.finish(jsonb_build_array(jsonb_build_object('id', p_ticket, 'lease', p_lease, 'result', jsonb_build_object('provider_id', p_provider_id))));
end $$;
comment on function pipeline.finish_delivery(bigint, uuid, text) is 'The provider accepted a delivery. When it was the last of its version, the version is delivered.';

create function private.settle_version(p_version uuid) returns void
language sql set search_path = '' as $$
  -- One way to its reader is enough; the destinations that failed have their own rows, and can be sent again.
  update public.deliverable_versions v set status = 'delivered', delivered_at = coalesce(v.delivered_at, pipeline.now())
   where v.id = p_version and v.status = 'generated'
     and exists (select from public.deliveries o where o.version_id = v.id and o.status = 'accepted')
     and not exists (select from public.deliveries o where o.version_id = v.id and o.status in ('waiting', 'sending'))
$$;
comment on function private.settle_version(uuid) is 'A version is delivered when each of its deliveries has ended and one at least arrived.';

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
  if not found then return; end if;
  perform private.settle_version(v_delivery.version_id);
  -- Who cancelled it knows.
  if p_outcome = 'cancelled' then return; end if;
  insert into public.notifications (user_id, urgency, message, context)
  select v_delivery.user_id, 'high', left(format('"%s" was written but could not be delivered to %s: %s', d.title,
      case when v_delivery.target = 'dm' then 'you in Slack' else coalesce((private.slack_channel(v_delivery.user_id, v_delivery.target)).name, v_delivery.target) end,
      left(coalesce(p_error ->> 'message', 'unknown reason'), 500)), 1000),
    jsonb_build_object('delivery_id', v_delivery.id, 'version_id', v_delivery.version_id, 'ticket_id', p_ticket.id)
    from public.deliverables d where d.id = v_delivery.deliverable_id;
end $$;
comment on function pipeline.delivery_ended(pipeline.work_tickets, public.ticket_state, jsonb) is
  'on_ended of deliver_version: a delivery that died is failed with its reason; the text stays readable and can be sent again.';

insert into pipeline.ticket_kinds
  (kind, function_name, payload_shape, per_call, lease, max_attempts, max_running, max_running_per_user, on_ended)
values
  ('deliver_version', 'execute-deliverable', '{"delivery_id": "uuid"}', 5, '30 seconds', 8, 20, 4, 'pipeline.delivery_ended');

create function pipeline.redeliver_version(p_version uuid, p_user uuid) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_delivery record;
  v_ticket bigint;
  v_again jsonb := '[]';
begin
  if not exists (select from public.deliverable_versions v where v.id = p_version and v.user_id = p_user and v.purpose = 'live') then
    perform private.raise_error('unknown_version', 404, 'There is no such version.', 'Read the deliverable''s versions again.');
  end if;
  for v_delivery in
    select o.* from public.deliveries o
     where o.version_id = p_version and o.user_id = p_user and (o.status = 'failed' or o.mail_status = 'bounced') order by o.id for update
  loop
    -- A mail that bounced was sent, and is sent again as another: only its own id keeps it from being taken for the first.
    if v_delivery.status = 'accepted' then
      delete from public.deliveries o where o.id = v_delivery.id;
      insert into public.deliveries as o (version_id, deliverable_id, user_id, channel, target, options)
      values (v_delivery.version_id, v_delivery.deliverable_id, v_delivery.user_id, v_delivery.channel, v_delivery.target, v_delivery.options)
      returning o.id into v_delivery.id;
    else
      -- first_sent_at stays: what its last attempt did is looked up before it is sent again.
      update public.deliveries o set status = 'waiting', error = null where o.id = v_delivery.id;
    end if;
    select e.ticket_id into v_ticket from pipeline.enqueue('deliver_version', jsonb_build_object('delivery_id', v_delivery.id), p_user,
      case v_delivery.channel when 'slack' then 'slack' else 'resend' end, v_delivery.id::text, 0) e;
    v_again := v_again || jsonb_build_object('delivery_id', v_delivery.id, 'ticket_id', v_ticket);
  end loop;
  if v_again = '[]' then
    perform private.raise_error('nothing_to_redeliver', 409, 'No delivery of this version has failed.', 'Each version goes to each destination once. To write it again, run the deliverable.');
  end if;
  return jsonb_build_object('deliveries', v_again);
end $$;
comment on function pipeline.redeliver_version(uuid, uuid) is
  'Sends the failed and bounced deliveries of a version again; what arrived stays as it is. Raises unknown_version, nothing_to_redeliver.';

create function private.pause_mail(p_deliverable uuid, p_reason text, p_urgency public.notification_urgency) returns boolean
language plpgsql set search_path = '' as $$
declare
  v_deliverable public.deliverables;
  v_has_other_ways boolean;
begin
  v_has_other_ways := exists (select from public.deliverable_destinations d where d.deliverable_id = p_deliverable and d.channel <> 'email');
  delete from public.deliverable_destinations d where d.deliverable_id = p_deliverable and d.channel = 'email' and v_has_other_ways;
  update public.deliverables d set status = case when v_has_other_ways then d.status else 'paused' end, status_reason = p_reason
   where d.id = p_deliverable and (d.status = 'active' or v_has_other_ways)
  returning * into v_deliverable;
  if not found then return false; end if;
  insert into public.notifications (user_id, urgency, message, context)
  values (v_deliverable.user_id, p_urgency, left(format('"%s" no longer goes out by mail: %s', v_deliverable.title, p_reason), 1000), jsonb_build_object('deliverable_id', p_deliverable));
  return true;
end $$;
comment on function private.pause_mail(uuid, text, public.notification_urgency) is
  'Stops a deliverable''s mails: it is paused, or keeps its other destinations, and its person is told in the app. Returns whether it was still sending.';

create function pipeline.unsubscribe(p_token uuid) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_deliverable public.deliverables;
  v_paused boolean;
begin
  select d.* into v_deliverable from pipeline.unsubscribe_tokens u join public.deliverables d on d.id = u.deliverable_id where u.token = p_token for update of d;
  if not found then
    perform private.raise_error('unknown_token', 404, 'This link is not valid any more.', 'The deliverable it belongs to was deleted: it sends nothing.');
  end if;
  v_paused := private.pause_mail(v_deliverable.id, 'You unsubscribed from its mails.', 'low');
  return jsonb_build_object('title', v_deliverable.title, 'paused', v_paused);
end $$;
comment on function pipeline.unsubscribe(uuid) is 'One click in a mail: the deliverable sends no more of them. paused: false when it did not any more. Raises unknown_token.';

create function pipeline.apply_mail_event(
  p_event_id text, p_kind public.mail_status, p_provider_id text, p_detail text default null, p_delivery uuid default null
) returns boolean
language plpgsql set search_path = '' as $$
declare
  v_delivery public.deliveries;
begin
  insert into pipeline.mail_events (event_id) values (p_event_id) on conflict do nothing;
  if not found then return false; end if;
  -- Events overtake each other: "delayed" never replaces what came of it.
  update public.deliveries o
     set mail_status = greatest(o.mail_status, p_kind),
         delivered_at = case when p_kind = 'delivered' then coalesce(o.delivered_at, pipeline.now()) else o.delivered_at end,
         error = case when p_kind in ('bounced', 'complained') then jsonb_build_object('code', p_kind, 'message', left(coalesce(p_detail, 'The receiving mailbox refused it.'), 500)) else o.error end
   -- By its tag as well: an event may come before we have noted which mail it is.
   where o.channel = 'email' and (o.provider_id = p_provider_id or (o.id = p_delivery and o.provider_id is null and o.first_sent_at is not null))
  returning * into v_delivery;
  if not found then return false; end if;
  if p_kind in ('bounced', 'complained') then
    perform private.pause_mail(v_delivery.deliverable_id, case p_kind
      when 'bounced' then format('mail to %s bounced (%s). Correct your address, then resume it; the text can be sent again.', v_delivery.target, left(coalesce(p_detail, 'no reason given'), 300))
      else format('mail to %s was marked as spam.', v_delivery.target) end, 'high');
  end if;
  return true;
end $$;
comment on function pipeline.apply_mail_event(text, public.mail_status, text, text, uuid) is
  'What the mail provider tells about a mail, which it names by its own id and by the delivery that the mail carries as a tag, once: a bounce or complaint pauses the deliverable and tells its person. False: known already, or no mail of ours.';
