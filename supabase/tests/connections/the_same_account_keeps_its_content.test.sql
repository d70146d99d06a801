-- Reconnecting an account renews its tokens and keeps everything; another account starts empty.
begin;
select plan(11);

select tests.person() as ann \gset
select tests.as_service();
select pipeline.connect(:'ann', 'slack', 'T1', 'Acme', '{read}', '{}', 'v1.a', 'v1.r', now() + interval '1 hour') as first \gset
select tests.source(:'first', 'C1') as source \gset
select tests.store(:'source', tests.item('1', 'hello'));
select pipeline.needs_reauth(:'first', 'token_revoked');
select pipeline.connect(:'ann', 'slack', 'T1', 'Acme Inc', '{read,write}', '{}', 'v1.b') as again \gset

select is(:'again'::uuid, :'first'::uuid, 'the same account is the same connection');
select results_eq(format('select status, status_reason, account_name, scopes from public.platform_connections where id = %L', :'first'), $$values ('active'::public.connection_status, null, 'Acme Inc', '{read,write}'::text[])$$, 'active again, with its new name and scopes');
select results_eq(format('select access_token, refresh_token from pipeline.connection_tokens where connection_id = %L', :'first'), $$values ('v1.b', 'v1.r')$$, 'a provider that sends no new refresh token leaves the old one');
select is((select count(*) from public.platform_content where connection_id = :'first'), 1::bigint, 'its content is kept');
select is((select next_slot_at > pipeline.now() from pipeline.schedules where user_id = :'ann'), true, 'its schedule runs again');

select pipeline.connect(:'ann', 'slack', 'T2', 'Other', '{read}', '{}', 'v1.c') as other \gset
select isnt(:'other'::uuid, :'first'::uuid, 'another account is another connection');
select is((select count(*) from public.platform_content where user_id = :'ann'), 0::bigint, 'which inherits no content');
select is((select count(*) from public.sync_registry where user_id = :'ann'), 0::bigint, 'and no sources');
select is((select refresh_token from pipeline.connection_tokens where connection_id = :'other'), null, 'and no tokens');
select is((select count(*) from pipeline.schedules where user_id = :'ann'), 1::bigint, 'one schedule is left, the new one''s');
select is((select count(*) from public.activity_log where user_id = :'ann' and event_type = 'integration_connected'), 3::bigint, 'each connecting is in the activity log');

select * from finish();
rollback;
