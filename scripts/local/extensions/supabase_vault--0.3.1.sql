-- Supabase Vault 0.3.1 as SQL sees it.
--
-- What the encryption here does: a secret does not stand in clear text in vault.secrets, in a listing of that
-- table or in a log of it. What it does not: the key is a row of this database (vault.key), so whoever can read
-- everything here, or holds a full dump, can read the secrets. The hosted Vault keeps its root key outside SQL.
-- Both are the same to a migration, and both leave reading to the role that owns the extension: on the local
-- stack and on a prepared Postgres that is `postgres`, and no API role, service_role included.
--
-- pgcrypto is looked up in the schema `extensions` at the first use, so that the order of `create extension` is free.

create table vault.key (
  only_one boolean primary key default true,
  value text not null,
  constraint there_is_one_key check (only_one)
);
comment on table vault.key is 'The key of this one database, made when the extension was created.';

-- Two random uuids are 244 random bits, without needing pgcrypto at this moment.
insert into vault.key (value) values (gen_random_uuid()::text || gen_random_uuid()::text);

create table vault.secrets (
  id uuid primary key default gen_random_uuid(),
  name text,
  description text not null default '',
  secret text not null,
  key_id uuid,
  nonce bytea,
  created_at timestamptz not null default current_timestamp,
  updated_at timestamptz not null default current_timestamp
);
create unique index secrets_name_idx on vault.secrets (name) where name is not null;
comment on table vault.secrets is 'Secrets, encrypted; read them through vault.decrypted_secrets.';

-- The key is random, so stretching it (s2k) would cost time and add nothing. The id is sealed in with the text:
-- a secret copied into another row does not open.
create function vault._seal(p_id uuid, p_secret text)
returns text language plpgsql set search_path = '' as $$
begin
  return encode(extensions.pgp_sym_encrypt(
    p_id::text || ':' || p_secret, (select k.value from vault.key as k), 's2k-mode=1, cipher-algo=aes256, compress-algo=0'),
    'base64');
end $$;

create function vault._open(p_id uuid, p_sealed text)
returns text language plpgsql stable security definer set search_path = '' as $$
declare
  v_text text := extensions.pgp_sym_decrypt(decode(p_sealed, 'base64'), (select k.value from vault.key as k));
begin
  if not starts_with(v_text, p_id::text || ':') then
    raise exception 'The secret % was not written for this row', p_id using errcode = 'data_corrupted';
  end if;
  return substr(v_text, 38);
end $$;

create view vault.decrypted_secrets as
  select s.id, s.name, s.description, s.secret, vault._open(s.id, s.secret) as decrypted_secret,
    s.key_id, s.nonce, s.created_at, s.updated_at
  from vault.secrets as s;

-- As the released Vault has it: whoever may call these need not see the table.
create function vault.create_secret(
  new_secret text, new_name text default null, new_description text default '', new_key_id uuid default null)
returns uuid language plpgsql security definer set search_path = '' as $$
declare
  v_id uuid := gen_random_uuid();
begin
  insert into vault.secrets (id, name, description, secret, key_id)
  values (v_id, new_name, coalesce(new_description, ''), vault._seal(v_id, new_secret), new_key_id);
  return v_id;
end $$;

create function vault.update_secret(
  secret_id uuid, new_secret text default null, new_name text default null, new_description text default null,
  new_key_id uuid default null)
returns void language plpgsql security definer set search_path = '' as $$
begin
  update vault.secrets as s
     set secret = case when new_secret is null then s.secret else vault._seal(s.id, new_secret) end,
         name = coalesce(new_name, s.name),
         description = coalesce(new_description, s.description),
         key_id = coalesce(new_key_id, s.key_id),
         updated_at = current_timestamp
   where s.id = secret_id;
end $$;

revoke all on all tables in schema vault from public;
revoke execute on all functions in schema vault from public;
