-- A worker without that much time gets the wait and leaves the slot to others.
begin;
select plan(4);

select tests.as_service();
select pipeline.reserve('key', 1, 100);

select is(round(pipeline.reserve('key', 1, 100, 50))::int, 100, 'it is told to wait 100 seconds');
select is(round(pipeline.reserve('key', 1, 100, 50))::int, 100, 'the slot was not taken');
select is(round(pipeline.reserve('key', 1, 100, 101))::int, 100, 'who waits takes it');
select is(round(pipeline.reserve('key', 1, 100))::int, 200, 'and the next is a period later');

select * from finish();
rollback;
