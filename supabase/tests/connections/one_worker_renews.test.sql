-- Whoever asks first gets the lease; the others wait for the new token; whoever dies loses the lease.
begin;
select plan(22);

select tests.person() as ann \gset
select tests.as_service();
select pipeline.connect(:'ann', 'google', 'G1', 'Ann', '{read}', '{}', 'v1.a1', 'v1.r1', now() + interval '1 hour') as id \gset
create function pg_temp.begin(p_connection uuid, p_stale text) returns jsonb language sql as $$ select pipeline.begin_token_refresh(p_connection, p_stale) $$;
create function pg_temp.lapse() returns void language sql as $$ update pipeline.connection_tokens set refresh_lease_until = clock_timestamp() - interval '1 second' $$;

select pg_temp.begin(:'id', 'v1.a1') as first \gset
select is(:'first'::jsonb ->> 'state', 'yours', 'the first may renew');
select is(:'first'::jsonb ->> 'refresh_token', 'v1.r1', 'with the sealed refresh token');
select is(pg_temp.begin(:'id', 'v1.a1'), '{"state": "wait"}', 'the second waits');
select ok((select refresh_lease_until between clock_timestamp() + interval '10 seconds' and clock_timestamp() + interval '15 seconds' from pipeline.connection_tokens), 'not for ever');
select ok(pipeline.finish_token_refresh(:'id', 'v1.a1', 'v1.a2', null, '1 hour'), 'the new token is stored');
select results_eq('select access_token, refresh_token, refresh_lease from pipeline.connection_tokens', $$values ('v1.a2', 'v1.r1', null::uuid)$$, 'a refresh token that stays good stays');
select ok((select expires_at > clock_timestamp() + interval '59 minutes' from pipeline.connection_tokens), 'with its end');
select is(pg_temp.begin(:'id', 'v1.a1') ->> 'access_token', 'v1.a2', 'who comes late with the old one gets the new one');

-- A worker that dies.
select pg_temp.begin(:'id', 'v1.a2') as dead \gset
select pg_temp.lapse();
select pg_temp.begin(:'id', 'v1.a2') as heir \gset
select is(:'heir'::jsonb ->> 'state', 'yours', 'when the lease is over the next may renew');
select ok(pipeline.finish_token_refresh(:'id', 'v1.a2', 'v1.a3', 'v1.r3', '1 hour'), 'whoever comes with a token first');
select ok(not pipeline.finish_token_refresh(:'id', 'v1.a2', 'v1.zombie', 'v1.zombie', '1 hour'), 'a token for an old one is not taken');
select is((select access_token from pipeline.connection_tokens), 'v1.a3', 'and changes nothing');

-- A provider that is down.
select pg_temp.begin(:'id', 'v1.a3') ->> 'lease' as lease \gset
select ok(not pipeline.fail_token_refresh(:'id', gen_random_uuid()), 'another lease ends nothing');
select ok(not pipeline.fail_token_refresh(:'id', :'lease'), 'a failure that will pass changes no status');
select is(pg_temp.begin(:'id', 'v1.a3'), '{"state": "failed"}', 'nobody hammers');
update pipeline.connection_tokens set refresh_failed_at = refresh_failed_at - interval '6 seconds';
select pg_temp.begin(:'id', 'v1.a3') ->> 'lease' as lease \gset

-- A refusal for good.
select ok(pipeline.fail_token_refresh(:'id', :'lease', 'Google refused'), 'a refusal marks the connection');
select is((select status_reason from public.platform_connections), 'Google refused', 'and says why');
select is(pg_temp.begin(:'id', 'v1.a3'), '{"state": "impossible", "reason": "Google refused"}', 'nobody asks again');
select is((select count(*) from public.notifications), 1::bigint, 'its person is told once');
select pipeline.finish_token_refresh(:'id', 'v1.a3', 'v1.a4', null, '1 hour') as came \gset
select results_eq('select status, status_reason from public.platform_connections', $$values ('active'::public.connection_status, null)$$, 'a token that came all the same brings the connection back');

select pipeline.connect(:'ann', 'slack', 'T', 'Team', '{}', '{}', 'v1.s') as slack \gset
select is(pg_temp.begin(:'slack', 'v1.s'), '{"state": "impossible", "reason": null}', 'without a refresh token there is nothing to renew');
select is(tests.code_of(format($$select pipeline.begin_token_refresh(%L, 'v1.a')$$, gen_random_uuid())), 'unknown_connection', 'a connection that is gone says so');

select * from finish();
rollback;
