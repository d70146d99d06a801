-- The limit is that of the first use; later callers with an older idea of it change nothing.
begin;
select plan(4);

select tests.as_service();
select pipeline.reserve('key', 100);

select is(round(pipeline.reserve('key', 1))::int, 100, 'the spacing stays that of the meter');
select is(round(pipeline.reserve('key', 1, 50))::int, 200, 'the burst too');
select throws_ok($$select pipeline.reserve('bad', 0)$$, '23514', null, 'no spacing is no meter');
select throws_ok($$select pipeline.reserve('bad', 1, 0)$$, '23514', null, 'no burst neither');

select * from finish();
rollback;
