-- Retry-After and the like: it comes back when it was told to.
begin;
select plan(3);

select tests.kind();
select tests.as_service();
select id, lease from tests.held() \gset
select pipeline.yield(:id, :'lease', null, '10 minutes', '{"code": "rate_limited"}');

select ok(run_at between clock_timestamp() + interval '9 minutes' and clock_timestamp() + interval '11 minutes', 'after its delay') from pipeline.work_tickets where id = :id;
select is_empty('select * from tests.claim()', 'not before');
select tests.due(:id);
select id, lease_token as lease from tests.claim() \gset
select pipeline.yield(:id, :'lease', null, '-1 hour');
select ok(run_at > clock_timestamp() - interval '1 minute', 'a negative delay is none') from pipeline.work_tickets where id = :id;

select * from finish();
rollback;
