-- Taking work: who is next, fairly and within every limit, and the lease.

create function private.room(p_kind pipeline.ticket_kinds, p_quarantined boolean) returns int
language sql stable set search_path = '' as $$
  select case when p_kind.paused then 0 else greatest(0, least(
      p_kind.max_running - count(*), 
      case when p_quarantined then p_kind.max_quarantined - count(*) filter (where t.quarantined) end))::int end
    from pipeline.work_tickets t where t.state = 'running' and t.kind = p_kind.kind
$$;
comment on function private.room(pipeline.ticket_kinds, boolean) is 'How many more tickets of a kind may start now.';

create function private.lanes(p_kind pipeline.ticket_kinds, p_quarantined boolean, p_priority int, p_wanted int, p_probes int)
returns table (lane uuid, platform text, seats int, turn int)
language sql stable set search_path = '' as $$
  -- A loose index scan over the lanes (person, platform) that have queued tickets, from where the last claim stopped, once round.
  -- A lane at its limit costs one probe however deep its backlog is; enough lanes with seats end the walk.
  with recursive start as (
    select coalesce(t.lane, '00000000-0000-0000-0000-000000000000'::uuid) as lane, coalesce(t.platform, '') as platform
      from (select) one left join pipeline.lane_turns t on t.kind = p_kind.kind and t.quarantined = p_quarantined
  ), walk as (
    select s.lane, s.platform, false as wrapped, 0 as found, 0 as turn, 0 as seats, true as alive from start s
    union all
    select n.lane, n.platform, w.wrapped or n.wrapped, w.found + (n.seats > 0)::int, w.turn + 1, n.seats, n.lane is not null
      from walk w
      cross join start s
      cross join lateral (
        select x.lane, x.platform, x.wrapped,
               case when x.lane is null then 0
                    -- A lane whose tickets all wait (for their time, or behind their key) must not count as found: enough of them would end the walk.
                    when not exists (select from pipeline.work_tickets t
                      where t.state = 'queued' and t.kind = p_kind.kind and t.quarantined = p_quarantined and t.priority = p_priority
                        and t.lane = x.lane and t.platform = x.platform and t.run_at <= clock_timestamp()
                        and (t.dedupe_key is null or not exists (select from pipeline.work_tickets r
                              where r.started_at is not null and r.kind = t.kind and r.dedupe_key = t.dedupe_key and r.id <> t.id))) then 0
                    else least(
                 p_kind.max_running_per_user - (select count(*) from pipeline.work_tickets r
                   where r.state = 'running' and r.kind = p_kind.kind and r.lane = x.lane),
                 (select case when l.paused then 0 else l.max_running end from pipeline.platform_limits l where l.platform = x.platform)
                   - (select count(*) from pipeline.work_tickets r where r.state = 'running' and r.platform = x.platform))::int end as seats
          from (
            select f.* from (
              (select t.lane, t.platform, false as wrapped from pipeline.work_tickets t
                where t.state = 'queued' and t.kind = p_kind.kind and t.quarantined = p_quarantined and t.priority = p_priority
                  and (t.lane, t.platform) > (w.lane, w.platform)
                order by t.lane, t.platform limit 1)
              union all
              (select t.lane, t.platform, true from pipeline.work_tickets t
                where not w.wrapped
                  and t.state = 'queued' and t.kind = p_kind.kind and t.quarantined = p_quarantined and t.priority = p_priority
                order by t.lane, t.platform limit 1)
            ) f order by f.wrapped limit 1
          ) x
         where not (w.wrapped or x.wrapped) or (x.lane, x.platform) <= (s.lane, s.platform)
      ) n
     where w.alive and w.found < p_wanted and w.turn < p_probes
  )
  select w.lane, w.platform, w.seats, w.turn from walk w where w.turn > 0 and w.seats > 0
$$;
comment on function private.lanes(pipeline.ticket_kinds, boolean, int, int, int) is
  'Lanes with due tickets and free seats, in the order of their turn.';

