-- An impossible rule, an unknown kind and a malformed payload are refused, and the old schedule stays.
begin;
select plan(4);

select tests.kind('test', '{"payload_shape": {"n": "integer?"}}');
select tests.as_service();
select pipeline.set_schedule('test', '00000000-0000-0000-0000-000000000001', null, '{"frequency": "daily"}', '{"n": 1}') as id \gset
create function pg_temp.code(p_kind text, p_rule jsonb, p_payload jsonb) returns text language sql as $$
  select tests.code_of(format('select pipeline.set_schedule(%L, %L, null, %L, %L)', p_kind, '00000000-0000-0000-0000-000000000001', p_rule, p_payload))
$$;

select is(pg_temp.code('test', '{"frequency": "never"}', '{}'), 'impossible_schedule', 'an impossible rule');
select is(pg_temp.code('tset', '{"frequency": "daily"}', '{}'), 'unknown_kind', 'an unknown kind');
select is(pg_temp.code('test', '{"frequency": "daily"}', '{"n": "one"}'), 'malformed_payload', 'a malformed payload');
select results_eq('select id, payload, (rule).recurrence from pipeline.schedules where kind = ''test''', format($$values (%s::bigint, '{"n": 1}'::jsonb, 'daily'::public.recurrence)$$, :id), 'the old one stays');

select * from finish();
rollback;
