-- Local time, exactly: from a person's wall clock to an instant, and to the next slot of a rule.

create function private.instant_of(p_local timestamp, p_zone text) returns timestamptz
language sql stable set search_path = '' as $$
  -- Temporal's "compatible": in a gap forward by the gap, in a fold the first instant. Postgres alone takes the fold's second.
  -- Both candidates come from the offsets in force a day before and a day after (ECMAScript Temporal, GetPossibleInstants).
  with offsets as (
    select ((p_local - interval '1 day') at time zone 'UTC') at time zone p_zone - (p_local - interval '1 day') as before,
           ((p_local + interval '1 day') at time zone 'UTC') at time zone p_zone - (p_local + interval '1 day') as after
  ), candidates as (
    select (p_local - o.before) at time zone 'UTC' as early, (p_local - o.after) at time zone 'UTC' as late from offsets o
  )
  select case
      when (c.early at time zone p_zone) = p_local and (c.late at time zone p_zone) = p_local then least(c.early, c.late)
      when (c.early at time zone p_zone) = p_local then c.early
      when (c.late at time zone p_zone) = p_local then c.late
      else greatest(c.early, c.late) end
    from candidates c
$$;
comment on function private.instant_of(timestamp, text) is 'The instant at which the wall clock of a zone shows p_local; in a gap moved forward by it, in a fold the first.';

create type pipeline.schedule_rule as (
  recurrence public.recurrence,
  times time[],
  weekdays smallint[],
  day_of_month smallint,
  cron text,
  once_at timestamptz,
  timezone text,
  anchor date
);
comment on type pipeline.schedule_rule is
  'When something recurs, in local time. weekdays: ISO, 1 Monday to 7 Sunday. day_of_month 31 is the last day of shorter months. anchor: a day in a week that counts, for biweekly.';

create function private.cron_field(p_field text, p_low int, p_high int, p_names text[] default '{}') returns int[]
language plpgsql immutable set search_path = '' as $$
declare
  v_part text;
  v_match text[];
  v_from int;
  v_to int;
  v_step int;
  v_name text;
  v_values int[] := '{}';
begin
  for v_part in select lower(x) from unnest(string_to_array(p_field, ',')) x loop
    foreach v_name in array p_names loop
      v_part := regexp_replace(v_part, '\m' || v_name || '\M', (array_position(p_names, v_name) - 1 + p_low)::text, 'g');
    end loop;
    v_match := regexp_match(v_part, '^(?:(\*)|(\d{1,2})(?:-(\d{1,2}))?)(?:/(\d{1,2}))?$');
    if v_match is null then return null; end if;
    v_step := coalesce(v_match[4]::int, 1);
    v_from := coalesce(v_match[2]::int, p_low);
    v_to := case when v_match[1] is not null then p_high when v_match[3] is not null then v_match[3]::int
                 when v_match[4] is not null then p_high else v_from end;
    if v_from < p_low or v_to > p_high or v_from > v_to or v_step < 1 then return null; end if;
    v_values := v_values || array(select generate_series(v_from, v_to, v_step));
  end loop;
  return array(select distinct v from unnest(v_values) v order by v);
end $$;
comment on function private.cron_field(text, int, int, text[]) is 'The values of one cron field; null when it is not valid.';

create function private.next_cron_slot(p_cron text, p_zone text, p_after timestamptz) returns timestamptz
language plpgsql stable set search_path = '' as $$
declare
  v_fields text[] := regexp_split_to_array(btrim(p_cron), '\s+');
  v_minutes int[] := private.cron_field(v_fields[1], 0, 59);
  v_hours int[] := private.cron_field(v_fields[2], 0, 23);
  v_days int[] := private.cron_field(v_fields[3], 1, 31);
  v_months int[] := private.cron_field(v_fields[4], 1, 12, '{jan,feb,mar,apr,may,jun,jul,aug,sep,oct,nov,dec}');
  v_weekdays int[] := private.cron_field(v_fields[5], 0, 7, '{sun,mon,tue,wed,thu,fri,sat}');
  v_either boolean := v_fields[3] !~ '^\*' and v_fields[5] !~ '^\*';
  v_first date := (p_after at time zone p_zone)::date;
  v_day date;
  v_slot timestamptz;
  v_moved timestamptz;
