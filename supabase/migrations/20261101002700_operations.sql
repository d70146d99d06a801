-- For operators: one look at everything that may need a hand.

create function pipeline.operations() returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'at', clock_timestamp(),
    'clock_ahead', (select c.ahead from pipeline.clock c),
    'live', coalesce((
      select jsonb_agg(to_jsonb(l) order by l.kind, l.state) from (
        select t.kind, t.state, count(*) as tickets, count(*) filter (where t.quarantined) as quarantined,
               count(*) filter (where t.state = 'queued' and t.run_at <= clock_timestamp()) as due,
               round(extract(epoch from clock_timestamp() - min(t.run_at) filter (where t.state = 'queued' and t.run_at <= clock_timestamp())))::int as oldest_due_seconds,
               count(*) filter (where t.state = 'running' and t.lease_until < clock_timestamp()) as lease_over
          from pipeline.work_tickets t group by t.kind, t.state) l), '[]'),
    'waiting_for', coalesce((
      select jsonb_agg(to_jsonb(w) order by w.tickets desc) from (
        select t.kind, coalesce(t.waiting_for ->> 'code', t.last_error ->> 'code') as code, count(*) as tickets, min(t.run_at) as next_at
          from pipeline.work_tickets t where t.state = 'queued' and (t.waiting_for is not null or t.last_error is not null)
         group by 1, 2) w), '[]'),
    'dead', coalesce((
      select jsonb_agg(to_jsonb(d) order by d.last_at desc) from (
        select l.kind, l.error ->> 'code' as code, count(*) as tickets, max(l.ended_at) as last_at,
               (array_agg(l.error ->> 'message' order by l.ended_at desc))[1] as message, (array_agg(l.id order by l.ended_at desc))[:10] as latest
          from pipeline.work_execution_log l
         where l.outcome = 'dead' and l.redriven_as is null and l.ended_at > pg_catalog.now() - interval '7 days'
         group by 1, 2) d), '[]'),
    'wake_ups', (
      select jsonb_build_object(
        'last_hour', count(*),
        'unanswered', count(*) filter (where w.answered_at is null and w.woken_at < clock_timestamp() - interval '5 seconds'),
        'answered_p50_ms', round((percentile_cont(0.5) within group (order by extract(epoch from w.answered_at - w.woken_at)) * 1000)::numeric),
        'answered_p99_ms', round((percentile_cont(0.99) within group (order by extract(epoch from w.answered_at - w.woken_at)) * 1000)::numeric))
        from pipeline.wake_ups w where w.woken_at > pg_catalog.now() - interval '1 hour'),
    'missed_slots', coalesce((
      select jsonb_agg(to_jsonb(m) order by m.kind) from (
        select s.kind, count(*) as schedules, round(extract(epoch from pipeline.now() - min(s.due_at)))::int as longest_late_seconds
          from pipeline.schedules s where s.due_at < pipeline.now() - interval '2 minutes' group by s.kind) m), '[]'),
    'overdue_syncs', coalesce((
      select jsonb_agg(to_jsonb(o) order by o.platform) from (
        select u.platform, count(*) as connections, min(u.since) as longest_since, count(u.told_at) as told
          from pipeline.sync_outages u group by u.platform) o), '[]'),
    'meters', coalesce((
      select jsonb_agg(to_jsonb(m) order by m.free_in_seconds desc, m.key) from private.meters_in_use() m), '[]'),
    'paused', jsonb_build_object(
      'kinds', coalesce((select jsonb_agg(k.kind order by k.kind) from pipeline.ticket_kinds k where k.paused), '[]'),
      'platforms', coalesce((select jsonb_agg(p.platform order by p.platform) from pipeline.platform_limits p where p.paused), '[]')),
    'cron', (select jsonb_agg(jsonb_build_object('job', c.job, 'last_finished_at', c.last_finished_at,
      'seconds_ago', round(extract(epoch from clock_timestamp() - c.last_finished_at))) order by c.job) from pipeline.cron_runs c))
$$;
comment on function pipeline.operations() is
  'The operator''s view: live tickets by kind and state, what they wait for, dead letters with reasons, wake-ups, late schedules, platforms whose expected sync did not happen, meters in use, what is paused, and when each cron job last finished.';
