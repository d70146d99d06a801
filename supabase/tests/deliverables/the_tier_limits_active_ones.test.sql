-- Free runs two; whether they are created, resumed, unarchived or promoted, a third is refused.
begin;
select plan(9);

select tests.person() as ann \gset
select tests.as_person(:'ann');
insert into public.deliverables (title, deliverable_type) select 'number ' || n, 'slack_channel_digest' from generate_series(1, 2) n;
create function pg_temp.add(p_status text) returns text language sql as $$ select tests.code_of(format($x$insert into public.deliverables (title, deliverable_type, status) values ('another', 'slack_channel_digest', %L)$x$, p_status)) $$;

select is(pg_temp.add('active'), 'deliverable_limit_reached', 'a third active one');
select is(pg_temp.add('paused'), null, 'a paused one is fine');
select is(pg_temp.add('archived'), null, 'an archived one as well');
select tests.throws_code($$update public.deliverables set status = 'active' where status = 'paused'$$, 'deliverable_limit_reached', 'resuming it');
select tests.throws_code($$update public.deliverables set status = 'active' where status = 'archived'$$, 'deliverable_limit_reached', 'unarchiving it');
select tests.lives($$update public.deliverables set title = 'renamed' where status = 'active'$$, 'editing an active one is fine');
update public.deliverables set status = 'paused' where id = (select id from public.deliverables where status = 'active' limit 1);
select tests.lives($$update public.deliverables set status = 'active' where title = 'another' and status = 'archived'$$, 'one less makes room for one');
select tests.as_service();
insert into public.deliverables (user_id, title, deliverable_type, status, origin) values (:'ann', 'noticed', 'slack_channel_digest', 'suggested', 'signal_emergent');
select tests.throws_code($$update public.deliverables set status = 'active' where status = 'suggested'$$, 'deliverable_limit_reached', 'promoting a suggestion');
select tests.as_owner();
update public.workspaces set tier = 'pro' where owner_id = :'ann';
select tests.lives($$update public.deliverables set status = 'active' where status = 'suggested'$$, 'Pro has no limit');

select * from finish();
rollback;
