-- Tier and owner are not the person's to write; another's workspace is not there.
begin;
select plan(7);

select tests.person() as ann, tests.person() as ben \gset
select tests.as_person(:'ann');

select is(tests.code_of($$update public.workspaces set tier = 'pro'$$), '42501', 'the tier is not writable');
select is(tests.code_of(format('update public.workspaces set owner_id = %L', :'ben')), '42501', 'nor is the owner');
select is(tests.code_of($$insert into public.workspaces (name) values ('second')$$), '42501', 'nobody adds a second one');
select is(tests.code_of('delete from public.workspaces'), '42501', 'nor deletes it');
select is((select count(*) from public.workspaces), 1::bigint, 'only one''s own is there');
update public.workspaces set name = 'Ours', digest_hour = 7;
select tests.as_owner();
select results_eq(format('select owner_id, name from public.workspaces where owner_id in (%L, %L) order by name', :'ann', :'ben'), format($$values (%L::uuid, 'My workspace'), (%L, 'Ours')$$, :'ben', :'ann'), 'a change without a filter changes one''s own only');
select is(tests.code_of(format('update public.workspaces set digest_hour = 24 where owner_id = %L', :'ann')), '23514', 'there is no 24th hour');

select * from finish();
rollback;
