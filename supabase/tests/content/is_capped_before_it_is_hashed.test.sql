-- 10,000 characters are stored; what is behind them changes nothing.
begin;
select plan(3);

select tests.person() as ann \gset
select tests.as_service();
select tests.connection(:'ann') as connection \gset
select tests.source(:'connection', 'C1') as source \gset
select tests.store(:'source', tests.item('1', repeat('é ', 5000) || ' tail'));
select tests.travel('1 hour');

select is((select length(content) from public.platform_content where connection_id = :'connection'), 10000, 'characters, not bytes');
select is(tests.store(:'source', tests.item('1', repeat('é ', 5000) || ' another tail')), '{"stored": 1, "changed": 0, "deleted": 0}', 'a change behind the cap is none');
select is(tests.store(:'source', tests.item('1', repeat('é ', 4999))), '{"stored": 1, "changed": 1, "deleted": 0}', 'one before it is');

select * from finish();
rollback;
