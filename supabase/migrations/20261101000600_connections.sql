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
  constraint tokens_are_sealed check (access_token like 'v1.%' and coalesce(refresh_token, 'v1.') like 'v1.%')
);
comment on table pipeline.connection_tokens is
  'AES-256-GCM envelopes bound to user, provider and field; the key is in the functions'' environment and never here.';
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
  p_access_token text, p_refresh_token text default null, p_expires_at timestamptz default null
) returns uuid
language plpgsql set search_path = '' as $$
declare
  v_id uuid;
begin
  -- Another account must not inherit what was synced from the one before.
  delete from public.platform_connections c where c.user_id = p_user and c.provider = p_provider and c.account_id <> p_account_id;

  insert into public.platform_connections as c (user_id, provider, account_id, account_name, scopes, metadata)
  values (p_user, p_provider, p_account_id, p_account_name, p_scopes, coalesce(p_metadata, '{}'))
  on conflict on constraint one_connection_a_provider do update
    set account_name = excluded.account_name, scopes = excluded.scopes, metadata = excluded.metadata,
        status = 'active', status_reason = null, connected_at = pipeline.now()
  returning c.id into v_id;

  insert into pipeline.connection_tokens as t (connection_id, access_token, refresh_token, expires_at)
  values (v_id, p_access_token, p_refresh_token, p_expires_at)
  on conflict (connection_id) do update
    set access_token = excluded.access_token, expires_at = excluded.expires_at, sealed_at = pipeline.now(),
        refresh_token = coalesce(excluded.refresh_token, t.refresh_token);

  perform pipeline.log_activity(p_user, 'integration_connected', format('Connected %s (%s)', p_provider, p_account_name),
    jsonb_build_object('provider', p_provider, 'account', p_account_name), v_id);
  return v_id;
end $$;
comment on function pipeline.connect(uuid, public.provider, text, text, text[], jsonb, text, text, timestamptz) is
  'Stores a grant. The same account keeps its content; another account replaces the connection and starts empty. Tokens arrive sealed.';

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
