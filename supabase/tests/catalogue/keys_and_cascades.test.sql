-- Every foreign key has an index, and whoever leaves takes everything along.
begin;
select plan(6);

create view pg_temp.foreign_keys as
  select k.oid, k.conrelid, k.conrelid::regclass::text as from_table, k.confrelid::regclass::text as to_table, k.conkey, k.confdeltype, k.conname
    from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
   where k.contype = 'f' and n.nspname in ('public', 'pipeline', 'private');

select ok((select count(*) from pg_temp.foreign_keys) > 40, 'there are keys to look at');
select is_empty($$select from_table, conname from pg_temp.foreign_keys f where not exists (
    select from pg_index i where i.indrelid = f.conrelid and (i.indkey::int2[])[0:cardinality(f.conkey) - 1] @> f.conkey)$$, 'every foreign key leads an index');
select is_empty($$select from_table, conname, confdeltype from pg_temp.foreign_keys where to_table in ('auth.users', 'users') and confdeltype <> 'c'$$, 'every key to a person cascades');
select is_empty($$select t.table_schema, t.table_name from information_schema.columns t join information_schema.tables b using (table_schema, table_name)
  where t.table_schema in ('public', 'pipeline') and t.column_name = 'user_id' and b.table_type = 'BASE TABLE' and b.table_name <> 'search_postings'
    and not exists (select from pg_temp.foreign_keys f where f.conrelid = format('%I.%I', t.table_schema, t.table_name)::regclass and f.to_table in ('auth.users', 'users'))$$,
  'every table with a person has the key');
select is_empty($$select from_table, to_table from pg_temp.foreign_keys f where f.confdeltype in ('a', 'r')
  and not f.to_table::regclass in ('public.tiers'::regclass, 'public.deliverable_types'::regclass, 'pipeline.ticket_kinds'::regclass, 'pipeline.platform_limits'::regclass)$$, 'no key stands in the way of deleting, but those to lists');
select is_empty($$select conrelid::regclass, conname from pg_constraint k join pg_namespace n on n.oid = k.connamespace where n.nspname in ('public', 'pipeline') and not convalidated$$, 'every constraint holds for all rows');

select * from finish();
rollback;
