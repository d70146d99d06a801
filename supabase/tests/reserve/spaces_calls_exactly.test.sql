-- GCRA: one call every spacing; each reservation is a slot of its own.
begin;
select plan(7);

select tests.as_service();
create function pg_temp.wait(p_key text, p_spacing float8, p_burst int default 1, p_calls int default 1, p_longest float8 default null) returns int
language sql as $$ select round(pipeline.reserve(p_key, p_spacing, p_burst, p_calls, p_longest))::int $$;

select is(array(select pg_temp.wait('one', 100) from generate_series(1, 4)), '{0,100,200,300}', 'one every hundred seconds');
select is(array(select pg_temp.wait('three', 100, 3) from generate_series(1, 5)), '{0,0,0,100,200}', 'three at once, then one every hundred');
select is(array(select pg_temp.wait('bulk', 100, 1, 20) from generate_series(1, 2)), '{0,2000}', 'twenty calls reserve twenty slots');
select is(pg_temp.wait('other', 100), 0, 'another key is another meter');
update pipeline.rate_meters set free_at = clock_timestamp() - interval '1 hour' where key in ('one', 'three');
select is(array(select pg_temp.wait('one', 100) from generate_series(1, 2)), '{0,100}', 'an idle hour saves up one call');
select is(array(select pg_temp.wait('three', 100, 3) from generate_series(1, 4)), '{0,0,0,100}', 'and a burst of three, not of thirty-six');
update pipeline.rate_meters set free_at = clock_timestamp() - interval '100 seconds' where key = 'three';
select is(array(select pg_temp.wait('three', 100, 3) from generate_series(1, 3)), '{0,0,100}', 'a burst grows back a call at a time');

select * from finish();
rollback;
