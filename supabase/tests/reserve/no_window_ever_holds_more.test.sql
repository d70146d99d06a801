-- Random costs and times, against the guarantee (exact) and against a log of every single call (the best there is).
begin;
select plan(6);

-- When p_calls start that ask for p_load times what is allowed. "merged" is the meter; "best" remembers each call by itself.
create function pg_temp.run(p_allowed int, p_period interval, p_costs int[], p_calls int, p_load float8, p_pauses float8)
returns table (n int, units int, merged timestamptz, best timestamptz, entries int)
language plpgsql as $$
declare
  v_meter pipeline.rate_meters := row('key', p_allowed, p_period, null, null, '{}', '{}');
  v_now timestamptz := '2026-11-01T08:59:59.123456Z';
  v_mean float8 := (select avg(c) from unnest(p_costs) c);
  v_starts timestamptz[] := '{}';
  v_units int[] := '{}';
  v_room int;
  v_gone int := 0;
begin
  for i in 1 .. p_calls loop
    -- Many come at the same instant, then a pause makes up for it.
    if random() < p_pauses then
      v_now := v_now + p_period * (v_mean / p_allowed / p_load * 2 / p_pauses * random());
    end if;
    n := i;
    units := p_costs[1 + floor(random() * cardinality(p_costs))::int];
    v_meter := private.with_call(v_meter, units, v_now);
    merged := v_meter.taken[cardinality(v_meter.taken)];
    entries := (select count(*) from unnest(v_meter.taken) t where t > v_now - p_period and t <= v_now);

    best := greatest(v_now, v_starts[i - 1]);
    v_room := (select p_allowed - units - coalesce(sum(v_units[k]), 0) from generate_series(v_gone + 1, i - 1) k);
    loop
      if v_gone + 1 < i and v_starts[v_gone + 1] <= best - p_period then null;
      elsif v_room < 0 then best := v_starts[v_gone + 1] + p_period;
      else exit;
      end if;
      v_gone := v_gone + 1;
      v_room := v_room + v_units[v_gone];
    end loop;
    v_starts := v_starts || best;
    v_units := v_units || units;
    return next;
  end loop;
end $$;

select setseed(0.4711);
create temporary table played as
select g.*, r.*
  from (values
    (1, 50, interval '61 seconds', '{1}'::int[], 600, 2.0, 0.1),
    (2, 6000, interval '60 seconds', '{2,5,20,40}', 2500, 3.0, 0.1),
    (3, 6000, interval '60 seconds', '{2,5,20,40}', 2500, 1.0, 0.01),
    (4, 6000, interval '60 seconds', '{2,5,20,40}', 2500, 1.1, 1.0),
    (5, 1, interval '60 seconds', '{1}', 100, 1.5, 1.0),
    (6, 3, interval '1 second', '{1}', 600, 1.1, 0.5),
    (7, 97, interval '7.3 seconds', '{1,2,3,5,7,11,13}', 1500, 1.0, 0.1),
    (8, 600, interval '60 seconds', '{1}', 2500, 1.05, 1.0),
    (9, 40, interval '60 seconds', '{40,1,2}', 300, 2.0, 0.1)) g(game, allowed, period, costs, calls, load, pauses)
 cross join lateral pg_temp.run(g.allowed, g.period, g.costs, g.calls, g.load, g.pauses) r;

-- Every window ends with some call, so the windows that end with one are all that need be looked at.
create temporary table windows as
select p.game, p.n, p.allowed, sum(w.units) as held
  from played p join played w on w.game = p.game and w.merged > p.merged - p.period and w.merged <= p.merged
 group by p.game, p.n, p.allowed;
select is((select count(*)::int from windows w where w.held > w.allowed), 0, 'no window holds more than is allowed');
select is((select count(distinct w.game)::int from windows w join played p using (game) where w.held + p.units > w.allowed), 9,
  'in every game some window is full');
select is((select count(*)::int from played p join played q on q.game = p.game and q.n = p.n + 1 and q.merged < p.merged), 0, 'nobody overtakes');
select is((select count(*)::int from played p where p.merged < p.best), 0, 'it is never earlier than the best schedule');
select ok((select max(o.overhead) <= 1.02 from (
    select p.game, extract(epoch from max(p.merged) - min(p.merged)) / extract(epoch from max(p.best) - min(p.best)) as overhead
      from played p group by p.game) o),
  format('and all calls together take at most 2 %% longer (%s)', (select string_agg(round(o, 4)::text, ' ' order by game) from (
    select p.game, extract(epoch from max(p.merged) - min(p.merged)) / extract(epoch from max(p.best) - min(p.best)) as o
      from played p group by p.game) x)));
select ok((select max(p.entries) <= 61 from played p), 'a period is at most 61 entries');

select * from finish();
rollback;
