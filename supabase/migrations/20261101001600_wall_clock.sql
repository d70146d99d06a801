-- Local time, exactly: from a person's wall clock to an instant, and to the next slot of a rule.

-- plpgsql throughout, with plain expressions only: this runs for every due schedule, and starting a query costs more than a slot.

create function private.instant_of(p_local timestamp, p_zone text) returns timestamptz
language plpgsql stable set search_path = '' as $$
declare
  -- Temporal's "compatible": in a gap forward by the gap, in a fold the first instant. Postgres does the one, but takes a fold's second.
  v_instant timestamptz := p_local at time zone p_zone;
  v_went_back interval := ((v_instant - interval '24 hours') at time zone p_zone) - (p_local - interval '24 hours');
begin
  if v_went_back > interval '0' and (v_instant - v_went_back) at time zone p_zone = p_local then
    return v_instant - v_went_back;
  end if;
  return v_instant;
end $$;
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
  v_range text;
  v_from int;
  v_to int;
  v_step int;
  v_value int;
  v_name text;
  v_values int[] := '{}';
begin
  foreach v_part in array string_to_array(lower(p_field), ',') loop
    if v_part ~ '[a-z]' then
      foreach v_name in array p_names loop
        v_part := regexp_replace(v_part, '\m' || v_name || '\M', (array_position(p_names, v_name) - 1 + p_low)::text, 'g');
      end loop;
    end if;
    -- Capturing groups would be four times as slow as splitting.
    if v_part !~ '^(?:\*|\d{1,2}(?:-\d{1,2})?)(?:/\d{1,2})?$' then return null; end if;
    v_range := split_part(v_part, '/', 1);
    v_step := coalesce(nullif(split_part(v_part, '/', 2), '')::int, 1);
    v_from := case when v_range = '*' then p_low else split_part(v_range, '-', 1)::int end;
    v_to := case when v_range = '*' then p_high when v_range like '%-%' then split_part(v_range, '-', 2)::int
                 when v_part like '%/%' then p_high else v_from end;
    if v_from < p_low or v_to > p_high or v_from > v_to or v_step < 1 then return null; end if;
    for v_value in v_from .. v_to by v_step loop
      v_values := v_values || v_value;
    end loop;
  end loop;
  return v_values;
end $$;
comment on function private.cron_field(text, int, int, text[]) is 'The values of one cron field, in no order and maybe twice; null when it is not valid.';

create type private.cron_line as (minutes int[], every_hour boolean, times time[], days int[], months int[], weekdays int[], either_day boolean);

create function private.read_cron(p_cron text) returns private.cron_line
language plpgsql immutable set search_path = '' as $$
declare
  v_fields text[] := regexp_split_to_array(btrim(p_cron), '\s+');
  v_hours int[];
  v private.cron_line;
begin
  if cardinality(v_fields) is distinct from 5 then return null; end if;
  v_hours := private.cron_field(v_fields[2], 0, 23);
  v.minutes := private.cron_field(v_fields[1], 0, 59);
  v.days := private.cron_field(v_fields[3], 1, 31);
  v.months := private.cron_field(v_fields[4], 1, 12, '{jan,feb,mar,apr,may,jun,jul,aug,sep,oct,nov,dec}');
  v.weekdays := private.cron_field(v_fields[5], 0, 7, '{sun,mon,tue,wed,thu,fri,sat}');
  if v.minutes is null or v_hours is null or v.days is null or v.months is null or v.weekdays is null then
    return null;
  end if;
  if 7 = any (v.weekdays) then v.weekdays := v.weekdays || 0; end if;
  -- As in every cron: when both days are restricted, either will do.
  v.either_day := v_fields[3] !~ '^\*' and v_fields[5] !~ '^\*';
  v.every_hour := v_hours @> array[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23];
  for v_hour in 0 .. 23 loop
    continue when v.every_hour or not v_hour = any (v_hours);
    for v_minute in 0 .. 59 loop
      continue when not v_minute = any (v.minutes);
      v.times := v.times || make_time(v_hour, v_minute, 0);
    end loop;
  end loop;
  return v;
