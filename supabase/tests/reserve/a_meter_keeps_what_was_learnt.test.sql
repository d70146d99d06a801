-- The limit is that of the first use; later callers with an older idea of it change nothing.
begin;
select plan(3);

select tests.as_service();
select pipeline.reserve('key', 1, 100);

select is(round(pipeline.reserve('key', 50, 1))::int, 100, 'the window stays that of the meter');
select throws_ok($$select pipeline.reserve('bad', 0, 60)$$, '23514', null, 'no call is no meter');
select throws_ok($$select pipeline.reserve('bad', 1, 0)$$, '23514', null, 'no period neither');

select * from finish();
rollback;
