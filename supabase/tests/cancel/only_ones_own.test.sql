-- With a person named, tickets of others do not exist.
begin;
select plan(6);

select tests.kind();
select tests.person() as ann, tests.person() as ben \gset
select tests.as_service();
select tests.queued(:'ann') as id \gset
select tests.queued() as of_the_system \gset

select tests.throws_code(format('select pipeline.cancel(%s, %L)', :id, :'ben'), 'unknown_ticket', 'another''s ticket is unknown');
select tests.throws_code(format('select pipeline.cancel(%s, %L)', :of_the_system, :'ben'), 'unknown_ticket', 'so is the system''s');
select tests.throws_code('select pipeline.cancel(99999999)', 'unknown_ticket', 'so is one that never was');
select is((select count(*) from pipeline.work_tickets where kind = 'test'), 2::bigint, 'both still wait');
select is(pipeline.cancel(:of_the_system), 'cancelled', 'an operator may cancel any');
select tests.throws_code(format('select pipeline.cancel(%s)', :of_the_system), 'unknown_ticket', 'once');

select * from finish();
rollback;
