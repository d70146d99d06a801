-- What pg_cron calls: reap, wake, tick, sweep; and how a function is woken.

create function private.secret(p_name text) returns text
language sql stable security definer set search_path = '' as $$
  select s.decrypted_secret from vault.decrypted_secrets s where s.name = p_name
$$;
comment on function private.secret(text) is 'A value of the Vault. For the owner of the pipeline only.';
revoke execute on function private.secret(text) from service_role;

create function private.post_signed(p_function text, p_body jsonb) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_url text := private.secret('functions_url');
  v_secret text := private.secret('wake_up_secret');
  v_at text := extract(epoch from clock_timestamp())::bigint::text;
begin
  if v_url is null or v_secret is null then
    perform private.raise_error('vault_incomplete', 503, 'Functions cannot be woken: the Vault lacks "functions_url" or "wake_up_secret".',
      'Run "deno task deploy", or add both with vault.create_secret(value, name). Tickets wait; nothing is lost.');
  end if;
  perform net.http_post(
    url := rtrim(v_url, '/') || '/' || p_function,
    body := p_body,
    headers := jsonb_build_object(
      'content-type', 'application/json',
      'x-pipeline-timestamp', v_at,
      'x-pipeline-signature', encode(extensions.hmac(convert_to(v_at || '.' || p_body::text, 'UTF8'), convert_to(v_secret, 'UTF8'), 'sha256'), 'hex')),
    -- The function answers within a second; pg_net stalls everyone behind its slowest request.
    timeout_milliseconds := 5000);
end $$;
comment on function private.post_signed(text, jsonb) is
  'Posts a signed body to an Edge Function: HMAC-SHA256 over "timestamp.body". The secret never travels.';

create function pipeline.wake_function(p_function text, p_quarantined boolean) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  v_id uuid;
begin
  insert into pipeline.wake_ups (function_name, quarantined) values (p_function, p_quarantined) returning id into v_id;
  begin
    perform private.post_signed(p_function, jsonb_build_object('wake_up', v_id));
  exception when others then
    -- Nobody's ticket is lost because nobody could be woken: the wake-up stays unanswered, and operations() shows it.
    raise warning 'Cannot wake "%": %', p_function, sqlerrm;
  end;
  return v_id;
end $$;
comment on function pipeline.wake_function(text, boolean) is 'One wake-up for one function, at once.';

create function pipeline.wake(p_max int default 50) returns int
language plpgsql security definer set search_path = '' as $$
declare
  v_function record;
  v_count int := 0;
begin
  if not pg_try_advisory_xact_lock(hashtextextended('pipeline.wake', 0)) then return 0; end if;
  for v_function in
    select k.function_name, q.quarantined,
           ceil(sum(private.startable(k, q.quarantined) / case when q.quarantined then 1 else k.per_call end::numeric))::int
             - (select count(*)::int from pipeline.wake_ups w
                 where w.function_name = k.function_name and w.quarantined = q.quarantined
                   and w.answered_at is null and w.woken_at > clock_timestamp() - interval '5 seconds') as wanted
      from pipeline.ticket_kinds k cross join (values (false), (true)) q(quarantined)
     -- One look into an index instead of a whole walk for each of the many kinds of which nothing waits.
     where exists (select from pipeline.work_tickets t where t.state = 'queued' and t.kind = k.kind and t.quarantined = q.quarantined)
     group by k.function_name, q.quarantined
  loop
    for i in 1 .. least(p_max - v_count, v_function.wanted) loop
      perform pipeline.wake_function(v_function.function_name, v_function.quarantined);
      v_count := v_count + 1;
    end loop;
  end loop;
  return v_count;
end $$;
comment on function pipeline.wake(int) is
  'Wakes functions as often as claims would find work, less the wake-ups under way; one unanswered after 5 seconds, the time that its request has, counts as lost.';

create function pipeline.reap(p_limit int default 200) returns int
language plpgsql set search_path = '' as $$
declare
  v_one record;
  v_count int := 0;
