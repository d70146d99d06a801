-- A refused token flips the connection once, tells its person once, and stops its schedule.
begin;
select plan(8);

select tests.person() as ann \gset
select tests.as_service();
select tests.connection(:'ann', 'google') as id \gset
select is((select count(*) from pipeline.schedules where user_id = :'ann' and next_slot_at is not null), 2::bigint, 'a Google grant has two platforms on schedule');

select ok(pipeline.needs_reauth(:'id', 'invalid_grant'), 'the first call did it');
select ok(not pipeline.needs_reauth(:'id', 'invalid_grant'), 'the second did nothing');
select results_eq(format('select status, status_reason from public.platform_connections where id = %L', :'id'), $$values ('needs_reauth'::public.connection_status, 'invalid_grant')$$, 'the connection says why');
select is((select count(*) from public.notifications where user_id = :'ann' and urgency = 'high'), 1::bigint, 'one notification');
select is((select count(*) from pipeline.schedules where user_id = :'ann' and (next_slot_at is not null or not paused)), 0::bigint, 'nothing is due any more');
select ok(not pipeline.needs_reauth(gen_random_uuid(), 'x'), 'a connection that is gone needs nothing');
delete from public.platform_connections where id = :'id';
select is((select count(*) from pipeline.schedules where user_id = :'ann'), 0::bigint, 'a removed connection has no schedule');

select * from finish();
rollback;
