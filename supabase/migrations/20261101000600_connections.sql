-- Whose accounts are connected. What a person may see, and, apart from it, the sealed tokens.

create table public.platform_connections (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users on delete cascade,
  provider public.provider not null,
  status public.connection_status not null default 'active',
  status_reason text,
  account_id text not null,
  account_name text not null,
  scopes text[] not null default '{}',
  metadata jsonb not null default '{}',
  connected_at timestamptz not null default pipeline.now(),
  last_synced_at timestamptz,
  constraint one_connection_a_provider unique (user_id, provider),
  constraint a_connection_that_needs_reauth_says_why check (status = 'active' or status_reason is not null)
);
comment on table public.platform_connections is 'One grant of one provider. account_id is the team, Google subject or Notion workspace that granted it.';

alter table public.platform_connections enable row level security;
create policy "People see their connections" on public.platform_connections for select to authenticated using (user_id = (select auth.uid()));
grant select on public.platform_connections to authenticated;

create table pipeline.connection_tokens (
  connection_id uuid primary key references public.platform_connections on delete cascade,
  access_token text not null,
  refresh_token text,
  expires_at timestamptz,
  sealed_at timestamptz not null default pipeline.now(),
  refresh_lease uuid,
  refresh_lease_until timestamptz,
  refresh_failed_at timestamptz,
  constraint tokens_are_sealed check (access_token like 'v1.%' and coalesce(refresh_token, 'v1.') like 'v1.%'),
  constraint a_refresh_lease_ends check ((refresh_lease is null) = (refresh_lease_until is null))
);
comment on table pipeline.connection_tokens is
  'AES-256-GCM envelopes bound to user, provider and field; the key is in the functions'' environment and never here.';
comment on column pipeline.connection_tokens.expires_at is 'By the provider''s, so the real, clock.';
comment on column pipeline.connection_tokens.refresh_lease is 'Who is renewing the access token just now; see pipeline.begin_token_refresh.';
comment on column pipeline.connection_tokens.refresh_failed_at is 'When the last renewing failed for a passing reason; nobody tries again within five seconds.';
alter table pipeline.connection_tokens enable row level security;

create table pipeline.oauth_states (
  state_hash text primary key,
  user_id uuid not null references auth.users on delete cascade,
  provider public.provider not null,
  redirect_to text not null,
  created_at timestamptz not null default pipeline.now(),
  expires_at timestamptz not null default pipeline.now() + interval '10 minutes'
);
comment on table pipeline.oauth_states is 'Connections under way. Only the hash of the state is kept; taking it deletes it.';
create index oauth_states_of_a_person on pipeline.oauth_states (user_id);
create index oauth_states_by_expiry on pipeline.oauth_states (expires_at);
alter table pipeline.oauth_states enable row level security;

create function pipeline.connect(
  p_user uuid, p_provider public.provider, p_account_id text, p_account_name text, p_scopes text[], p_metadata jsonb,
  p_access_token text, p_refresh_token text default null, p_expires_at timestamptz default null, p_status_reason text default null
) returns uuid
language plpgsql set search_path = '' as $$
declare
  v_id uuid;
  v_known text;
