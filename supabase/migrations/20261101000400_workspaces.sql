-- A workspace is one person's account: tier, zone and digest settings. Signing up creates it.

create function private.is_timezone(p_name text) returns boolean
language sql stable set search_path = '' as $$
  -- The catalogue and not a cast: Postgres would accept any POSIX string such as 'Nowhere+3' as a zone.
  -- Its names in lower case ('localtime', 'posix/…') are no zones to anybody else.
  -- It reads a thousand files (50 ms), so the default is answered without it.
  select coalesce(p_name = 'UTC', false) or exists (select from pg_catalog.pg_timezone_names z where z.name = p_name and z.name ~ '^[A-Z]')
$$;
comment on function private.is_timezone(text) is 'Whether the database knows this IANA zone.';

create table public.workspaces (
  id uuid primary key default gen_random_uuid(),
  owner_id uuid not null unique references auth.users on delete cascade,
  name text not null default 'My workspace',
  tier public.tier not null default 'free' references public.tiers,
  timezone text not null default 'UTC',
  digest_enabled boolean not null default false,
  digest_day smallint not null default 1,
  digest_hour smallint not null default 9,
  digest_timezone text,
  digest_email text,
  created_at timestamptz not null default pipeline.now(),
  updated_at timestamptz not null default pipeline.now(),
  constraint digest_day_counts_from_sunday_0_to_saturday_6 check (digest_day between 0 and 6),
  constraint digest_hour_is_an_hour check (digest_hour between 0 and 23),
  constraint name_is_short_text check (length(name) between 1 and 200)
);
comment on table public.workspaces is 'One person''s account. tier is set by billing only; timezone is IANA and drives schedules.';
comment on column public.workspaces.digest_timezone is 'Falls back to timezone.';
create index workspaces_tier on public.workspaces (tier);

alter table public.workspaces enable row level security;
create policy "People see their workspace" on public.workspaces for select to authenticated using (owner_id = (select auth.uid()));
create policy "People change their workspace" on public.workspaces for update to authenticated
  using (owner_id = (select auth.uid())) with check (owner_id = (select auth.uid()));
grant select on public.workspaces to authenticated;
grant update (name, timezone, digest_enabled, digest_day, digest_hour, digest_timezone, digest_email) on public.workspaces to authenticated;

create function private.check_workspace() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if not private.is_timezone(new.timezone) or not private.is_timezone(coalesce(new.digest_timezone, 'UTC')) then
    perform private.raise_error('unknown_timezone', 422,
      format('The time zone "%s" is not known.', case when private.is_timezone(new.timezone) then new.digest_timezone else new.timezone end),
      'Use an IANA name such as "Europe/Berlin" or "Asia/Seoul".');
  end if;
  new.updated_at := pipeline.now();
  return new;
end $$;
comment on function private.check_workspace() is 'Refuses unknown zones where the row is written.';
-- Only when a zone is written: reading the zone catalogue costs milliseconds.
create trigger workspaces_know_their_zone before insert or update of timezone, digest_timezone on public.workspaces
  for each row execute function private.check_workspace();

create function private.create_workspace() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_zone text := new.raw_user_meta_data ->> 'timezone';
begin
  -- A zone that the client got wrong must not stop a sign-up.
  insert into public.workspaces (owner_id, timezone)
  values (new.id, case when private.is_timezone(v_zone) then v_zone else 'UTC' end);
  return new;
end $$;
comment on function private.create_workspace() is 'Signing up creates the workspace; the client may pass its zone as user metadata "timezone".';
create trigger signing_up_creates_the_workspace after insert on auth.users
  for each row execute function private.create_workspace();

create function private.tier_of(p_user uuid) returns public.tier
language sql stable security definer set search_path = '' as $$
  select coalesce((select w.tier from public.workspaces w where w.owner_id = p_user), 'free')
$$;
comment on function private.tier_of(uuid) is 'The tier of a person.';

create function private.timezone_of(p_user uuid) returns text
language sql stable security definer set search_path = '' as $$
  select coalesce((select w.timezone from public.workspaces w where w.owner_id = p_user), 'UTC')
$$;
comment on function private.timezone_of(uuid) is 'The IANA zone of a person.';