end $$;
comment on function private.read_cron(text) is 'A five-field cron line, read; null when it is not valid.';

create function private.is_cron_day(p_days int[], p_months int[], p_weekdays int[], p_either boolean, p_day date) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  if not extract(month from p_day)::int = any (p_months) then return false; end if;
  if p_either then
    return extract(day from p_day)::int = any (p_days) or extract(dow from p_day)::int = any (p_weekdays);
  end if;
  return extract(day from p_day)::int = any (p_days) and extract(dow from p_day)::int = any (p_weekdays);
end $$;

create function private.next_cron_minute(p_line private.cron_line, p_zone text, p_after timestamptz) returns timestamptz
language plpgsql stable set search_path = '' as $$
declare
  v_at timestamptz := date_trunc('minute', p_after) + interval '1 minute';
  v_local timestamp;
begin
  while v_at < p_after + interval '3000 days' loop
    v_local := v_at at time zone p_zone;
    if not private.is_cron_day(p_line.days, p_line.months, p_line.weekdays, p_line.either_day, v_local::date) then
      v_at := greatest(v_at + interval '1 minute', private.instant_of(v_local::date + 1, p_zone));
    elsif extract(minute from v_local)::int = any (p_line.minutes) then
      return v_at;
    else
      v_at := v_at + interval '1 minute';
    end if;
  end loop;
  return null;
end $$;
comment on function private.next_cron_minute(private.cron_line, text, timestamptz) is
  'The next slot of a line that names every hour: whenever the clock shows one of its minutes, twice in a fold and not in a gap.';

