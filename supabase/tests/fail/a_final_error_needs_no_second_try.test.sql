-- What cannot heal is dead at once.
begin;
select plan(2);

select tests.kind('test', '{"max_attempts": 9}');
select tests.as_service();
select id, lease from tests.held() \gset

select is(pipeline.fail(:id, :'lease', '{"code": "bad"}', p_final => true), 'dead', 'final means dead');
select is((select attempt from pipeline.work_execution_log where id = :id), 1::smallint, 'after one attempt');

select * from finish();
rollback;
