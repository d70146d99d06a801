-- Renewing access tokens: one call to the provider at a time per connection, whatever number of workers asks, because a
-- refresh token may be good for one use only. Leases run on the real clock.

create function pipeline.begin_token_refresh(p_connection uuid, p_stale text) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_connection public.platform_connections;
  v_tokens pipeline.connection_tokens;
  v_now timestamptz := clock_timestamp();
begin
  select * into v_connection from public.platform_connections c where c.id = p_connection;
  select * into v_tokens from pipeline.connection_tokens t where t.connection_id = p_connection for update;
  if v_connection.id is null or v_tokens.connection_id is null then
    perform private.raise_error('unknown_connection', 404, 'The connection of this token does not exist any more.', 'Nothing is left to do.');
  end if;
  if v_tokens.access_token <> p_stale then
    return jsonb_build_object('state', 'renewed', 'access_token', v_tokens.access_token, 'refresh_token', v_tokens.refresh_token, 'expires_at', v_tokens.expires_at);
  end if;
  if v_connection.status = 'needs_reauth' or v_tokens.refresh_token is null then
    return jsonb_build_object('state', 'impossible', 'reason', v_connection.status_reason);
  end if;
  -- The lock above may have been waited for.
  v_now := clock_timestamp();
  if v_tokens.refresh_lease_until > v_now then
    return jsonb_build_object('state', 'wait');
  end if;
  if v_tokens.refresh_failed_at > v_now - interval '5 seconds' then
    return jsonb_build_object('state', 'failed');
  end if;
  update pipeline.connection_tokens t set refresh_lease = gen_random_uuid(), refresh_lease_until = v_now + interval '15 seconds'
   where t.connection_id = p_connection returning * into v_tokens;
  return jsonb_build_object('state', 'yours', 'lease', v_tokens.refresh_lease, 'refresh_token', v_tokens.refresh_token);
end $$;
comment on function pipeline.begin_token_refresh(uuid, text) is
  'Asks to renew the access token whose envelope is p_stale. renewed: somebody did, here it is; yours: call the provider within 15 seconds, then finish or fail; wait: somebody is at it; failed: somebody was, and the provider is down; impossible: only the person can. Raises unknown_connection.';

create function pipeline.finish_token_refresh(
  p_connection uuid, p_stale text, p_access_token text, p_refresh_token text default null, p_expires_in interval default null
) returns boolean
language plpgsql set search_path = '' as $$
begin
  -- By the token and not by the lease: who was late holds the only good token all the same, unless a newer one is there.
  update pipeline.connection_tokens t
     set access_token = p_access_token, refresh_token = coalesce(p_refresh_token, t.refresh_token),
         expires_at = clock_timestamp() + p_expires_in, sealed_at = pipeline.now(),
         refresh_lease = null, refresh_lease_until = null, refresh_failed_at = null
   where t.connection_id = p_connection and t.access_token = p_stale;
  if not found then return false; end if;
  -- A second worker may have been refused as this one's use of the refresh token was the last.
  update public.platform_connections c set status = 'active', status_reason = null where c.id = p_connection and c.status = 'needs_reauth';
  return true;
end $$;
comment on function pipeline.finish_token_refresh(uuid, text, text, text, interval) is
  'Stores the new tokens, sealed, in place of p_stale. False when a newer token is stored already or the connection is gone.';

create function pipeline.fail_token_refresh(p_connection uuid, p_refresh_lease uuid, p_refused text default null) returns boolean
language plpgsql set search_path = '' as $$
begin
  update pipeline.connection_tokens t
     set refresh_lease = null, refresh_lease_until = null, refresh_failed_at = case when p_refused is null then clock_timestamp() end
   where t.connection_id = p_connection and t.refresh_lease = p_refresh_lease;
  if not found or p_refused is null then return false; end if;
  return pipeline.needs_reauth(p_connection, p_refused);
end $$;
comment on function pipeline.fail_token_refresh(uuid, uuid, text) is
  'Ends a lease without a token. p_refused: why the provider refused for good; the connection then needs_reauth. Null: the reason will pass, and a later call tries again. Returns whether this call changed the connection''s status.';

create function pipeline.tokens_to_reseal(p_active_kid text, p_after uuid default null, p_limit int default 100)
returns table (connection_id uuid, user_id uuid, provider public.provider, access_token text, refresh_token text)
language sql stable set search_path = '' as $$
  select t.connection_id, c.user_id, c.provider, t.access_token, t.refresh_token
    from pipeline.connection_tokens t join public.platform_connections c on c.id = t.connection_id
   where (p_after is null or t.connection_id > p_after)
     and (split_part(t.access_token, '.', 2) <> p_active_kid or split_part(t.refresh_token, '.', 2) <> p_active_kid)
   order by t.connection_id limit p_limit
$$;
comment on function pipeline.tokens_to_reseal(text, uuid, int) is 'Tokens that another key than the active one sealed, a batch at a time in the order of connection_id.';

create function pipeline.reseal_tokens(
  p_connection uuid, p_was text, p_access_token text, p_was_refresh text default null, p_refresh_token text default null
) returns boolean
language sql set search_path = '' as $$
  with resealed as (
    update pipeline.connection_tokens t set access_token = p_access_token, refresh_token = p_refresh_token, sealed_at = pipeline.now()
     where t.connection_id = p_connection and t.access_token = p_was and t.refresh_token is not distinct from p_was_refresh
       -- Whoever renews it names it by its envelope; it is sealed with the active key in a moment anyway.
       and (t.refresh_lease_until is null or t.refresh_lease_until < clock_timestamp())
    returning 1
  )
  select exists (select from resealed)
