-- Between the starts of two manual syncs lies at least what the plan says; who asks sooner is told when.
begin;
select plan(10);

select tests.person() as ann, tests.person('pro', 'pro') as pat \gset
select tests.vault();
select tests.as_service();
select tests.connection(:'ann') as id \gset
select tests.connection(:'pat') as pats \gset
select tests.travel('1 second');
select tests.throws_code('select pipeline.request_sync(gen_random_uuid(), ''slack'')', 'not_connected', 'nothing is connected');

select pipeline.request_sync(u, 'slack') from unnest(array[:'ann', :'pat']::uuid[]) u;
delete from pipeline.work_tickets where kind = 'discover_sources';
select tests.travel('50 seconds');
select tests.error_of(format('select pipeline.request_sync(%L, ''slack'')', :'ann')) as error \gset
select is(:'error'::jsonb ->> 'code', 'sync_too_soon', 'free: refused');
select is((:'error'::jsonb ->> 'details')::jsonb, '{"retry_after_seconds": 850, "tier": "free"}', 'with the seconds left of fifteen minutes');
select is(tests.error_of(format('select pipeline.request_sync(%L, ''slack'')', :'pat')) -> 'details', to_jsonb('{"tier": "pro", "retry_after_seconds": 10}'::jsonb::text), 'pro: one minute');
select tests.travel('10 seconds');
select tests.lives(format('select pipeline.request_sync(%L, ''slack'')', :'pat'), 'which is over');
select tests.travel('13 minutes 59 seconds');
select tests.throws_code(format('select pipeline.request_sync(%L, ''slack'')', :'ann'), 'sync_too_soon', 'a second too soon');
update public.workspaces set tier = 'starter' where owner_id = :'ann';
select tests.lives(format('select pipeline.request_sync(%L, ''slack'')', :'ann'), 'starter: five minutes');

delete from pipeline.work_tickets where kind = 'discover_sources';
select pipeline.needs_reauth(:'id', 'Revoked.');
select is(tests.error_of(format('select pipeline.request_sync(%L, ''slack'')', :'ann')) ->> 'hint', 'Reconnect it; nothing that was synced is lost.', 'a dead token says what to do');
select is_empty(format('select from pipeline.work_tickets where user_id = %L', :'ann'), 'and costs nothing');

select tests.connection(:'pat', 'google') as google \gset
select pipeline.request_sync(:'pat', 'google', 'gmail');
delete from pipeline.work_tickets where kind = 'discover_sources';
select is(pipeline.request_sync(:'pat', 'google') -> 'too_soon' ?| '{gmail}', true, 'of two platforms the one that may starts, and the other says when');

select * from finish();
rollback;
