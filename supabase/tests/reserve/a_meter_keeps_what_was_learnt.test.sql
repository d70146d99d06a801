-- Callers say how fast they believe they may go; the platform knows.
begin;
select plan(8);

select tests.as_service();
create function pg_temp.wait(p_key text, p_allowed int, p_period int) returns int
language sql as $$ select round(pipeline.reserve(p_key, p_allowed, p_period))::int $$;

select is(array(select pg_temp.wait('key', 1, 100) from generate_series(1, 2)), '{0,100}', 'one in a hundred seconds');
select is(array(select pg_temp.wait('key', 2, 100) from generate_series(1, 2)), '{100,200}', 'a release that knows of a higher limit uses it');

select pipeline.hold_back('slow', 0, 1, 60);
select is(array(select pg_temp.wait('slow', 50, 60) from generate_series(1, 3)), '{0,60,120}', 'a learnt pace stays, whatever callers believe');
update pipeline.rate_meters set learnt_at = clock_timestamp() - interval '6 days 23 hours', taken = '{}', taken_units = '{}' where key = 'slow';
select is(array(select pg_temp.wait('slow', 50, 60) from generate_series(1, 2)), '{0,60}', 'for a week');
update pipeline.rate_meters set learnt_at = clock_timestamp() - interval '7 days', taken = '{}', taken_units = '{}' where key = 'slow';
select is(array(select pg_temp.wait('slow', 50, 60) from generate_series(1, 2)), '{0,0}', 'then the faster one is tried anew');
select is((select m.learnt_at from pipeline.rate_meters m where m.key = 'slow'), null, 'and the meter says so');

select pipeline.hold_back('mailbox', 0, 15, 60);
select is(array(select round(pipeline.reserve('mailbox', 6000, 60, null, 40))::int from generate_series(1, 3)), '{0,60,120}',
  'where less was learnt than one call costs, it takes the whole window');

select throws_ok($$select pipeline.reserve('bad', 1, 0)$$, '23514', null, 'no period is no meter');

select * from finish();
rollback;
