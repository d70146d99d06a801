-- Retry-After of one worker holds for all under the key.
begin;
select plan(3);

select tests.as_service();
select pipeline.reserve('key', 2, 10);
select pipeline.hold_back('key', 300);

select is(array(select round(pipeline.reserve('key', 2, 10))::int from generate_series(1, 3)), '{300,300,310}', 'the first calls are after it');
select pipeline.hold_back('key', 60);
select is(round(pipeline.reserve('key', 2, 10))::int, 310, 'a shorter one does not shorten it');
select pipeline.hold_back('new', 120);
select is(round(pipeline.reserve('new', 5, 10))::int, 120, 'a key that was never used can be held back');

select * from finish();
rollback;
