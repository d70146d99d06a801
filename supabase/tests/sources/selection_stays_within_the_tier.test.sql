-- The limit holds whoever selects, by kind: pages and databases share one, calendars have none.
begin;
select plan(9);

select tests.person() as ann \gset
select tests.as_service();
select tests.connection(:'ann') as slack, tests.connection(:'ann', 'notion') as notion, tests.connection(:'ann', 'google') as google \gset
select tests.source(:'slack', 'C' || n) from generate_series(1, 5) n;
select tests.source(:'slack', 'C6', p_selected => false);

select tests.throws_code($$update public.sync_registry set selected = true, selected_by = 'person' where external_id = 'C6'$$, 'source_limit_reached', 'a sixth channel on Free');
select tests.throws_code(format($$select tests.source(%L, 'C7')$$, :'slack'), 'source_limit_reached', 'inserting it selected is no way round');
update public.sync_registry set selected = false where external_id = 'C1' and user_id = :'ann';
select tests.lives($$update public.sync_registry set selected = true, selected_by = 'person' where external_id = 'C6'$$, 'one less makes room for one');
select tests.lives(format($$select tests.source(%L, 'P' || n, 'notion', (array['page', 'database'])[1 + n %% 2]::public.source_kind) from generate_series(1, 10) n$$, :'notion'), 'ten pages and databases');
select tests.throws_code(format($$select tests.source(%L, 'P11', 'notion', 'database')$$, :'notion'), 'source_limit_reached', 'an eleventh of either');
select tests.lives(format($$select tests.source(%L, 'cal' || n, 'calendar', 'calendar') from generate_series(1, 40) n$$, :'google'), 'forty calendars');
select tests.as_owner();
update public.workspaces set tier = 'starter' where owner_id = :'ann';
select tests.lives(format($$select tests.source(%L, 'C' || n) from generate_series(7, 16) n$$, :'slack'), 'a larger plan has more room');
select tests.throws_code(format($$select tests.source(%L, 'C17')$$, :'slack'), 'source_limit_reached', 'up to its own limit');
select tests.person() as ben \gset
select tests.lives(format($$select tests.source(tests.connection(%L), 'C1')$$, :'ben'), 'another person''s sources do not count');

select * from finish();
rollback;
