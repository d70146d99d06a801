-- Each table of public has the three policies that keep the token of an OAuth client from writing.
begin;
select plan(2);

select is_empty($$
  select c.relname, w.cmd from pg_class c cross join (values ('INSERT'), ('UPDATE'), ('DELETE')) w(cmd)
   where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
     and not exists (select from pg_policies p where p.schemaname = 'public' and p.tablename = c.relname and p.cmd = w.cmd and p.permissive = 'RESTRICTIVE'
       and coalesce(p.qual, '') || coalesce(p.with_check, '') ~ 'is_the_person')$$, 'all three on every table');
select is(array(select tablename::text from pg_policies where schemaname = 'public' and cmd = 'SELECT' and permissive = 'RESTRICTIVE' order by 1),
  '{platform_connections,user_notification_preferences}', 'and two tables that it does not even read');

select * from finish();
rollback;
