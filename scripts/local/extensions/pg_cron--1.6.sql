-- pg_cron 1.6 as SQL sees it: the same tables, columns, policies and functions. What is missing is the
-- background worker; scripts/local/cron_loop.ts reads cron.job and writes cron.job_run_details in its place.

create schema cron;

create sequence cron.jobid_seq;
create sequence cron.runid_seq;

create table cron.job (
  jobid bigint primary key default nextval('cron.jobid_seq'),
  schedule text not null,
  command text not null,
  nodename text not null default 'localhost',
  nodeport integer not null default coalesce(inet_server_port(), 5432),
  database text not null default current_database(),
  username text not null default current_user,
  active boolean not null default true,
  jobname text,
  constraint jobname_username_uniq unique (jobname, username)
);

create table cron.job_run_details (
  jobid bigint,
  runid bigint primary key default nextval('cron.runid_seq'),
  job_pid integer,
  database text,
  username text,
  command text,
  status text,
  return_message text,
  start_time timestamptz,
  end_time timestamptz
);

-- A role sees and changes its own jobs only, as with the real extension.
alter table cron.job enable row level security;
create policy cron_job_policy on cron.job using (username = current_user);
alter table cron.job_run_details enable row level security;
create policy cron_job_run_details_policy on cron.job_run_details using (username = current_user);

-- The real functions write the table themselves and leave callers no right to; here the callers write, and the
-- policy keeps them to their own rows.
grant usage on schema cron to public;
grant select, insert, update, delete on cron.job to public;
grant usage on all sequences in schema cron to public;
grant select, delete on cron.job_run_details to public;

-- One field of a cron line: lists of *, n, a-b, each with an optional /step; months and week days by number or name.
create function cron.is_field(p_field text, p_low integer, p_high integer, p_names text[])
returns boolean language plpgsql immutable set search_path = '' as $$
declare
  v_part text;
  v_bound text;
  v_match text[];
begin
  foreach v_part in array string_to_array(lower(p_field), ',') loop
    for v_index in 1 .. coalesce(array_length(p_names, 1), 0) loop
      v_part := replace(v_part, p_names[v_index], (v_index - 1 + p_low)::text);
    end loop;
    v_match := regexp_match(v_part, '^(?:\*|(\d{1,2})(?:-(\d{1,2}))?)(?:/(\d{1,2}))?$');
    if v_match is null then
      return false;
    end if;
    foreach v_bound in array array[v_match[1], v_match[2]] loop
      if v_bound::integer not between p_low and p_high then
        return false;
      end if;
    end loop;
    if v_match[2]::integer < v_match[1]::integer or v_match[3]::integer = 0 then
      return false;
    end if;
  end loop;
  return true;
end $$;

create function cron.is_schedule(p_schedule text)
returns boolean language plpgsql immutable set search_path = '' as $$
declare
  v_fields text[] := regexp_split_to_array(btrim(p_schedule), '\s+');
begin
  if lower(btrim(p_schedule)) ~ '^([1-9]|[1-5][0-9])\s+seconds?$' then
    return true;
  end if;
  if lower(btrim(p_schedule)) in ('@hourly', '@daily', '@midnight', '@weekly', '@monthly', '@yearly', '@annually') then
    return true;
  end if;
  return array_length(v_fields, 1) = 5
    and cron.is_field(v_fields[1], 0, 59, null)
    and cron.is_field(v_fields[2], 0, 23, null)
    and (v_fields[3] = '$' or cron.is_field(v_fields[3], 1, 31, null))
    and cron.is_field(v_fields[4], 1, 12,
      array['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'])
    and cron.is_field(v_fields[5], 0, 7, array['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']);
end $$;

create function cron.refuse_bad_schedule(p_schedule text)
returns void language plpgsql set search_path = '' as $$
begin
  if p_schedule is not null and not cron.is_schedule(p_schedule) then
    raise exception 'invalid schedule: %', p_schedule
      using errcode = 'invalid_parameter_value',
        hint = 'Use cron format (e.g. 5 4 * * *), or interval format ''[1-59] seconds''';
  end if;
end $$;

create function cron.put_job(p_name text, p_schedule text, p_command text, p_database text, p_username text, p_active boolean)
returns bigint language plpgsql set search_path = '' as $$
declare
  v_id bigint;
begin
  perform cron.refuse_bad_schedule(p_schedule);
  insert into cron.job as j (jobname, schedule, command, database, username, active)
  values (p_name, btrim(p_schedule), p_command, coalesce(p_database, current_database()), p_username, coalesce(p_active, true))
  on conflict on constraint jobname_username_uniq do update
    set schedule = excluded.schedule, command = excluded.command, database = excluded.database, active = excluded.active
  returning jobid into v_id;
  return v_id;
end $$;

create function cron.schedule(schedule text, command text)
returns bigint language plpgsql set search_path = '' as $$
begin
  return cron.put_job(null, schedule, command, null, current_user, true);
end $$;

create function cron.schedule(job_name text, schedule text, command text)
returns bigint language plpgsql set search_path = '' as $$
begin
  if coalesce(job_name, '') = '' then
    raise exception 'job_name can not be empty' using errcode = 'invalid_parameter_value';
  end if;
  return cron.put_job(job_name, schedule, command, null, current_user, true);
end $$;

create function cron.schedule_in_database(
  job_name text, schedule text, command text, database text, username text default null, active boolean default true)
returns bigint language plpgsql set search_path = '' as $$
begin
  return cron.put_job(job_name, schedule, command, database, coalesce(username, current_user), active);
end $$;

create function cron.alter_job(
  job_id bigint, schedule text default null, command text default null, database text default null,
  username text default null, active boolean default null)
returns void language plpgsql set search_path = '' as $$
begin
  perform cron.refuse_bad_schedule(schedule);
  update cron.job as j
     set schedule = coalesce(btrim(alter_job.schedule), j.schedule),
         command = coalesce(alter_job.command, j.command),
         database = coalesce(alter_job.database, j.database),
         username = coalesce(alter_job.username, j.username),
         active = coalesce(alter_job.active, j.active)
   where j.jobid = job_id;
  if not found then
    raise exception 'Job % does not exist or you don''t own it', job_id using errcode = 'no_data_found';
  end if;
end $$;

create function cron.unschedule(job_id bigint)
returns boolean language plpgsql set search_path = '' as $$
begin
  delete from cron.job where jobid = job_id;
  if not found then
    raise exception 'could not find valid entry for job %', job_id using errcode = 'no_data_found';
  end if;
  return true;
end $$;

create function cron.unschedule(job_name text)
returns boolean language plpgsql set search_path = '' as $$
begin
  delete from cron.job where jobname = job_name and username = current_user;
  if not found then
    raise exception 'could not find valid entry for job ''%''', job_name using errcode = 'no_data_found';
  end if;
  return true;
end $$;

grant execute on all functions in schema cron to public;
