-- A wake-up of one function takes every kind of that function, each up to its per_call, and no other.
begin;
select plan(3);

select tests.kind('one', '{"per_call": 2}');
select tests.kind('two', '{"per_call": 1}');
select tests.kind('foreign', '{"function_name": "another-function"}');
select tests.as_service();
select tests.queued(p_kind => k) from unnest('{one,two,foreign}'::text[]) k, generate_series(1, 3);

select results_eq('select kind, count(*) from tests.claim() group by kind order by kind', $$values ('one', 2::bigint), ('two', 1::bigint)$$, 'two of one and one of two');
select results_eq('select kind, count(*) from tests.claim(''another-function'') group by kind', $$values ('foreign', 3::bigint)$$, 'the other function takes its own');
select is_empty('select * from tests.claim(''no-function'')', 'a function without kinds takes nothing');

select * from finish();
rollback;