create function private.next_tickets(p_kind pipeline.ticket_kinds, p_quarantined boolean, p_room int, p_probes int default 500)
returns table (id bigint, lane uuid, platform text)
language plpgsql stable set search_path = '' as $$
declare
  v_next record;
  v_left int := p_room;
  v_used jsonb := '{}';   -- seats given in this walk, by person and by platform
  v_of_lane int;
  v_of_platform int;
begin
  for v_priority in 0 .. 2 loop
    exit when v_left <= 0;
    for v_next in
      select c.id, l.lane, l.platform, l.turn, c.nth, k.free as platform_free
        from private.lanes(p_kind, p_quarantined, v_priority, v_left, p_probes) l
        cross join lateral (
          select t.id, row_number() over (order by t.run_at, t.id) as nth
            from pipeline.work_tickets t
           where t.state = 'queued' and t.kind = p_kind.kind and t.quarantined = p_quarantined and t.priority = v_priority
             and t.lane = l.lane and t.platform = l.platform and t.run_at <= clock_timestamp()
             -- What has begun under a key keeps its successor waiting.
             and (t.dedupe_key is null or not exists (select from pipeline.work_tickets r
                   where r.started_at is not null and r.kind = t.kind and r.dedupe_key = t.dedupe_key and r.id <> t.id))
           order by t.run_at, t.id limit least(l.seats, v_left)
        ) c
        cross join lateral (
          select p.max_running - (select count(*) from pipeline.work_tickets r where r.state = 'running' and r.platform = l.platform) as free
            from pipeline.platform_limits p where p.platform = l.platform
        ) k
       -- Round robin: everyone's first before anyone's second.
       order by c.nth, l.turn
    loop
      exit when v_left <= 0;
      v_of_lane := coalesce((v_used ->> v_next.lane::text)::int, 0);
      v_of_platform := coalesce((v_used ->> v_next.platform)::int, 0);
      continue when v_of_platform >= v_next.platform_free;
      -- A person's seats are shared by their lanes on several platforms; running ones were taken off by lanes().
      continue when v_of_lane >= p_kind.max_running_per_user - (select count(*) from pipeline.work_tickets r
        where r.state = 'running' and r.kind = p_kind.kind and r.lane = v_next.lane);
      v_used := v_used || jsonb_build_object(v_next.lane::text, v_of_lane + 1, v_next.platform, v_of_platform + 1);
      v_left := v_left - 1;
      id := v_next.id; lane := v_next.lane; platform := v_next.platform;
      return next;
    end loop;
  end loop;
end $$;
comment on function private.next_tickets(pipeline.ticket_kinds, boolean, int, int) is
  'What may start now, fairest first. Reads only; claim and wake share it, so that a function is woken exactly when a claim would find something.';

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
  v_count int := 0;
  v_last record;
begin
  -- An answered wake-up claims nothing, so a request that pg_net sends twice, or someone replays, does nothing.
  update pipeline.wake_ups w set answered_at = clock_timestamp()
   where w.id = p_wake_up and (w.answered_at is null) <> p_again
  returning * into v_wake_up;
  if not found then return; end if;

  -- One claim at a time makes every limit exact; pg_net's 200 requests a second make that free.
  perform pg_advisory_xact_lock(hashtextextended('pipeline.claim', 0));

  for v_kind in select * from pipeline.ticket_kinds k where k.function_name = v_wake_up.function_name order by k.kind loop
    -- A ticket that crashed once comes alone.
    v_limit := least(private.room(v_kind, v_wake_up.quarantined), case when v_wake_up.quarantined then 1 - v_count else v_kind.per_call end);
    continue when v_limit <= 0;
    v_ids := '{}';
    for v_last in select n.id, n.lane, n.platform from private.next_tickets(v_kind, v_wake_up.quarantined, v_limit) n loop
      v_ids := v_ids || v_last.id;
    end loop;
    continue when cardinality(v_ids) = 0;

    insert into pipeline.lane_turns as l (kind, quarantined, lane, platform)
    values (v_kind.kind, v_wake_up.quarantined, v_last.lane, v_last.platform)
    on conflict on constraint one_row_a_round do update set lane = excluded.lane, platform = excluded.platform;

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
