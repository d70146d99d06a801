-- Gmail counts units: 6,000 a minute, and a call costs 2 to 40 of them.
begin;
select plan(8);

select tests.as_service();
create function pg_temp.wait(p_units int, p_allowed int default 100) returns int
language sql as $$ select round(pipeline.reserve('mailbox', p_allowed, 60, null, p_units))::int $$;

select is(array(select pg_temp.wait(40) from generate_series(1, 3)), '{0,0,60}', 'the third does not fit beside the first two');
select is(pg_temp.wait(20), 60, 'a smaller one waits behind it, so that nobody large starves');
select is(pg_temp.wait(40), 60, 'and the window is used up to the last unit');
select is(pg_temp.wait(1), 120, 'one unit more is a period later');
select tests.throws_code($$select pg_temp.wait(101)$$, 'malformed_pace', 'a call that never fits is refused');
select tests.throws_code($$select pg_temp.wait(0)$$, 'malformed_pace', 'so is one that costs nothing');
select tests.throws_code($$select pg_temp.wait(null)$$, 'malformed_pace', 'or an unknown sum');
select is(round(pipeline.reserve('large', 1000000, 60, null, 1000000))::int, 0, 'a million units a period are possible');

select * from finish();
rollback;
