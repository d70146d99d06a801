-- Taking work: who is next, fairly and within every limit, and the lease.

create function private.room(p_kind pipeline.ticket_kinds, p_quarantined boolean) returns int
language sql stable set search_path = '' as $$
  select greatest(0, least(
      case when p_kind.paused then 0 else p_kind.max_running end
        - (select count(*) from pipeline.work_tickets t where t.state = 'running' and t.kind = p_kind.kind),
      case when p_quarantined then p_kind.max_quarantined
        - (select count(*) from pipeline.work_tickets t where t.state = 'running' and t.kind = p_kind.kind and t.quarantined) end))::int
$$;
comment on function private.room(pipeline.ticket_kinds, boolean) is 'How many more tickets of a kind may start now.';

create function private.next_tickets(p_kind pipeline.ticket_kinds, p_quarantined boolean, p_room int, p_probes int default 500)
returns table (id bigint, lane uuid, platform text, turn int)
language sql stable set search_path = '' as $$
  with recursive platforms as materialized (
    select l.platform, case when l.paused then 0 else l.max_running
        - (select count(*) from pipeline.work_tickets r where r.state = 'running' and r.platform = l.platform) end as free
      from pipeline.platform_limits l
  ), start as materialized (
    select coalesce(t.lane, '00000000-0000-0000-0000-000000000000') as lane, coalesce(t.platform, '') as platform
      from (select) one left join pipeline.lane_turns t on t.kind = p_kind.kind and t.quarantined = p_quarantined
  ), walk as (
    -- A loose index scan over the lanes (person, platform) that have queued tickets, from where the last claim stopped, once round.
    -- A lane that cannot start anything costs one probe however deep its backlog is; enough lanes that can end the walk.
    select p.priority, s.lane, s.platform, false as wrapped, 0 as found, 0 as turn, 0::bigint as seats, 0::bigint as platform_free
      from start s cross join generate_series(0, 2) p(priority) where p_room > 0
    union all
    select w.priority, n.lane, n.platform, n.wrapped, w.found + (n.seats > 0)::int, w.turn + 1, n.seats, n.platform_free
      from walk w cross join start s
      cross join lateral (
        select h.lane, h.platform, h.wrapped, o.free as platform_free,
               case when o.free <= 0 or h.run_at > clock_timestamp() then 0
                    when h.dedupe_key is not null and exists (
                      select from pipeline.work_tickets b
                       where b.started_at is not null and b.kind = p_kind.kind and b.dedupe_key = h.dedupe_key and b.id <> h.id) and not exists (
                      select from pipeline.work_tickets t
                       where t.state = 'queued' and t.kind = p_kind.kind and t.quarantined = p_quarantined and t.priority = w.priority
                         and t.lane = h.lane and t.platform = h.platform and t.run_at <= clock_timestamp()
                         and (t.dedupe_key is null or not exists (select from pipeline.work_tickets b
                           where b.started_at is not null and b.kind = t.kind and b.dedupe_key = t.dedupe_key and b.id <> t.id))) then 0
                    else p_kind.max_running_per_user - (select count(*) from pipeline.work_tickets r
                      where r.state = 'running' and r.kind = p_kind.kind and r.lane = h.lane) end as seats
          from (
            select coalesce(a.lane, b.lane) as lane, coalesce(a.platform, b.platform) as platform, w.wrapped or a.id is null as wrapped,
                   coalesce(a.id, b.id) as id, coalesce(a.run_at, b.run_at) as run_at, coalesce(a.dedupe_key, b.dedupe_key) as dedupe_key
              from (select) one
              left join lateral (
                select t.id, t.lane, t.platform, t.run_at, t.dedupe_key from pipeline.work_tickets t
                 where t.state = 'queued' and t.kind = p_kind.kind and t.quarantined = p_quarantined and t.priority = w.priority
                   and (t.lane, t.platform) > (w.lane, w.platform)
                 order by t.lane, t.platform, t.run_at, t.id limit 1
              ) a on true
              left join lateral (
                select t.id, t.lane, t.platform, t.run_at, t.dedupe_key from pipeline.work_tickets t
                 where a.id is null and not w.wrapped
                   and t.state = 'queued' and t.kind = p_kind.kind and t.quarantined = p_quarantined and t.priority = w.priority
                 order by t.lane, t.platform, t.run_at, t.id limit 1
              ) b on true
          ) h
          join platforms o on o.platform = h.platform
         where not h.wrapped or (h.lane, h.platform) <= (s.lane, s.platform)
      ) n
     where w.found < p_room and w.turn < p_probes
  ), candidates as (
    select c.id, w.priority, w.lane, w.platform, w.turn, c.nth, w.seats, w.platform_free
      from walk w
      cross join lateral (
        select t.id, row_number() over (order by t.run_at, t.id) as nth from pipeline.work_tickets t
         where t.state = 'queued' and t.kind = p_kind.kind and t.quarantined = p_quarantined and t.priority = w.priority
           and t.lane = w.lane and t.platform = w.platform and t.run_at <= clock_timestamp()
           -- What has begun under a key keeps its successor waiting.
           and (t.dedupe_key is null or not exists (select from pipeline.work_tickets b
                 where b.started_at is not null and b.kind = t.kind and b.dedupe_key = t.dedupe_key and b.id <> t.id))
         order by t.run_at, t.id limit least(w.seats, w.platform_free, p_room)
      ) c
     where w.seats > 0
  ), seated as (
    -- Round robin: everyone's first before anyone's second. A person's seats are shared by their lanes on several platforms.
    select c.*, row_number() over (partition by c.lane order by c.priority, c.nth, c.turn) as seat from candidates c
  ), admitted as (
    select s.*, row_number() over (partition by s.platform order by s.priority, s.nth, s.turn) as place from seated s where s.seat <= s.seats
  )
  -- A seat that a full platform leaves empty is filled by the next claim, which no longer walks to that platform.
  (select a.id, a.lane, a.platform, a.turn from admitted a where a.place <= a.platform_free order by a.priority, a.nth, a.turn limit p_room)
  union all
  -- Out of probes: the next walk goes on from there, or lanes that only wait would hide those behind them for ever.
  (select null, w.lane, w.platform, w.turn from walk w where w.turn = p_probes order by w.priority limit 1)
