-- A summary is one short line whatever it is made of; people read their own and write none.
begin;
select plan(6);

select tests.person() as ann \gset
select tests.as_service();
select pipeline.log_activity(:'ann', 'memory_written', E'two\nlines   and ' || repeat('x', 600), null);

select is((select left(summary, 14) from public.activity_log where user_id = :'ann'), 'two lines and ', 'in one line');
select is((select length(summary) from public.activity_log where user_id = :'ann'), 500, 'of 500 characters at most');
select is((select metadata from public.activity_log where user_id = :'ann'), '{}'::jsonb, 'without metadata an empty object');
select is(tests.code_of(format($$select pipeline.log_activity(%L, 'memory_written', 'x', '[]')$$, :'ann')), '23514', 'metadata is an object');
select tests.as_person(:'ann');
select is((select count(*) from public.activity_log), 1::bigint, 'a person reads theirs');
select is(tests.code_of($$insert into public.activity_log (event_type, summary) values ('memory_written', 'x')$$), '42501', 'and writes none');

select * from finish();
rollback;
