-- Row level security on every table of ours, policies that name their role, and nothing for who is not signed in.
begin;
select plan(12);

create view pg_temp.our_tables as
  select c.oid, n.nspname || '.' || c.relname as name, c.relrowsecurity, n.nspname, c.relispartition from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where n.nspname in ('public', 'pipeline', 'private') and c.relkind in ('r', 'p');

select ok((select count(*) from pg_temp.our_tables) > 40, 'there are tables to look at');
select is_empty('select name from pg_temp.our_tables where not relrowsecurity', 'every table has row level security');
select is_empty($$select schemaname, tablename, policyname from pg_policies where schemaname in ('public', 'pipeline', 'private') and roles <> '{authenticated}'$$, 'every policy is for authenticated and nobody else');
select is_empty($$select tablename, policyname from pg_policies where schemaname in ('public', 'pipeline') and coalesce(qual, '') || coalesce(with_check, '') ~ 'auth\.(uid|jwt)\(\)'
  and coalesce(qual, '') || coalesce(with_check, '') !~ 'SELECT auth\.(uid|jwt)\(\)'$$, 'policies ask who it is once a statement and not once a row');
select is_empty($$select t.name from pg_temp.our_tables t where t.nspname = 'public' and not exists (
    select from pg_policies p where p.schemaname = 'public' and p.tablename = split_part(t.name, '.', 2) and p.permissive = 'PERMISSIVE' and p.cmd in ('SELECT', 'ALL'))$$,
  'whoever may see a table of public has a policy that says what');
select is_empty($$select n.nspname, c.relname, a.privilege_type from pg_class c join pg_namespace n on n.oid = c.relnamespace cross join lateral aclexplode(c.relacl) a
  where n.nspname in ('public', 'pipeline', 'private') and a.grantee in (0, 'anon'::regrole)
    and a.privilege_type in ('SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE')$$, 'no table, view or sequence is granted to anon or to everybody');
select is_empty($$select n.nspname, c.relname, t.attname from pg_attribute t join pg_class c on c.oid = t.attrelid join pg_namespace n on n.oid = c.relnamespace cross join lateral aclexplode(t.attacl) a
  where n.nspname in ('public', 'pipeline', 'private') and a.grantee in (0, 'anon'::regrole)$$, 'no column either');
select is_empty($$select n.nspname, c.relname, a.privilege_type from pg_class c join pg_namespace n on n.oid = c.relnamespace cross join lateral aclexplode(c.relacl) a
  where n.nspname in ('pipeline', 'private') and a.grantee = 'authenticated'::regrole$$, 'no whole table of pipeline is granted to a person');
select is_empty($$select c.relname, a.privilege_type from pg_class c cross join lateral aclexplode(c.relacl) a
  where c.relnamespace = 'public'::regnamespace and a.grantee = 'authenticated'::regrole and a.privilege_type in ('TRUNCATE', 'TRIGGER', 'REFERENCES', 'MAINTAIN')$$, 'people may not truncate, nor anything else that row policies do not see');
select is_empty($$select c.relname from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'v' and not coalesce(c.reloptions @> '{security_invoker=true}', false)$$, 'every view runs with the rights of who asks');
select is_empty($$select n from unnest('{pipeline,private}'::text[]) n where has_schema_privilege('anon', n, 'usage')$$, 'the inner schemas are closed to anon');
select ok(not has_schema_privilege('authenticated', 'pipeline', 'usage'), 'and pipeline to people');

select * from finish();
rollback;
