-- p_retry_in is a floor: the backoff stands against retry storms.
begin;
select plan(2);

select tests.kind('test', '{"backoff_base": "1 minute"}');
select tests.as_service();
select id as a, lease as a_lease from tests.held() \gset
select id as b, lease as b_lease from tests.held() \gset
select pipeline.fail(:a, :'a_lease', '{"code": "x"}', '3 hours');
select pipeline.fail(:b, :'b_lease', '{"code": "x"}', '1 second');

select ok(run_at between clock_timestamp() + interval '2 hours 59 minutes' and clock_timestamp() + interval '3 hours', 'three hours are three hours') from pipeline.work_tickets where id = :a;
select ok(run_at > clock_timestamp() + interval '29 seconds', 'one second is at least the backoff') from pipeline.work_tickets where id = :b;

select * from finish();
rollback;
