-- The cluster is what a hosted project is, where it matters: what passes here as `postgres` passes there.
begin;
select plan(16);

select is(current_user::text, 'postgres', 'the migrations run as postgres');
select ok(not rolsuper and rolcreaterole and rolcreatedb and rolbypassrls,
  'postgres is no superuser, but may create roles and databases and sees through row security')
from pg_roles where rolname = current_user;
select ok(pg_has_role('postgres', role, 'set'), format('postgres can act as %s', role))
from unnest(array['anon', 'authenticated', 'service_role']) as role;

create extension if not exists pg_cron;
create extension if not exists vector with schema extensions;
create extension if not exists pgcrypto with schema extensions;
create extension if not exists plpgsql_check with schema extensions;
select is_empty(
  $$ select extname from pg_extension where extowner <> 'supabase_admin'::regrole $$,
  'extensions belong to supabase_admin, whoever created them');
select lives_ok($$ select cron.schedule('shape', '0 * * * *', 'select 1') $$, 'postgres schedules a job');
select throws_ok($$ update cron.job set active = false $$, '42501', null, 'but does not write cron.job by hand');
select lives_ok($$ delete from cron.job_run_details $$, 'and may clear the history of runs');
select ok(count(*) = 1, 'US/Pacific is a known zone') from pg_timezone_names where name = 'US/Pacific';

create table public.shape_table (id bigint generated always as identity primary key);
select ok(not has_table_privilege(role, 'public.shape_table', 'select'), format('a new table is closed to %s', role))
from unnest(array['anon', 'authenticated']) as role;

create schema shape_schema;
create table shape_schema.closed (id int);
set local role anon;
select throws_ok($$ select 1 from shape_schema.closed $$, '42501', null, 'anon reaches no schema it was not given');
reset role;

select throws_ok($$ create function auth.shape() returns int language sql return 1 $$, '42501', null,
  'postgres adds nothing to the schema auth');
select lives_ok($$ create trigger shape after insert on auth.users for each row
  execute function pg_catalog.suppress_redundant_updates_trigger() $$, 'but may put a trigger on auth.users');
select ok(has_table_privilege('postgres', 'auth.users', 'references'), 'and refer to its rows');
select * from finish();
rollback;
