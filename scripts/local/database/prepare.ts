import type { Database } from "./database.ts";

/** What a hosted project has before its first migration. Safe to run again, and on a database that has it all. */
const BEFORE_AUTH = `
do $$
begin
  if not exists (select from pg_roles where rolname = 'anon') then
    create role anon nologin noinherit;
  end if;
  if not exists (select from pg_roles where rolname = 'authenticated') then
    create role authenticated nologin noinherit;
  end if;
  if not exists (select from pg_roles where rolname = 'service_role') then
    create role service_role nologin noinherit bypassrls;
  end if;
  if not exists (select from pg_roles where rolname = 'authenticator') then
    create role authenticator noinherit;
    grant anon, authenticated, service_role to authenticator;
  end if;
end $$;
create schema if not exists extensions;
grant usage on schema extensions, public to anon, authenticated, service_role;
create extension if not exists pgcrypto with schema extensions;
`;

/** Policies and functions that call auth.uid() run as the API roles; the tables of auth stay closed to them. */
const AFTER_AUTH = `
create or replace function auth.email() returns text language sql stable as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim.email', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'email')
$$;
grant usage on schema auth to anon, authenticated, service_role;
grant execute on all functions in schema auth to anon, authenticated, service_role;
`;

/**
 * Brings the database to where migrations may start: roles, the schema `extensions`, pgcrypto, and around
 * `ensureAuth` (which creates the schema `auth`) the grants it needs.
 */
export async function prepareDatabase(database: Database, ensureAuth: () => Promise<void>): Promise<void> {
  await database.script(BEFORE_AUTH);
  await database.exclusive(ensureAuth);
  await database.script(AFTER_AUTH);
}
