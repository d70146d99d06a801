-- Tables, and functions that others call, say what they are for.
begin;
select plan(3);

select is_empty($$select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname in ('public', 'pipeline') and c.relkind in ('r', 'p', 'v') and not c.relispartition and obj_description(c.oid, 'pg_class') is null$$, 'every table and view has a comment');
select is_empty($$select n.nspname, p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace
  where n.nspname in ('public', 'pipeline') and obj_description(p.oid, 'pg_proc') is null
    and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')$$, 'every function of public and pipeline has a comment');
select is_empty($$select conrelid::regclass, conname from pg_constraint k where k.connamespace in ('public'::regnamespace, 'pipeline'::regnamespace) and k.contype = 'c'
  and k.conname ~ '_check[0-9]*$'$$, 'every check is named after what it holds');

select * from finish();
rollback;
