-- A person runs their own deliverable at once; asking twice is one run.
begin;
select plan(5);

select tests.person('ann') as ann, tests.person('ben') as ben \gset
insert into public.deliverables (user_id, title, deliverable_type) values (:'ann', 'Digest', 'slack_channel_digest') returning id as deliverable \gset
select tests.vault();
select tests.as_service();
select ticket_id, joined from pipeline.run_deliverable(:'deliverable', :'ann') \gset

select ok(not :'joined', 'the first is new');
select results_eq(format('select * from pipeline.run_deliverable(%L, %L)', :'deliverable', :'ann'), format('values (%s::bigint, true)', :ticket_id), 'the second joins');
select is((select count(*) from pipeline.wake_ups where function_name = 'execute-deliverable'), 2::bigint, 'each wakes the function at once');
select tests.throws_code(format('select pipeline.run_deliverable(%L, %L)', :'deliverable', :'ben'), 'unknown_deliverable', 'another''s is not there');
update public.deliverables set status = 'archived' where id = :'deliverable';
select tests.throws_code(format('select pipeline.run_deliverable(%L, %L)', :'deliverable', :'ann'), 'unknown_deliverable', 'an archived one neither');

select * from finish();
rollback;