$$;
comment on function private.next_tickets(pipeline.ticket_kinds, boolean, int, int) is
  'What may start now, fairest first, and with a null id where the walk ran out of probes. Reads only; claim and wake share it, so that a function is woken exactly when a claim would find something.';

create function private.go_on_from(p_kind text, p_quarantined boolean, p_lane uuid, p_platform text) returns void
language sql set search_path = '' as $$
  insert into pipeline.lane_turns as l (kind, quarantined, lane, platform) values (p_kind, p_quarantined, p_lane, p_platform)
  on conflict on constraint one_row_a_round do update set lane = excluded.lane, platform = excluded.platform
$$;
comment on function private.go_on_from(text, boolean, uuid, text) is 'Where the next walk of a kind begins: behind this lane.';

create function private.startable(p_kind pipeline.ticket_kinds, p_quarantined boolean) returns int
language plpgsql set search_path = '' as $$
declare
  v_count int;
  v_lane uuid;
  v_platform text;
begin
  select count(n.id), (array_agg(n.lane) filter (where n.id is null))[1], (array_agg(n.platform) filter (where n.id is null))[1]
    into v_count, v_lane, v_platform
    from private.next_tickets(p_kind, p_quarantined, private.room(p_kind, p_quarantined)) n;
  if v_count = 0 and v_lane is not null then
    perform private.go_on_from(p_kind.kind, p_quarantined, v_lane, v_platform);
  end if;
  return v_count;
end $$;
comment on function private.startable(pipeline.ticket_kinds, boolean) is 'How many tickets of a kind a claim would find; moves on when a whole walk found none.';

create type pipeline.claimed_ticket as (
  id bigint, lease_token uuid, lease_seconds int, kind text, user_id uuid, platform text, attempt smallint, max_attempts smallint,
  crashes smallint, turn int, slot_at timestamptz, payload jsonb, progress jsonb, now timestamptz
);

create function pipeline.claim(p_wake_up uuid, p_again boolean default false) returns setof pipeline.claimed_ticket
language plpgsql set search_path = '' as $$
declare
  v_wake_up pipeline.wake_ups;
  v_kind pipeline.ticket_kinds;
  v_limit int;
  v_ids bigint[];
  v_lane uuid;
  v_platform text;
  v_count int := 0;
begin
  -- A claim that a crash of the database forgets leaves its tickets queued, and its worker without a lease: nobody need wait for the disk.
  perform set_config('synchronous_commit', 'off', true);
  -- An answered wake-up claims nothing, so a request that pg_net sends twice, or someone replays, does nothing.
  update pipeline.wake_ups w set answered_at = clock_timestamp()
   where w.id = p_wake_up and (w.answered_at is null) <> p_again
  returning * into v_wake_up;
  if not found then return; end if;

  -- One claim at a time makes every limit exact.
  perform pg_advisory_xact_lock(hashtextextended('pipeline.claim', 0));

  for v_kind in
    select * from pipeline.ticket_kinds k
     where k.function_name = v_wake_up.function_name
       and exists (select from pipeline.work_tickets t where t.state = 'queued' and t.kind = k.kind and t.quarantined = v_wake_up.quarantined)
     order by k.kind
  loop
    -- A ticket that crashed once comes alone.
    v_limit := least(private.room(v_kind, v_wake_up.quarantined), case when v_wake_up.quarantined then 1 - v_count else v_kind.per_call end);
    continue when v_limit <= 0;
    select array_agg(n.id) filter (where n.id is not null), (array_agg(n.lane order by n.turn desc))[1], (array_agg(n.platform order by n.turn desc))[1]
      into v_ids, v_lane, v_platform
      from private.next_tickets(v_kind, v_wake_up.quarantined, v_limit) n;
    if v_lane is not null then perform private.go_on_from(v_kind.kind, v_wake_up.quarantined, v_lane, v_platform); end if;
    continue when v_ids is null;

    return query
      update pipeline.work_tickets t
         set state = 'running', attempt = t.attempt + 1, lease_token = gen_random_uuid(), lease_until = clock_timestamp() + v_kind.lease,
             started_at = coalesce(t.started_at, clock_timestamp()), waiting_for = null, progress_at_claim = t.progress
       where t.id = any (v_ids) and t.state = 'queued'
      returning t.id, t.lease_token, extract(epoch from v_kind.lease)::int, t.kind, t.user_id, t.platform, t.attempt, v_kind.max_attempts,
                t.crashes, t.turn, t.slot_at, t.payload, t.progress, pipeline.now();
    v_count := v_count + cardinality(v_ids);
  end loop;
  update pipeline.wake_ups w set claimed = coalesce(w.claimed, 0) + v_count where w.id = p_wake_up;
end $$;
comment on function pipeline.claim(uuid, boolean) is
  'Takes the next tickets for the function that this wake-up called, each under a lease. p_again: the same call comes back for more while it has time.';
