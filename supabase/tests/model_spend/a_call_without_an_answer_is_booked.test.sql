-- A call that was sent and never answered may be billed: it is booked as what it can have cost, and says that it is an estimate.
begin;
select plan(3);

select tests.person() as ann \gset
select tests.as_service();
select pipeline.reserve_spend(:'ann', 7, 'write', 'claude', 0.20) as call \gset
select pipeline.settle_spend(:call, 0.12, 0, 0, p_estimated => true);
select is(pipeline.spent_today(:'ann'), 0.12, 'it counts for the day');
select is(pipeline.spent_by_run(7), 0.12, 'and for the run');
select is((select u.estimated from pipeline.llm_usage u where u.id = :call), true, 'as an estimate');

select * from finish();
rollback;
