-- Changing the key: tokens of old keys are listed in batches and replaced only if they are still the same.
begin;
select plan(9);

select tests.person() as ann, tests.person() as ben, tests.person() as cai \gset
select tests.as_service();
select pipeline.connect(:'ann', 'google', 'G', 'A', '{}', '{}', 'v1.old.a', 'v1.old.r') as a \gset
select pipeline.connect(:'ben', 'google', 'G', 'B', '{}', '{}', 'v1.new.a', 'v1.old.r') as b \gset
select pipeline.connect(:'cai', 'slack', 'T', 'C', '{}', '{}', 'v1.new.a') as c \gset

select results_eq('select * from pipeline.token_keys_in_use()', $$values ('new', 2::bigint), ('old', 3::bigint)$$, 'each key with its tokens');
select set_eq($$select connection_id from pipeline.tokens_to_reseal('new')$$, array[:'a', :'b']::uuid[], 'those that another key sealed');
select results_eq($$select connection_id from pipeline.tokens_to_reseal('new', p_limit => 1)$$, format('values (%L::uuid)', least(:'a'::uuid, :'b'::uuid)), 'a batch at a time');
select results_eq(format($$select connection_id from pipeline.tokens_to_reseal('new', %L)$$, least(:'a'::uuid, :'b'::uuid)), format('values (%L::uuid)', greatest(:'a'::uuid, :'b'::uuid)), 'in order');
select ok(not pipeline.reseal_tokens(:'a', 'v1.old.other', 'v1.new.a', 'v1.old.r', 'v1.new.r'), 'a token that was renewed meanwhile stays');
select ok(pipeline.reseal_tokens(:'a', 'v1.old.a', 'v1.new.a', 'v1.old.r', 'v1.new.r'), 'the same one is replaced');
select is((pipeline.begin_token_refresh(:'b', 'v1.new.a')) ->> 'state', 'yours', 'while somebody renews a token');
select ok(not pipeline.reseal_tokens(:'b', 'v1.new.a', 'v1.new.b', 'v1.old.r', 'v1.new.r'), 'it is left alone');
select results_eq('select * from pipeline.token_keys_in_use()', $$values ('new', 4::bigint), ('old', 1::bigint)$$, 'the old key is nearly out of use');

select * from finish();
rollback;