begin
  -- One connecting of a provider at a time per person, so that two tabs cannot replace each other's half.
  perform pg_advisory_xact_lock(hashtextextended('connect:' || p_user::text || p_provider::text, 0));
  -- Another account must not inherit what was synced from the one before.
  delete from public.platform_connections c where c.user_id = p_user and c.provider = p_provider and c.account_id <> p_account_id;
  select c.status_reason into v_known from public.platform_connections c where c.user_id = p_user and c.provider = p_provider;

  insert into public.platform_connections as c (user_id, provider, account_id, account_name, scopes, metadata, status_reason)
  values (p_user, p_provider, p_account_id, p_account_name, p_scopes, coalesce(p_metadata, '{}'), left(p_status_reason, 500))
  on conflict on constraint one_connection_a_provider do update
    set account_name = excluded.account_name, scopes = excluded.scopes, metadata = excluded.metadata,
        status = 'active', status_reason = excluded.status_reason, connected_at = pipeline.now()
  returning c.id into v_id;

  insert into pipeline.connection_tokens as t (connection_id, access_token, refresh_token, expires_at)
  values (v_id, p_access_token, p_refresh_token, p_expires_at)
  on conflict (connection_id) do update
    set access_token = excluded.access_token, expires_at = excluded.expires_at, sealed_at = pipeline.now(),
        refresh_token = coalesce(excluded.refresh_token, t.refresh_token),
        refresh_lease = null, refresh_lease_until = null, refresh_failed_at = null;

  perform pipeline.log_activity(p_user, 'integration_connected', format('Connected %s (%s)', p_provider, p_account_name),
    jsonb_build_object('provider', p_provider, 'account', p_account_name), v_id);
  if p_status_reason is distinct from v_known and p_status_reason is not null then
    insert into public.notifications (user_id, message, context)
    values (p_user, left(p_status_reason, 1000), jsonb_build_object('connection_id', v_id, 'provider', p_provider));
  end if;
  return v_id;
end $$;
comment on function pipeline.connect(uuid, public.provider, text, text, text[], jsonb, text, text, timestamptz, text) is
  'Stores a grant. The same account keeps its content; another account replaces the connection and starts empty. Tokens arrive sealed. p_status_reason: what will not work as less was allowed than asked; the person is told once.';

create function pipeline.open_oauth_state(p_user uuid, p_provider public.provider, p_state_hash text, p_redirect_to text) returns timestamptz
language plpgsql set search_path = '' as $$
declare
  v_expires timestamptz;
begin
  -- Who presses the button again and again keeps the newest ten.
  delete from pipeline.oauth_states s where s.user_id = p_user and s.state_hash in (
    select o.state_hash from pipeline.oauth_states o where o.user_id = p_user order by o.created_at desc, o.state_hash offset 9);
  insert into pipeline.oauth_states (state_hash, user_id, provider, redirect_to)
  values (p_state_hash, p_user, p_provider, p_redirect_to)
  returning expires_at into v_expires;
  return v_expires;
end $$;
comment on function pipeline.open_oauth_state(uuid, public.provider, text, text) is
  'Begins to connect: remembers the hash of a state for ten minutes, for this person and provider. Returns when it expires.';

create function pipeline.take_oauth_state(p_state_hash text, p_provider public.provider)
returns table (user_id uuid, redirect_to text, expired boolean)
language sql set search_path = '' as $$
  delete from pipeline.oauth_states s where s.state_hash = p_state_hash and s.provider = p_provider
  returning s.user_id, s.redirect_to, s.expires_at <= pipeline.now()
$$;
comment on function pipeline.take_oauth_state(text, public.provider) is
  'Takes a state, which works once: no row when it was never given, was taken already, or was given for another provider.';

create function pipeline.needs_reauth(p_connection uuid, p_reason text) returns boolean
language plpgsql set search_path = '' as $$
declare
  v_connection public.platform_connections;
begin
  update public.platform_connections c set status = 'needs_reauth', status_reason = left(p_reason, 500)
   where c.id = p_connection and c.status = 'active'
  returning c.* into v_connection;
  if not found then return false; end if;
  insert into public.notifications (user_id, urgency, message, context)
  values (v_connection.user_id, 'high',
    format('%s no longer lets us read %s. Reconnect it to go on; nothing that was synced is lost.', initcap(v_connection.provider::text), v_connection.account_name),
    jsonb_build_object('connection_id', v_connection.id, 'provider', v_connection.provider));
  return true;
end $$;
comment on function pipeline.needs_reauth(uuid, text) is
  'Marks a connection whose token the provider refused, and tells its person: the first time only. Returns whether this call did.';
