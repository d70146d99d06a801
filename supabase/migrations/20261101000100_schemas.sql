-- The three schemas of the house, the extensions it stands on, and privileges that start closed.
--
--   public    what a signed-in person may see; row level security on every table
--   pipeline  tickets, schedules, ledgers and the functions that Edge Functions call; service_role only
--   private   helpers that run with their owner's rights; never exposed by PostgREST

create extension if not exists pg_cron;
create extension if not exists pg_net with schema extensions;
create extension if not exists supabase_vault;
create extension if not exists pgcrypto with schema extensions;

create schema pipeline;
create schema private;

comment on schema pipeline is 'Work tickets, schedules, ledgers and the RPCs of the Edge Functions. For service_role only.';
comment on schema private is 'Security definer helpers and trigger functions. Never exposed.';

-- The global form is the one that works: Postgres grants execute to public for every new function, whatever the schema's defaults say.
alter default privileges revoke execute on functions from public;
alter default privileges in schema public revoke execute on functions from anon, authenticated;
-- Supabase grants every new table of public to the API roles; ours are granted one by one.
alter default privileges in schema public revoke all on tables from anon, authenticated;
alter default privileges in schema public revoke all on sequences from anon, authenticated;

grant usage on schema pipeline to service_role;
-- Row policies and column defaults call helpers by their stored oid; usage lets a person's own statement name them too.
grant usage on schema private to authenticated, service_role;

alter default privileges in schema pipeline grant all on tables to service_role;
alter default privileges in schema pipeline grant all on sequences to service_role;
alter default privileges in schema pipeline grant execute on functions to service_role;
alter default privileges in schema private grant execute on functions to service_role;
alter default privileges in schema public grant all on tables to service_role;
alter default privileges in schema public grant all on sequences to service_role;
alter default privileges in schema public grant execute on functions to service_role;
