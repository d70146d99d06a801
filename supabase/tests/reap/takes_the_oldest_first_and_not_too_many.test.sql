-- One tick reaps a bounded number, those that vanished first.
begin;
select plan(3);

select tests.kind();
select tests.as_service();
select id as a from tests.held() \gset
select id as b from tests.held() \gset
update pipeline.work_tickets set lease_until = clock_timestamp() - interval '1 minute' where id = :b;
select tests.lapse(:a);

select is(pipeline.reap(1), 1, 'one at a time when asked so');
select is((select array_agg(id) from pipeline.work_tickets where quarantined), array[:b::bigint], 'the one that vanished first');
select is(pipeline.reap(1), 1, 'then the other');

select * from finish();
rollback;
