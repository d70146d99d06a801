-- Assistants that signed in through OAuth carry a client_id in their token: they may read, through policies that restrict every table.

create function private.is_the_person() returns boolean
language sql stable security definer set search_path = '' as $$
  select coalesce((select auth.jwt()) ->> 'client_id', '') = ''
$$;
comment on function private.is_the_person() is 'False for the token of an OAuth client.';
grant execute on function private.is_the_person() to authenticated;

do $$
declare
  v_table text;
begin
  for v_table in
    select c.relname from pg_catalog.pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' order by 1
  loop
    execute format('create policy "OAuth clients do not insert" on public.%I as restrictive for insert to authenticated with check ((select private.is_the_person()))', v_table);
    execute format('create policy "OAuth clients do not update" on public.%I as restrictive for update to authenticated using ((select private.is_the_person()))', v_table);
    execute format('create policy "OAuth clients do not delete" on public.%I as restrictive for delete to authenticated using ((select private.is_the_person()))', v_table);
  end loop;
end $$;
create policy "OAuth clients do not read preferences" on public.user_notification_preferences as restrictive for select to authenticated
  using ((select private.is_the_person()));
create policy "OAuth clients do not read connections" on public.platform_connections as restrictive for select to authenticated
  using ((select private.is_the_person()));