begin
  for v_one in
    select t as ticket, k as kind from pipeline.work_tickets t join pipeline.ticket_kinds k on k.kind = t.kind
     where t.state = 'running' and t.lease_until < clock_timestamp()
     order by t.lease_until limit p_limit for update of t skip locked
  loop
    v_count := v_count + 1;
    if (v_one.ticket).crashes + 1 >= (v_one.kind).max_crashes then
      perform private.bury(
        jsonb_populate_record(v_one.ticket, jsonb_build_object('crashes', (v_one.ticket).crashes + 1, 'attempt', (v_one.ticket).attempt - 1)),
        'dead', null, jsonb_build_object('code', 'worker_vanished',
          'message', format('Its worker vanished %s times without a word.', (v_one.ticket).crashes + 1),
          'hint', 'It may exceed memory or CPU. Redrive it after a fix; what it had stored is kept.'));
    elsif (v_one.ticket).cancel_asked then
      perform private.bury(v_one.ticket, 'cancelled', null, jsonb_build_object('code', 'cancelled', 'message', 'Cancelled while it ran.'));
    else
      update pipeline.work_tickets t
         set state = 'queued', lease_token = null, lease_until = null, attempt = t.attempt - 1, crashes = t.crashes + 1, quarantined = true,
             run_at = clock_timestamp() + private.backoff(v_one.kind, t.crashes + 1),
             last_error = jsonb_build_object('code', 'worker_vanished', 'message', 'Its worker vanished without a word.')
       where t.id = (v_one.ticket).id;
    end if;
  end loop;
  return v_count;
end $$;
comment on function pipeline.reap(int) is
  'A lease that ran out is a crash: quarantined and queued again, dead after the last one. Spends no attempt. Returns how many.';

create function pipeline.tick() returns void
language plpgsql set search_path = '' as $$
begin
  perform pipeline.reap();
  perform pipeline.wake();
end $$;
comment on function pipeline.tick() is 'Every 5 seconds: reap, then wake.';

create function private.make_log_partitions(p_days int default 3) returns void
language plpgsql set search_path = '' as $$
declare
  v_day date;
  v_name text;
begin
  for v_day in select (pg_catalog.now() at time zone 'UTC')::date + d from generate_series(0, p_days) d loop
    v_name := 'work_execution_log_' || to_char(v_day, 'YYYYMMDD');
    continue when to_regclass('private.' || v_name) is not null;
    -- Rows that the default partition caught for that day would forbid the new one.
    execute format('create table private.%I (like pipeline.work_execution_log including all)', v_name);
    execute format('with moved as (delete from private.work_execution_log_default l where l.ended_at >= %L and l.ended_at < %L returning l.*)
      insert into private.%I select * from moved', v_day, v_day + 1, v_name);
    execute format('alter table private.%I enable row level security', v_name);
    execute format('alter table pipeline.work_execution_log attach partition private.%I for values from (%L) to (%L)', v_name, v_day, v_day + 1);
  end loop;
end $$;
comment on function private.make_log_partitions(int) is 'Makes the execution log''s partitions for today and the days ahead.';

create function pipeline.sweep() returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_partition text;
  v_dropped int := 0;
  v_wake_ups int;
  v_cron_runs int;
  v_activity int;
begin
  perform private.make_log_partitions();
  for v_partition in
    select c.relname from pg_catalog.pg_inherits i join pg_catalog.pg_class c on c.oid = i.inhrelid
     where i.inhparent = 'pipeline.work_execution_log'::regclass and c.relname ~ '^work_execution_log_[0-9]{8}$'
       and to_date(right(c.relname, 8), 'YYYYMMDD') < (pg_catalog.now() - interval '30 days')::date
  loop
    execute format('drop table private.%I', v_partition);
    v_dropped := v_dropped + 1;
  end loop;
  delete from private.work_execution_log_default l where l.ended_at < pg_catalog.now() - interval '30 days';
  delete from pipeline.wake_ups w where w.woken_at < pg_catalog.now() - interval '1 day';
  get diagnostics v_wake_ups = row_count;
  delete from cron.job_run_details d where d.end_time < pg_catalog.now() - interval '1 day';
  get diagnostics v_cron_runs = row_count;
  delete from public.activity_log a where a.created_at < pipeline.now() - interval '180 days';
  get diagnostics v_activity = row_count;
  perform private.sweep_meters();
  perform private.sweep_live_changes();
  perform private.expire_deliverables();
  delete from pipeline.mail_events e where e.received_at < pipeline.now() - interval '30 days';
  delete from pipeline.oauth_states s where s.expires_at < pipeline.now();
  delete from pipeline.llm_usage u where u.created_at < pipeline.now() - interval '400 days';
  return jsonb_build_object('partitions', v_dropped, 'wake_ups', v_wake_ups, 'cron_runs', v_cron_runs, 'activity', v_activity);
end $$;
comment on function pipeline.sweep() is 'Hourly: partitions ahead, and everything past its keeping: log 30 days, wake-ups and cron runs 1 day, activity 180 days, model calls 400 days.';

select private.make_log_partitions();
