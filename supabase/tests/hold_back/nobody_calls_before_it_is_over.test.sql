-- Retry-After of one worker holds for all under the key.
begin;
select plan(5);

select tests.as_service();
select pipeline.reserve('key', 10, 5);
select pipeline.hold_back('key', 300);

select is(array(select round(pipeline.reserve('key', 10, 5))::int from generate_series(1, 2)), '{300,310}', 'the first call is after it, and no burst comes at its end');
select pipeline.hold_back('key', 60);
select is(round(pipeline.reserve('key', 10, 5))::int, 320, 'a shorter one does not shorten it');
select pipeline.hold_back('new', 120);
select is(round(pipeline.reserve('new', 10))::int, 120, 'a key that was never used can be held back');
select pipeline.hold_back('slow', 0, 60);
select is(array(select round(pipeline.reserve('slow', 1, 20))::int from generate_series(1, 3)), '{0,60,120}', 'a slower pace is learnt');
select pipeline.reserve('burst', 1, 20);
select pipeline.hold_back('burst', 0, 60);
select is((select array[burst, extract(epoch from spacing)::int] from pipeline.rate_meters where key = 'burst'), '{1,60}', 'and ends the burst');

select * from finish();
rollback;
