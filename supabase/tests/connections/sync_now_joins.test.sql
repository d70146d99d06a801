-- A person who asks twice gets one ticket and is told.
begin;
select plan(4);

select tests.person() as ann \gset
select tests.vault();
select tests.connection(:'ann', 'google') as id \gset
select tests.as_service();
select ticket_id, joined from pipeline.sync_now(:'id', 'gmail') \gset

select ok(not :'joined', 'the first is new');
select results_eq(format('select ticket_id, joined from pipeline.sync_now(%L, ''gmail'')', :'id'), format('values (%s::bigint, true)', :ticket_id), 'the second joins it');
select results_ne(format('select ticket_id from pipeline.sync_now(%L, ''calendar'')', :'id'), format('values (%s::bigint)', :ticket_id), 'the other platform of the grant is another');
select is_empty(format('select * from pipeline.sync_now(%L, ''gmail'')', gen_random_uuid()), 'a connection that is gone has nothing to sync');

select * from finish();
rollback;
