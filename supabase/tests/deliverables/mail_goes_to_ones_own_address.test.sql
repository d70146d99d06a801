-- Recipients are rows that were verified, whoever writes them.
begin;
select plan(6);

select tests.person('ann') as ann, tests.person('ben') as ben \gset
select tests.as_person(:'ben');
insert into public.deliverables (title, deliverable_type) values ('Ben''s', 'slack_channel_digest') returning id as bens \gset
select tests.as_person(:'ann');
insert into public.deliverables (title, deliverable_type) values ('Digest', 'slack_channel_digest') returning id as deliverable \gset
create function pg_temp.add(p_deliverable uuid, p_target text) returns text language sql as $$
  select tests.code_of(format('insert into public.deliverable_destinations (deliverable_id, channel, target) values (%L, %L, %L)', p_deliverable, 'email', p_target))
$$;

select is(pg_temp.add(:'deliverable', 'ben@example.com'), 'unverified_recipient', 'another''s address is refused');
select is(pg_temp.add(:'deliverable', 'ann@example.com, ben@example.com'), 'unverified_recipient', 'nor do two pass as one');
select is(pg_temp.add(:'deliverable', 'Ann@Example.com'), null, 'one''s own is fine, in any case');
select is(pg_temp.add(:'bens', 'ann@example.com'), '42501', 'another''s deliverable cannot be sent to oneself');
select is(tests.code_of($$update public.deliverable_destinations set target = 'ben@example.com'$$), '42501', 'a destination is not edited');
select tests.as_service();
select is(tests.code_of($$update public.deliverable_destinations set target = 'ben@example.com'$$), 'unverified_recipient', 'not even by the service');

select * from finish();
rollback;
