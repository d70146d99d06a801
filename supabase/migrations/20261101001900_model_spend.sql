-- The cost ledger: every model call reserves before and settles after, so that the caps of a day and of a run hold under concurrency.

create table pipeline.llm_usage (
  id bigint generated always as identity primary key,
  user_id uuid not null references auth.users on delete cascade,
  ticket_id bigint,
  purpose text not null,
  model text not null,
  reserved_usd numeric(12, 6) not null,
  cost_usd numeric(12, 6),
  input_tokens int,
  output_tokens int,
  cache_read_tokens int,
  cache_write_tokens int,
  searches int not null default 0,
  estimated boolean not null default false,
  created_at timestamptz not null default pipeline.now(),
  reserved_until timestamptz not null default clock_timestamp() + interval '10 minutes',
  settled_at timestamptz,
  constraint a_settled_call_has_a_cost check ((settled_at is null) = (cost_usd is null)),
  constraint only_a_settled_call_is_estimated check (not estimated or settled_at is not null)
);
comment on table pipeline.llm_usage is 'One row a model call. A reservation that nobody settles (its worker crashed) stops counting after ten minutes.';
comment on column pipeline.llm_usage.searches is 'Web searches that the provider made within the call; each has a fee of its own, which is in cost_usd.';
comment on column pipeline.llm_usage.estimated is
  'No answer came though the call was sent (a timeout, a stop, half an answer), and the provider may bill it: cost_usd is the most it can have cost.';
create index llm_usage_of_a_day on pipeline.llm_usage (user_id, created_at);
create index llm_usage_of_a_ticket on pipeline.llm_usage (ticket_id);
alter table pipeline.llm_usage enable row level security;

create function private.counted_usd(p_usage pipeline.llm_usage) returns numeric
language sql stable set search_path = '' as $$
  select case when p_usage.settled_at is not null then p_usage.cost_usd when p_usage.reserved_until > clock_timestamp() then p_usage.reserved_usd else 0 end
$$;
comment on function private.counted_usd(pipeline.llm_usage) is 'What a call counts: its cost, or its reservation while that lives.';

create function pipeline.spent_today(p_user uuid) returns numeric
language sql stable set search_path = '' as $$
  select coalesce(sum(private.counted_usd(u)), 0)
    from pipeline.llm_usage u
   where u.user_id = p_user and u.created_at >= date_trunc('day', pipeline.now() at time zone 'UTC') at time zone 'UTC'
$$;
comment on function pipeline.spent_today(uuid) is 'US dollars of a person''s UTC day: settled calls and live reservations.';

create function pipeline.spent_by_run(p_ticket bigint) returns numeric
language sql stable set search_path = '' as $$
  select coalesce(sum(private.counted_usd(u)), 0) from pipeline.llm_usage u where u.ticket_id = p_ticket
$$;
comment on function pipeline.spent_by_run(bigint) is
  'US dollars of one ticket over all its turns and attempts: settled calls and live reservations.';

create function private.model_caps(p_user uuid, p_ticket bigint, p_cap_usd numeric, p_run_cap_usd numeric) returns table (day_usd numeric, run_usd numeric)
language sql stable set search_path = '' as $$
  select coalesce(p_cap_usd, t.model_spend_per_day_usd), case when p_ticket is not null then coalesce(p_run_cap_usd, t.model_spend_per_run_usd) end
    from public.tiers t where t.tier = private.tier_of(p_user)
$$;
comment on function private.model_caps(uuid, bigint, numeric, numeric) is 'The caps that hold for a call: the tier''s, or those given. A call without a ticket has no run.';

create function pipeline.reserve_spend(
  p_user uuid, p_ticket bigint, p_purpose text, p_model text, p_usd numeric, p_cap_usd numeric default null, p_run_cap_usd numeric default null
) returns bigint
language plpgsql set search_path = '' as $$
declare
  v_caps record;
  v_spent numeric;
  v_id bigint;
begin
  select * into strict v_caps from private.model_caps(p_user, p_ticket, p_cap_usd, p_run_cap_usd);
  -- One lock a person holds both caps: a ticket has one person.
  perform pg_advisory_xact_lock(hashtextextended('spend:' || p_user::text, 0));
  -- The run first: waiting for another day does not help a run that is too dear.
  v_spent := pipeline.spent_by_run(p_ticket);
  if v_spent + p_usd > v_caps.run_usd then
    perform private.raise_error('run_budget_exceeded', 402,
      format('This run would pass its model budget: $%s of $%s are spent or reserved, and its next call may cost $%s.',
        round(v_spent, 4), round(v_caps.run_usd, 2), round(p_usd, 4)),
      'Let it read fewer sources or ask for a shorter text; a larger plan has a larger budget. What was delivered before stays.');
  end if;
  v_spent := pipeline.spent_today(p_user);
  if v_spent + p_usd > v_caps.day_usd then
    perform private.raise_error('budget_exceeded', 402,
      format('This call would pass today''s model budget: $%s of $%s are spent or reserved.', round(v_spent, 4), round(v_caps.day_usd, 2)),
      'It resumes by itself after midnight UTC; a larger plan has a larger budget.');
  end if;
  insert into pipeline.llm_usage (user_id, ticket_id, purpose, model, reserved_usd) values (p_user, p_ticket, p_purpose, p_model, p_usd)
  returning id into v_id;
  return v_id;
end $$;
comment on function pipeline.reserve_spend(uuid, bigint, text, text, numeric, numeric, numeric) is
  'Reserves the most a call can cost. Raises run_budget_exceeded or budget_exceeded. p_cap_usd and p_run_cap_usd override the tier''s caps of a day and of a run.';

create function pipeline.budget_left(p_user uuid, p_ticket bigint, p_cap_usd numeric default null, p_run_cap_usd numeric default null) returns numeric
language sql stable set search_path = '' as $$
  -- least() passes over the null of a call without a run.
  select greatest(0, least(c.day_usd - pipeline.spent_today(p_user), c.run_usd - pipeline.spent_by_run(p_ticket)))
    from private.model_caps(p_user, p_ticket, p_cap_usd, p_run_cap_usd) c
$$;
comment on function pipeline.budget_left(uuid, bigint, numeric, numeric) is
  'US dollars that a run may still reserve at this moment: what is left of its own cap or of its person''s day, whichever is less.';

create function pipeline.settle_spend(
  p_id bigint, p_usd numeric, p_input int, p_output int, p_cache_read int default 0, p_cache_write int default 0,
  p_searches int default 0, p_estimated boolean default false
) returns void
language sql set search_path = '' as $$
  update pipeline.llm_usage u
     set cost_usd = p_usd, input_tokens = p_input, output_tokens = p_output, cache_read_tokens = p_cache_read, cache_write_tokens = p_cache_write,
         searches = p_searches, estimated = p_estimated, settled_at = clock_timestamp()
   where u.id = p_id and u.settled_at is null
$$;
comment on function pipeline.settle_spend(bigint, numeric, int, int, int, int, int, boolean) is
  'Replaces a reservation by what the call did cost, or, estimated, by the most it can have cost.';