create function private.first_slot_of_day(p_day date, p_times time[], p_zone text, p_after timestamptz) returns timestamptz
language plpgsql stable set search_path = '' as $$
declare
  -- No gap is longer than a day (Apia's lost one in 2011): what is earlier on the wall clock is over.
  v_over timestamp := (p_after at time zone p_zone) - interval '1 day';
  v_time time;
  v_slot timestamptz;
  v_first timestamptz;
begin
  foreach v_time in array p_times loop
    continue when p_day + v_time <= v_over;
    v_slot := private.instant_of(p_day + v_time, p_zone);
    continue when v_slot <= p_after;
    v_first := least(v_first, v_slot);
    -- What a gap moved may come after later times that it did not move; nothing else changes their order.
    exit when v_slot at time zone p_zone = p_day + v_time;
  end loop;
  return v_first;
end $$;
comment on function private.first_slot_of_day(date, time[], text, timestamptz) is 'The first instant after p_after of the times (ascending) of a local day.';

create function pipeline.next_slot(p_rule pipeline.schedule_rule, p_after timestamptz) returns timestamptz
language plpgsql stable set search_path = '' as $$
declare
  v_local timestamp := p_after at time zone p_rule.timezone;
  v_times time[] := p_rule.times;
  v_line private.cron_line;
  v_day date;
  v_slot timestamptz;
  v_moved timestamptz;
begin
  case p_rule.recurrence
    when 'once' then
      return case when p_rule.once_at > p_after then p_rule.once_at end;
    when 'hourly' then
      -- Every elapsed full hour: 23 or 25 times on the days when clocks change.
      return p_after - (v_local - date_trunc('hour', v_local)) + interval '1 hour';
    when 'cron' then
      v_line := private.read_cron(p_rule.cron);
      if v_line is null then return null; end if;
      -- Every hour is no time of day: such a line goes by elapsed time, as hourly does.
      if v_line.every_hour then return private.next_cron_minute(v_line, p_rule.timezone, p_after); end if;
      v_times := v_line.times;
    else
  end case;
  -- From the day before: a gap at midnight (Greenland's) moves its last slots into the next day.
  -- Eight years hold every pattern that exists at all (29 February across 2100).
  for v_ahead in -1 .. 3000 loop
    v_day := v_local::date + v_ahead;
    continue when not case p_rule.recurrence
      when 'daily' then true
      when 'weekly' then extract(isodow from v_day)::smallint = any (p_rule.weekdays)
      when 'biweekly' then extract(isodow from v_day)::smallint = any (p_rule.weekdays)
        and (date_trunc('week', v_day::timestamp)::date - date_trunc('week', p_rule.anchor::timestamp)::date) % 14 = 0
      when 'monthly' then extract(day from v_day) = least(p_rule.day_of_month, extract(day from date_trunc('month', v_day::timestamp) + interval '1 month -1 day'))
      else private.is_cron_day(v_line.days, v_line.months, v_line.weekdays, v_line.either_day, v_day) end;
    v_slot := private.first_slot_of_day(v_day, v_times, p_rule.timezone, p_after);
    if (v_slot at time zone p_rule.timezone)::date > v_day then
      v_moved := v_slot;
    elsif v_slot is not null then
      return least(v_moved, v_slot);
    end if;
  end loop;
  return v_moved;
end $$;
comment on function pipeline.next_slot(pipeline.schedule_rule, timestamptz) is
  'The first slot of a rule after an instant; null when there is none. A cron line that names every hour runs whenever the clock shows its minutes; any other line, as every rule, once a local time.';

create function private.last_slot(p_rule pipeline.schedule_rule, p_until timestamptz) returns timestamptz
language plpgsql stable set search_path = '' as $$
declare
  v_back interval;
  v_slot timestamptz;
  v_last timestamptz;
begin
  -- Ever further back until there is one, so that neither minutes nor years take many steps.
  foreach v_back in array '{1 hour,1 day,15 days,400 days,3000 days}'::interval[] loop
    v_slot := pipeline.next_slot(p_rule, p_until - v_back);
    while v_slot <= p_until loop
      v_last := v_slot;
      v_slot := pipeline.next_slot(p_rule, v_slot);
    end loop;
    exit when v_last is not null;
  end loop;
  return v_last;
end $$;
comment on function private.last_slot(pipeline.schedule_rule, timestamptz) is 'The last slot of a rule up to an instant; null when the eight years before it have none.';

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
    -- The person's zone was checked where it was written; reading the zone catalogue costs 50 ms.
    if p_rule ->> 'timezone' is not null and not private.is_timezone(v.timezone) then
      v_wrong := format('the time zone "%s" is not known', v.timezone);
      v.timezone := 'UTC';
    end if;
    -- The week in which it was made, as its own zone counts weeks.
    v.anchor := coalesce(p_anchor, (pipeline.now() at time zone v.timezone)::date);
    begin
      -- Postgres would also take words for a time, such as "now".
      v.times := array(select (case when t ~ '^\d' then t else 'in words' end)::time
        from jsonb_array_elements_text(case when p_rule ? 'times' then p_rule -> 'times' else jsonb_build_array(coalesce(p_rule ->> 'time', '09:00')) end) t
        order by 1);
      if p_rule ->> 'at' !~ '^\d{4}-\d\d-\d\d[T ]\d\d:\d\d' then raise 'no date and time'; end if;
      -- Without an offset it is what the clock shows in the rule's zone; either way an instant from here on.
      v.once_at := case when p_rule ->> 'at' ~ '(Z|[+-]\d\d(:?\d\d)?)$' then (p_rule ->> 'at')::timestamptz
                        else private.instant_of((p_rule ->> 'at')::timestamp, v.timezone) end;
      if jsonb_typeof(p_rule -> 'day') = 'number' then v.day_of_month := (p_rule ->> 'day')::smallint; end if;
    exception when others then
      v_wrong := coalesce(v_wrong, 'a "time", "day" or "at" cannot be read');
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
      if v_wrong is null and (v.cron is null or pipeline.next_slot(v, pipeline.now()) is null) then
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
