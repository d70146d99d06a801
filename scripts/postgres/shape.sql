-- Gives a fresh cluster the shape of a hosted Supabase project, as far as migrations and the Data API can tell.
-- Run by the superuser supabase_admin. The schema auth is a step of its own (auth_stub.sql), because the local stack
-- brings one.

-- ── Roles ───────────────────────────────────────────────────────────────────────────────────────────────────────
-- `postgres` pushes the migrations and is NOT a superuser: a missing grant must fail here, not in production.
create role postgres login createdb createrole replication bypassrls;

create role anon nologin noinherit;
create role authenticated nologin noinherit;
create role service_role nologin noinherit bypassrls;
create role authenticator login noinherit;

grant anon, authenticated, service_role to authenticator;
grant anon, authenticated, service_role, authenticator to postgres with admin option;
grant pg_monitor, pg_read_all_data, pg_signal_backend to postgres;

-- The platform's limits for what comes through the Data API.
alter role anon set statement_timeout = '3s';
alter role authenticated set statement_timeout = '8s';
alter role authenticator set statement_timeout = '8s';
alter role authenticator set lock_timeout = '8s';

alter database postgres owner to postgres;
alter role postgres set search_path = "$user", public, extensions;
alter role supabase_admin set search_path = "$user", public, auth, extensions;

-- ── Schemas ─────────────────────────────────────────────────────────────────────────────────────────────────────
create schema extensions authorization postgres;
grant usage on schema extensions to anon, authenticated, service_role;
grant usage on schema public to anon, authenticated, service_role;

-- ── Default privileges ──────────────────────────────────────────────────────────────────────────────────────────
-- The platform changed these on 2026-10-30: tables and sequences in public are no longer open to the API roles, but
-- what was granted besides the four data verbs stays. Functions are left as older projects still have them, open to
-- all three roles. So a table that misses a grant and a function that misses a revoke both show here.
alter default privileges for role postgres in schema public
  grant all on tables to postgres, anon, authenticated, service_role;
alter default privileges for role postgres in schema public
  revoke select, insert, update, delete on tables from anon, authenticated, service_role;
alter default privileges for role postgres in schema public
  grant all on functions to postgres, anon, authenticated, service_role;

-- What an extension's script creates belongs to supabase_admin; its functions must stay usable.
alter default privileges for role supabase_admin in schema extensions
  grant all on functions to postgres with grant option;

-- ── What extensions grant once they exist ───────────────────────────────────────────────────────────────────────
-- Their scripts run as supabase_admin (control_files.ts marks them trusted), so `postgres` owns none of their objects
-- and gets what it gets on the platform: it may use them and pass that on.
-- Postgres makes whoever says `create extension` its owner; on the platform that is supabase_admin. It matters:
-- cron.schedule() writes cron.job as the owner of the extension, and `postgres` must not be able to write it by hand.
-- There is no command for it (no ALTER EXTENSION … OWNER), so the catalog is corrected.
create schema platform;

create function platform.grant_extension_access() returns event_trigger
language plpgsql security definer set search_path = ''
as $$
declare
  v_extension name;
  v_extension_oid oid;
begin
  for v_extension, v_extension_oid in
    select e.extname, e.oid
    from pg_event_trigger_ddl_commands() as command
    join pg_catalog.pg_extension as e on e.oid = command.objid
    where command.classid = 'pg_catalog.pg_extension'::regclass
  loop
    update pg_catalog.pg_extension set extowner = 'supabase_admin'::regrole where oid = v_extension_oid;
    -- The bootstrap superuser is pinned: no record says that something depends on it.
    delete from pg_catalog.pg_shdepend
    where classid = 'pg_catalog.pg_extension'::regclass and objid = v_extension_oid and deptype = 'o';

    case v_extension
      when 'pg_cron' then
        grant usage on schema cron to postgres with grant option;
        grant all on all functions in schema cron to postgres with grant option;
        grant all on all tables in schema cron to postgres with grant option;
        -- Jobs change through cron.schedule and its kin, never by hand.
        revoke all on table cron.job from postgres;
        grant select on table cron.job to postgres with grant option;
      when 'pg_net' then
        grant usage on schema net to postgres, anon, authenticated, service_role;
        grant all on all tables in schema net to postgres with grant option;
        grant all on all sequences in schema net to postgres with grant option;
        grant all on all functions in schema net to postgres with grant option;
      when 'supabase_vault' then
        alter schema vault owner to supabase_admin;
        grant usage on schema vault to postgres with grant option;
        -- Secrets are written by vault.create_secret and vault.update_secret alone, which run as their owner.
        grant select, delete on vault.secrets, vault.decrypted_secrets to postgres with grant option;
        grant execute on all functions in schema vault to postgres with grant option;
        grant usage on schema vault to service_role;
        grant select, delete on vault.secrets, vault.decrypted_secrets to service_role;
        grant execute on all functions in schema vault to service_role;
      else
        null;
    end case;
  end loop;
end;
$$;

create event trigger grant_extension_access on ddl_command_end
  when tag in ('CREATE EXTENSION')
  execute function platform.grant_extension_access();
