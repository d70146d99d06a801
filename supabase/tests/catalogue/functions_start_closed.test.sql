-- No function of ours is anybody's to call who was not named; what runs with its owner's rights is fenced in.
begin;
select plan(8);

create view pg_temp.our_functions as
  select p.oid, n.nspname as schema, p.proname as name, p.prosecdef as definer, p.proconfig, p.proacl from pg_proc p join pg_namespace n on n.oid = p.pronamespace
   where n.nspname in ('public', 'pipeline', 'private') and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e');

select ok((select count(*) from pg_temp.our_functions) > 60, 'there are functions to look at');
select is_empty($$select schema, name from pg_temp.our_functions where has_function_privilege('anon', oid, 'execute')$$, 'anon may call none');
select is_empty($$select f.schema, f.name from pg_temp.our_functions f where f.proacl is null or exists (select from aclexplode(f.proacl) a where a.grantee = 0)$$, 'none is granted to everybody');
select results_eq($$select (schema || '.' || name) collate "default" from pg_temp.our_functions where has_function_privilege('authenticated', oid, 'execute') order by 1$$,
  $$values ('pipeline.now'), ('private.found_by_me'), ('private.is_the_person'), ('private.my_sync_health'), ('private.raise_error'), ('public.search_platform_content'), ('public.sync_health')$$, 'a person may call these and no others');
select is_empty($$select schema, name from pg_temp.our_functions where proconfig is null or not 'search_path=""' = any (proconfig)$$, 'every function pins its search path');
select is_empty($$select schema, name from pg_temp.our_functions where definer and schema = 'public'$$, 'no function of public runs with its owner''s rights');
select is_empty($$select p.schema, p.name from pg_temp.our_functions p where p.schema = 'pipeline' and not has_function_privilege('service_role', p.oid, 'execute')$$, 'the service may call all of pipeline');
select ok(not has_function_privilege('service_role', 'private.secret(text)', 'execute'), 'but not read the Vault');

select * from finish();
rollback;
