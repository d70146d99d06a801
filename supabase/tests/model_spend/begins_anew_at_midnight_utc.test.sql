-- The budget is that of a UTC day by the pipeline's clock.
begin;
select plan(3);

select tests.person() as ann \gset
select tests.as_service();
select tests.travel_to('2026-11-04T23:59:00Z');
select pipeline.reserve_spend(:'ann', null, 'write', 'claude', 0.50);
select tests.throws_code(format('select pipeline.reserve_spend(%L, null, ''write'', ''claude'', 0.01)', :'ann'), 'budget_exceeded', 'used up');
select tests.travel('1 minute');
select is(pipeline.spent_today(:'ann'), 0::numeric, 'a new day');
select tests.lives(format('select pipeline.reserve_spend(%L, null, ''write'', ''claude'', 0.50)', :'ann'), 'with a new budget');

select * from finish();
rollback;
