-- A run has a cap of its own, over all its turns and attempts, and it is looked at before the day's.
begin;
select plan(15);

select tests.person() as ann, tests.person(p_tier => 'starter') as sue, tests.person(p_tier => 'pro') as pia \gset
select tests.as_service();
select tests.travel_to('2026-11-04T10:00:00Z');
select pipeline.reserve_spend(:'ann', 7, 'write', 'claude', 0.20) as first \gset

select is(pipeline.spent_by_run(7), 0.20, 'reserved is spent, until it is known better');
select is(pipeline.budget_left(:'ann', 7), 0.05, 'what is left of the run');
select is(pipeline.budget_left(:'ann', 8), 0.25, 'another run has its own');
select tests.throws_code(format('select pipeline.reserve_spend(%L, 7, ''write'', ''claude'', 0.06)', :'ann'), 'run_budget_exceeded', 'Free has twenty-five cents a run');
select pipeline.settle_spend(:first, 0.10, 100, 50, p_searches => 2);
select is((select array[u.searches::text, u.estimated::text] from pipeline.llm_usage u where u.id = :first), '{2,false}', 'searches are booked with their call');
select tests.lives(format('select pipeline.reserve_spend(%L, 7, ''web_search'', ''claude'', 0.15)', :'ann'), 'what was not spent is free again, to the cent');
update pipeline.llm_usage set reserved_until = clock_timestamp() - interval '1 second' where ticket_id = 7 and settled_at is null;
select is(pipeline.spent_by_run(7), 0.10, 'a reservation that nobody settled stops counting');
select tests.travel('1 day');
select is(pipeline.budget_left(:'ann', 7), 0.15, 'a new day is no new run');

select pipeline.reserve_spend(:'ann', 9, 'write', 'claude', 0.25), pipeline.reserve_spend(:'ann', 10, 'write', 'claude', 0.20);
select is(pipeline.budget_left(:'ann', 11), 0.05, 'less is left of the day than of the run');
select tests.throws_code(format('select pipeline.reserve_spend(%L, 11, ''write'', ''claude'', 0.06)', :'ann'), 'budget_exceeded', 'the day is asked too');
select tests.throws_code(format('select pipeline.reserve_spend(%L, 9, ''write'', ''claude'', 0.30)', :'ann'), 'run_budget_exceeded',
  'over both, the run is what is told: no other day helps it');
select is(pipeline.budget_left(:'sue', 12), 0.60, 'Starter has sixty');
select is(pipeline.budget_left(:'pia', 13), 2.00, 'Pro has two dollars');
select is(pipeline.budget_left(:'pia', null), 10.00, 'a call without a ticket has its person''s day');
select is(pipeline.budget_left(:'pia', 13, p_cap_usd => 0.50, p_run_cap_usd => 0.40), 0.40, 'caps of the environment win');

select * from finish();
rollback;
