-- A person adds, changes and deletes their own, and not what the system decides.
begin;
select plan(6);

select tests.person() as ann, tests.person() as ben \gset
select tests.as_person(:'ben');
insert into public.deliverables (title, deliverable_type) values ('Ben''s', 'slack_channel_digest') returning id as bens \gset
select tests.as_person(:'ann');
insert into public.deliverables (title, deliverable_type) values ('Ann''s', 'slack_channel_digest') returning id as anns \gset

select is((select user_id from public.deliverables), :'ann'::uuid, 'what one adds is one''s own, and all one sees');
select is(tests.code_of(format($$insert into public.deliverables (user_id, title, deliverable_type) values (%L, 'x', 'slack_channel_digest')$$, :'ben')), '42501', 'not for another');
select is(tests.code_of($$insert into public.deliverables (title, deliverable_type, origin) values ('x', 'slack_channel_digest', 'analyst_suggested')$$), '42501', 'not as if the system had suggested it');
select is(tests.code_of($$insert into public.deliverables (title, deliverable_type, status) values ('x', 'slack_channel_digest', 'suggested')$$), '42501', 'nor as a suggestion');
select is(tests.code_of('update public.deliverables set last_run_at = now()'), '42501', 'when it ran is not theirs to write');
update public.deliverables set title = 'mine';
delete from public.deliverables where id = :'bens';
select tests.as_owner();
select results_eq(format('select title from public.deliverables where id in (%L, %L) order by 1', :'anns', :'bens'), $$values ('Ben''s'), ('mine')$$, 'another''s is neither changed nor deleted');

select * from finish();
rollback;
