-- Whoever signs up has a workspace with the zone of their client, and preferences.
begin;
select plan(7);

select tests.person('ann', 'free', 'Asia/Seoul') as ann \gset

select results_eq(format('select tier, timezone, digest_enabled from public.workspaces where owner_id = %L', :'ann'), $$values ('free'::public.tier, 'Asia/Seoul', false)$$, 'a free workspace in their zone');
select is((select count(*) from public.user_notification_preferences where user_id = :'ann'), 1::bigint, 'with preferences');
create function pg_temp.zone_after(p_metadata jsonb) returns text language plpgsql as $$
declare v_id uuid := gen_random_uuid();
begin
  insert into auth.users (id, email, raw_user_meta_data) values (v_id, v_id || '@example.com', p_metadata);
  return (select timezone from public.workspaces where owner_id = v_id);
end $$;
select is(pg_temp.zone_after('{"timezone": "Mars/Olympus"}'), 'UTC', 'an unknown zone does not stop a sign-up');
select is(pg_temp.zone_after('{"timezone": {"a": 1}}'), 'UTC', 'nor does one of another type');
select is(pg_temp.zone_after('{"timezone": null}'), 'UTC', 'nor none');
select is(pg_temp.zone_after(null), 'UTC', 'nor no metadata at all');
delete from auth.users where id = :'ann';
select is_empty(format('select from public.workspaces where owner_id = %L', :'ann'), 'whoever leaves takes it along');

select * from finish();
rollback;