$$;
comment on function pipeline.reseal_tokens(uuid, text, text, text, text) is
  'Puts newly sealed envelopes of the same tokens in place of the old ones. False when the tokens were changed meanwhile.';

create function pipeline.token_keys_in_use() returns table (kid text, tokens bigint)
language sql stable set search_path = '' as $$
  select split_part(e.envelope, '.', 2), count(*)
    from pipeline.connection_tokens t cross join lateral (values (t.access_token), (t.refresh_token)) as e(envelope)
   where e.envelope is not null group by 1 order by 1
$$;
comment on function pipeline.token_keys_in_use() is 'How many tokens each key seals: a key that is not listed can leave the ring.';

create function pipeline.account_is_connected(p_provider public.provider, p_account text, p_bot text default null, p_but uuid default null) returns boolean
language sql stable set search_path = '' as $$
  select exists (select from public.platform_connections c
    where c.provider = p_provider and c.account_id = p_account and c.id is distinct from p_but and c.metadata ->> 'bot_id' is not distinct from p_bot)
$$;
comment on function pipeline.account_is_connected(public.provider, text, text, uuid) is
  'Whether anybody (but for one connection) has this account connected. p_bot: the bot of a grant that a provider gives per person (Notion), else null.';

create function pipeline.tokens_of(p_user uuid, p_provider public.provider) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object('connection_id', c.id, 'account_id', c.account_id, 'bot_id', c.metadata ->> 'bot_id', 'access_token', t.access_token, 'refresh_token', t.refresh_token,
      'expires_at', t.expires_at,
      -- A platform gives our app one grant per account: ending it would end it for the other person as well.
      'shared', pipeline.account_is_connected(c.provider, c.account_id, c.metadata ->> 'bot_id', c.id))
    from public.platform_connections c left join pipeline.connection_tokens t on t.connection_id = c.id
   where c.user_id = p_user and c.provider = p_provider
$$;
comment on function pipeline.tokens_of(uuid, public.provider) is
  'What disconnecting needs: {connection_id, account_id, bot_id, access_token, refresh_token (sealed), expires_at, shared}; shared: another person connected the same account. Null when nothing is connected.';

create function pipeline.disconnect(p_user uuid, p_provider public.provider) returns boolean
language plpgsql set search_path = '' as $$
declare
  v_connection public.platform_connections;
begin
  select * into v_connection from public.platform_connections c where c.user_id = p_user and c.provider = p_provider;
  if not found then return false; end if;
  -- Tickets before the connection: a worker that stores a page locks them in this order too.
  perform pipeline.cancel(t.id, p_user) from pipeline.work_tickets t
    where t.user_id = p_user and (t.payload ->> 'connection_id' = v_connection.id::text
      or t.id in (select j.ticket_id from public.integration_import_jobs j join public.sync_registry s on s.id = j.source_id
        where j.user_id = p_user and s.connection_id = v_connection.id));
  delete from public.platform_connections c where c.id = v_connection.id;
  if not found then return false; end if;
  perform pipeline.log_activity(p_user, 'integration_disconnected', format('Disconnected %s (%s)', p_provider, v_connection.account_name),
    jsonb_build_object('provider', p_provider, 'account', v_connection.account_name), v_connection.id);
  return true;
end $$;
comment on function pipeline.disconnect(uuid, public.provider) is
  'Deletes a connection with its tokens, sources, cursors and content, and ends its tickets. Delivered versions keep their text. False when nothing was connected.';

create function pipeline.integrations_of(p_user uuid, p_provider public.provider default null) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (select coalesce(jsonb_agg(jsonb_build_object(
      'id', c.id, 'provider', c.provider, 'status', c.status, 'status_reason', c.status_reason,
      'account_name', c.account_name, 'scopes', to_jsonb(c.scopes), 'missing_features', coalesce(c.metadata -> 'missing_features', '[]'),
      'connected_at', c.connected_at,
      'last_synced_at', (select max(s.last_synced_at) from public.sync_registry s where s.connection_id = c.id),
      'platforms', (
        select jsonb_agg(jsonb_build_object(
            'platform', f.platform,
            'sources_available', (select count(*) from public.sync_registry s where s.connection_id = c.id and s.platform = f.platform and s.available),
            'sources_selected', (select count(*) from public.sync_registry s where s.connection_id = c.id and s.platform = f.platform and s.selected and s.available),
            'sources_failing', (select count(*) from public.sync_registry s where s.connection_id = c.id and s.platform = f.platform and s.selected and s.error is not null),
            'last_synced_at', (select max(s.last_synced_at) from public.sync_registry s where s.connection_id = c.id and s.platform = f.platform),
            'next_sync_at', (select h.next_slot_at from pipeline.schedules h where h.kind = 'discover_sources' and h.subject = private.sync_subject(c.id, f.platform))
          ) order by f.platform)
          from unnest(private.granted_platforms(c)) as f(platform))
    ) order by c.provider), '[]')
    from public.platform_connections c
   where c.user_id = p_user and (p_provider is null or c.provider = p_provider));
end $$;
comment on function pipeline.integrations_of(uuid, public.provider) is 'A person''s connections as a frontend shows them: status, account, scopes, and for each platform its sources and syncs.';
