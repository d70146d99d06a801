-- hold locks the ticket for a holder and raises lease_lost for anybody else.
begin;
select plan(7);

select tests.kind();
select tests.as_service();
select id, lease from tests.held() \gset
select tests.queued() as waiting \gset

select is((pipeline.hold(:id, :'lease')).id, :id::bigint, 'the holder gets the ticket');
select tests.throws_code(format('select pipeline.hold(%s, %L)', :id, gen_random_uuid()), 'lease_lost', 'another lease is lost');
select tests.throws_code(format('select pipeline.hold(%s, %L)', :id + 1000, :'lease'), 'lease_lost', 'another ticket is lost');
select tests.throws_code(format('select pipeline.hold(%s, null)', :waiting), 'lease_lost', 'a waiting ticket has no lease to hold');
select tests.throws_code(format('select pipeline.hold(%s, null)', :id), 'lease_lost', 'no lease holds nothing');
select tests.lapse(:id);
select is((pipeline.hold(:id, :'lease')).id, :id::bigint, 'a lease that ran out still stands while nobody reaped it');
select pipeline.reap();
select tests.throws_code(format('select pipeline.hold(%s, %L)', :id, :'lease'), 'lease_lost', 'after that it is lost');

select * from finish();
rollback;
