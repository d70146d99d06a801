-- One wake-up per call's worth of tickets that may start now.
begin;
select plan(2);

select tests.kind('test', '{"per_call": 2}');
select tests.kind('other', '{"function_name": "another-function", "max_running": 1, "per_call": 1}');
select tests.vault();
select tests.queued(p_n => n) from generate_series(1, 5) n;
select tests.queued(p_kind => 'other') from generate_series(1, 5);
select tests.queued(p_delay => '1 hour');

select is(pipeline.wake(), 4, 'three for five tickets in twos, one for the kind that runs one at a time');
select results_eq('select function_name, count(*) from pipeline.wake_ups where not quarantined group by 1 order by 1', $$values ('another-function', 1::bigint), ('test-function', 3::bigint)$$, 'each function its own');

select * from finish();
rollback;
