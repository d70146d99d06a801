-- A person writes what they state themselves, and cannot pass it off as learnt.
begin;
select plan(7);

select tests.person() as ann \gset
select tests.as_person(:'ann');

select tests.lives($$insert into public.user_context (key, value) values ('fact:team-size', 'five')$$, 'a fact of one''s own');
select is((select source from public.user_context), 'user_stated'::public.memory_source, 'is stated by the person');
select is(tests.code_of($$insert into public.user_context (key, value, source) values ('name', 'Ann', 'pattern')$$), '42501', 'not learnt');
select is(tests.code_of($$insert into public.user_context (key, value) values ('Bad Key!', 'x')$$), '23514', 'keys are short names');
select is(tests.code_of(format($$insert into public.user_context (key, value) values ('name', %L)$$, repeat('x', 2001))), '23514', 'values are short');
select tests.as_service();
update public.user_context set source = 'conversation' where user_id = :'ann';
select tests.as_person(:'ann');
select is(tests.code_of($$update public.user_context set value = 'six'$$), '42501', 'correcting what was learnt makes it stated');
select tests.lives($$update public.user_context set value = 'six', source = 'user_stated'$$, 'by saying so');

select * from finish();
rollback;
