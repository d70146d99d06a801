-- A wake-up that pg_net sends twice, or that somebody replays, does nothing the second time.
begin;
select plan(8);

select tests.kind('test', '{"per_call": 1}');
select tests.as_service();
select tests.queued(p_n => n) from generate_series(1, 3) n;
select tests.wake_up() as wake_up \gset

select is_empty(format('select * from pipeline.claim(%L, true)', :'wake_up'), 'coming back for more needs a first answer');
select is((select count(*) from pipeline.claim(:'wake_up')), 1::bigint, 'the first answer claims');
select is_empty(format('select * from pipeline.claim(%L)', :'wake_up'), 'the second answer claims nothing');
select is((select count(*) from pipeline.claim(:'wake_up', true)), 1::bigint, 'the same call may come back for more');
select is((select claimed from pipeline.wake_ups where id = :'wake_up'), 2, 'the wake-up counts what it claimed');
select is_empty(format('select * from pipeline.claim(%L)', gen_random_uuid()), 'a made-up wake-up claims nothing');
select is_empty('select * from pipeline.claim(null)', 'nor does none');
select is((select count(*) from pipeline.work_tickets where kind = 'test' and state = 'queued'), 1::bigint, 'the third ticket still waits');

select * from finish();
rollback;
