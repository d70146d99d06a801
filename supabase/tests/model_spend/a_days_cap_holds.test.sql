-- Reservations count like spending, so that calls under way cannot pass the cap together.
begin;
select plan(11);

select tests.person() as ann, tests.person(p_tier => 'pro') as pia \gset
select tests.as_service();
select tests.travel_to('2026-11-04T10:00:00Z');
select pipeline.reserve_spend(:'ann', null, 'write', 'claude', 0.30) as first \gset

select is(pipeline.spent_today(:'ann'), 0.30, 'reserved is spent, until it is known better');
select tests.throws_code(format('select pipeline.reserve_spend(%L, null, ''write'', ''claude'', 0.21)', :'ann'), 'budget_exceeded', 'Free has fifty cents a day');
select tests.lives(format('select pipeline.reserve_spend(%L, null, ''write'', ''claude'', 0.20)', :'ann'), 'to the cent');
select pipeline.settle_spend(:first, 0.05, 100, 50, 10, 5);
select is(pipeline.spent_today(:'ann'), 0.25, 'a settled call counts what it did cost');
select results_eq(format('select cost_usd, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens from pipeline.llm_usage where id = %s', :first), 'values (0.05::numeric, 100, 50, 10, 5)', 'with its tokens');
select pipeline.settle_spend(:first, 9, 0, 0);
select is(pipeline.spent_today(:'ann'), 0.25, 'it is settled once');
update pipeline.llm_usage set reserved_until = clock_timestamp() - interval '1 second' where user_id = :'ann' and settled_at is null;
select is(pipeline.spent_today(:'ann'), 0.05, 'a reservation that nobody settled stops counting');
select is(pipeline.spent_today(:'pia'), 0::numeric, 'each person for themselves');
select tests.lives(format('select pipeline.reserve_spend(%L, null, ''write'', ''claude'', 10)', :'pia'), 'Pro has ten dollars');
select tests.throws_code(format('select pipeline.reserve_spend(%L, null, ''write'', ''claude'', 0.01)', :'pia'), 'budget_exceeded', 'and not a cent more');
select tests.throws_code(format('select pipeline.reserve_spend(%L, null, ''write'', ''claude'', 0.06, 0.10)', :'ann'), 'budget_exceeded', 'a cap of the environment wins');

select * from finish();
rollback;
