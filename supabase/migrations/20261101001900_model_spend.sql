-- The cost ledger: every model call reserves before and settles after, so that a day's cap holds under concurrency.

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
  created_at timestamptz not null default pipeline.now(),
  reserved_until timestamptz not null default clock_timestamp() + interval '10 minutes',
  settled_at timestamptz,
  constraint a_settled_call_has_a_cost check ((settled_at is null) = (cost_usd is null))
);
comment on table pipeline.llm_usage is 'One row a model call. A reservation that nobody settles (its worker crashed) stops counting after ten minutes.';
create index llm_usage_of_a_day on pipeline.llm_usage (user_id, created_at);
create index llm_usage_of_a_ticket on pipeline.llm_usage (ticket_id);
alter table pipeline.llm_usage enable row level security;

create function pipeline.spent_today(p_user uuid) returns numeric
language sql stable set search_path = '' as $$
  select coalesce(sum(case when u.settled_at is not null then u.cost_usd when u.reserved_until > clock_timestamp() then u.reserved_usd else 0 end), 0)
    from pipeline.llm_usage u
   where u.user_id = p_user and u.created_at >= date_trunc('day', pipeline.now() at time zone 'UTC') at time zone 'UTC'
$$;
comment on function pipeline.spent_today(uuid) is 'US dollars of a person''s UTC day: settled calls and live reservations.';

create function pipeline.reserve_spend(p_user uuid, p_ticket bigint, p_purpose text, p_model text, p_usd numeric, p_cap_usd numeric default null)
returns bigint
language plpgsql set search_path = '' as $$
declare
  v_cap numeric := coalesce(p_cap_usd, (select t.model_spend_per_day_usd from public.tiers t where t.tier = private.tier_of(p_user)));
  v_spent numeric;
  v_id bigint;
begin
  perform pg_advisory_xact_lock(hashtextextended('spend:' || p_user::text, 0));
  v_spent := pipeline.spent_today(p_user);
  if v_spent + p_usd > v_cap then
    perform private.raise_error('budget_exceeded', 402,
      format('This call would pass today''s model budget: $%s of $%s are spent or reserved.', round(v_spent, 4), round(v_cap, 2)),
      'It resumes by itself after midnight UTC; a larger plan has a larger budget.');
  end if;
  insert into pipeline.llm_usage (user_id, ticket_id, purpose, model, reserved_usd) values (p_user, p_ticket, p_purpose, p_model, p_usd)
  returning id into v_id;
  return v_id;
end $$;
comment on function pipeline.reserve_spend(uuid, bigint, text, text, numeric, numeric) is
  'Reserves the most a call can cost. Raises budget_exceeded. p_cap_usd overrides the tier''s daily cap.';

create function pipeline.settle_spend(
  p_id bigint, p_usd numeric, p_input int, p_output int, p_cache_read int default 0, p_cache_write int default 0
) returns void
language sql set search_path = '' as $$
  update pipeline.llm_usage u
     set cost_usd = p_usd, input_tokens = p_input, output_tokens = p_output, cache_read_tokens = p_cache_read, cache_write_tokens = p_cache_write,
         settled_at = clock_timestamp()
   where u.id = p_id and u.settled_at is null
$$;
comment on function pipeline.settle_spend(bigint, numeric, int, int, int, int) is 'Replaces a reservation by what the call did cost.';