begin
  if cardinality(v_fields) <> 5 or v_minutes is null or v_hours is null or v_days is null or v_months is null or v_weekdays is null then
    return null;
  end if;
  if 7 = any (v_weekdays) then v_weekdays := v_weekdays || 0; end if;
  -- Eight years hold every pattern that exists at all (29 February across 2100).
  -- From the day before: a gap at midnight (Greenland's) moves its last slots into the next day.
  for v_ahead in -1 .. 3000 loop
    v_day := v_first + v_ahead;
    continue when not extract(month from v_day)::int = any (v_months);
    -- As in every cron: when both days are restricted, either will do.
    continue when case when v_either
      then not (extract(day from v_day)::int = any (v_days) or extract(dow from v_day)::int = any (v_weekdays))
      else not (extract(day from v_day)::int = any (v_days) and extract(dow from v_day)::int = any (v_weekdays)) end;
    select min(s.slot) into v_slot
      from unnest(v_hours) h cross join unnest(v_minutes) m
      cross join lateral (select private.instant_of(v_day + make_time(h, m, 0), p_zone) as slot) s
     -- No gap is longer than three hours (Apia's lost day in 2011 apart): what is earlier on the wall clock is over.
     where v_day + make_time(h, m, 0) > p_after at time zone p_zone - interval '3 hours' and s.slot > p_after;
    if (v_slot at time zone p_zone)::date > v_day then
      v_moved := v_slot;
    elsif v_slot is not null then
      return least(v_moved, v_slot);
    end if;
  end loop;
  return v_moved;
end $$;
comment on function private.next_cron_slot(text, text, timestamptz) is
  'The next instant of a five-field cron line in a zone; null when the line is not valid or never comes.';

create function pipeline.next_slot(p_rule pipeline.schedule_rule, p_after timestamptz) returns timestamptz
language plpgsql stable set search_path = '' as $$
declare
  v_local timestamp := p_after at time zone p_rule.timezone;
  v_days date[];
begin
  case p_rule.recurrence
    when 'once' then
      return case when p_rule.once_at > p_after then p_rule.once_at end;
    when 'cron' then
      return private.next_cron_slot(p_rule.cron, p_rule.timezone, p_after);
    when 'hourly' then
      -- Every elapsed full hour: 23 or 25 times on the days when clocks change.
      return p_after - (v_local - date_trunc('hour', v_local)) + interval '1 hour';
    when 'daily' then
      v_days := array(select v_local::date + d from generate_series(-1, 2) d);
    when 'weekly' then
      v_days := array(select v_local::date + d from generate_series(-1, 8) d
        where extract(isodow from v_local::date + d)::smallint = any (p_rule.weekdays));
    when 'biweekly' then
      v_days := array(select v_local::date + d from generate_series(-1, 15) d
        where extract(isodow from v_local::date + d)::smallint = any (p_rule.weekdays)
          and (date_trunc('week', v_local::date + d)::date - date_trunc('week', p_rule.anchor)::date) % 14 = 0);
    when 'monthly' then
      v_days := array(
        select least(m + (p_rule.day_of_month - 1), (m + interval '1 month')::date - 1)
          from (select (date_trunc('month', v_local) + make_interval(months => n))::date as m from generate_series(-1, 2) n) x);
  end case;
  return (select min(s.slot) from unnest(v_days) day cross join unnest(p_rule.times) at_time
           cross join lateral (select private.instant_of(day + at_time, p_rule.timezone) as slot) s
          where s.slot > p_after);
end $$;
comment on function pipeline.next_slot(pipeline.schedule_rule, timestamptz) is 'The first slot of a rule after an instant; null when there is none.';

create function pipeline.parse_rule(p_rule jsonb, p_timezone text, p_anchor date default null) returns pipeline.schedule_rule
language plpgsql stable set search_path = '' as $$
declare
  v pipeline.schedule_rule;
  v_days constant text[] := '{monday,tuesday,wednesday,thursday,friday,saturday,sunday}';
  v_wrong text;
begin
  if jsonb_typeof(p_rule) is distinct from 'object' then
    v_wrong := 'it is not an object';
  elsif p_rule ->> 'frequency' is null or not p_rule ->> 'frequency' = any (enum_range(null::public.recurrence)::text[]) then
    v_wrong := format('"frequency" is %s', coalesce('"' || (p_rule ->> 'frequency') || '"', 'missing'));
  else
    v.recurrence := (p_rule ->> 'frequency')::public.recurrence;
    v.timezone := coalesce(p_rule ->> 'timezone', p_timezone);
    v.anchor := coalesce(p_anchor, (pipeline.now() at time zone 'UTC')::date);
    -- The person's zone was checked where it was written; reading the zone catalogue costs 50 ms.
    if p_rule ->> 'timezone' is not null and not private.is_timezone(v.timezone) then
      v_wrong := format('the time zone "%s" is not known', v.timezone);
    end if;
    begin
      v.times := case when p_rule ? 'times' then array(select jsonb_array_elements_text(p_rule -> 'times')::time order by 1)
                      else array[coalesce(p_rule ->> 'time', '09:00')::time] end;
      v.once_at := (p_rule ->> 'at')::timestamptz;
      if jsonb_typeof(p_rule -> 'day') = 'number' then v.day_of_month := (p_rule ->> 'day')::smallint; end if;
    exception when others then
      v_wrong := 'a "time", "day" or "at" cannot be read';
    end;
    if v.recurrence in ('weekly', 'biweekly') then
      v.weekdays := array(select distinct array_position(v_days, lower(d))::smallint
        from jsonb_array_elements_text(case when jsonb_typeof(p_rule -> 'day') = 'array' then p_rule -> 'day'
          else jsonb_build_array(coalesce(p_rule ->> 'day', 'monday')) end) d
        order by 1);
      if array_position(v.weekdays, null) is not null or cardinality(v.weekdays) = 0 then
        v_wrong := coalesce(v_wrong, '"day" must be a weekday such as "monday", or a list of them');
      end if;
    elsif v.recurrence = 'monthly' then
      v.day_of_month := coalesce(v.day_of_month, 1);
      if v.day_of_month not between 1 and 31 or jsonb_typeof(p_rule -> 'day') in ('string', 'array', 'object', 'boolean') then v_wrong := coalesce(v_wrong, '"day" must be 1 to 31'); end if;
    elsif v.recurrence = 'cron' then
      v.cron := p_rule ->> 'cron';
      if v_wrong is null and (v.cron is null or private.next_cron_slot(v.cron, v.timezone, pipeline.now()) is null) then
        v_wrong := format('"cron" is not a line of five fields that ever comes: %s', coalesce('"' || v.cron || '"', 'missing'));
      end if;
    elsif v.recurrence = 'once' and v.once_at is null then
      v_wrong := coalesce(v_wrong, '"at" is missing');
    end if;
    if v_wrong is null and cardinality(v.times) not between 1 and 24 then v_wrong := '"times" must hold 1 to 24 times'; end if;
  end if;
  if v_wrong is not null then
    perform private.raise_error('impossible_schedule', 422, format('This schedule is impossible: %s.', v_wrong),
      'Use {"frequency": "hourly" | "daily" | "weekly" | "biweekly" | "monthly" | "cron" | "once", "time": "09:00", "day": "monday" or 1 to 31, "timezone": "Europe/Berlin", "cron": "0 9 * * 1-5", "at": "2026-12-01T09:00:00Z"}.');
  end if;
  return v;
end $$;
comment on function pipeline.parse_rule(jsonb, text, date) is
  'Reads the schedule that a person wrote: {frequency, time | times, day, timezone, cron, at}. Raises impossible_schedule, which says what is wrong.';
