-- A type that cannot be written yet is refused, on create and on change.
begin;
select plan(4);

select tests.person() as ann \gset
select tests.as_person(:'ann');

select tests.throws_code($$insert into public.deliverables (title, deliverable_type) values ('Research', 'research_brief')$$, 'type_not_available', 'on create');
select ok(tests.error_of($$insert into public.deliverables (title, deliverable_type) values ('Research', 'research_brief')$$) ->> 'hint' like '%slack_channel_digest%', 'the hint says what can be');
insert into public.deliverables (title, deliverable_type) values ('Digest', 'slack_channel_digest');
select tests.throws_code($$update public.deliverables set deliverable_type = 'research_brief'$$, 'type_not_available', 'on change');
select tests.lives($$update public.deliverables set deliverable_type = 'slack_channel_digest'$$, 'the same again is fine');

select * from finish();
rollback;
