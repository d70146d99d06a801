-- What a platform turned out to allow, as opposed to what its documentation says.
begin;
select plan(8);

select tests.as_service();
create function pg_temp.pace(p_key text) returns text language sql as $$
  select format('%s in %s s, learnt %s', m.allowed, extract(epoch from m.period)::int, m.learnt_at > clock_timestamp() - interval '1 hour')
    from pipeline.rate_meters m where m.key = p_key
$$;

select pipeline.hold_back('key', 30);
select is((select m.learnt_at from pipeline.rate_meters m where m.key = 'key'), null, 'a wait alone teaches nothing');
select pipeline.hold_back('key', 30, 20, 60);
select is(pg_temp.pace('key'), '20 in 60 s, learnt t', 'a pace is learnt');
select pipeline.hold_back('key', 30, 1, 60);
select is(pg_temp.pace('key'), '1 in 60 s, learnt t', 'a slower one takes its place');
select pipeline.hold_back('key', 30, 50, 60);
select is(pg_temp.pace('key'), '1 in 60 s, learnt t', 'a faster one does not');
update pipeline.rate_meters set learnt_at = clock_timestamp() - interval '8 days' where key = 'key';
select pipeline.hold_back('key', 30, 50, 60);
select is(pg_temp.pace('key'), '50 in 60 s, learnt t', 'except behind the week for which the slower one held');
select is(jsonb_path_query_first(pipeline.operations(), '$.meters[*] ? (@.key == "key").learnt_at') is not null, true, 'operators see it');
select tests.throws_code($$select pipeline.hold_back('key', 0, 1)$$, 'malformed_pace', 'units without a period are no pace');
select tests.throws_code($$select pipeline.hold_back('key', 0, null, 60)$$, 'malformed_pace', 'nor is a period without units');

select * from finish();
rollback;
