-- Tokens are stored as envelopes only, and no person's role reads them.
begin;
select plan(5);

select tests.person() as ann \gset
select tests.connection(:'ann') as id \gset

select is(tests.code_of(format($$select pipeline.connect(%L, 'notion', 'N', 'N', '{}', '{}', 'secret_plain')$$, :'ann')), '23514', 'a plain token is refused');
select is(tests.code_of(format($$select pipeline.connect(%L, 'notion', 'N', 'N', '{}', '{}', 'v1.x', 'plain')$$, :'ann')), '23514', 'a plain refresh token as well');
select tests.as_person(:'ann');
select is(tests.code_of('select * from pipeline.connection_tokens'), '42501', 'a person cannot read them');
select is((select count(*) from public.platform_connections), 1::bigint, 'but sees the connection');
select is(tests.code_of($$update public.platform_connections set status = 'active'$$), '42501', 'which only the service changes');

select * from finish();
rollback;
