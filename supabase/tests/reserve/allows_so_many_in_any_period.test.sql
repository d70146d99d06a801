-- A sliding window: at most so many units in any period, the burst and the sustained rate at once.
begin;
select plan(6);

select tests.as_service();
create function pg_temp.wait(p_key text, p_allowed int) returns int
language sql as $$ select round(pipeline.reserve(p_key, p_allowed, 100))::int $$;

select is(array(select pg_temp.wait('one', 1) from generate_series(1, 4)), '{0,100,200,300}', 'one in a hundred seconds');
select is(array(select pg_temp.wait('three', 3) from generate_series(1, 7)), '{0,0,0,100,100,100,200}', 'three at once, then three when the first are a period old');
select is(pg_temp.wait('other', 1), 0, 'another key is another meter');
update pipeline.rate_meters m set taken = array(select t - interval '1 hour' from unnest(m.taken) t) where key in ('one', 'three');
select is(array(select pg_temp.wait('three', 3) from generate_series(1, 4)), '{0,0,0,100}', 'an idle hour saves up one period''s calls and no more');
update pipeline.rate_meters
   set taken = array[clock_timestamp() - interval '90 seconds', clock_timestamp() - interval '50 seconds'], taken_units = '{1,1}' where key = 'three';
select is(array(select pg_temp.wait('three', 3) from generate_series(1, 3)), '{0,10,50}', 'a place is free as soon as its call has left the window');
select is(array(select m.taken_units from pipeline.rate_meters m where m.key = 'other'), '{{1}}', 'an entry says how many units it stands for');

select * from finish();
rollback;
