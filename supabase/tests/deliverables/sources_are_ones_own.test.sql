-- A deliverable reads its owner's sources, and those of nobody else.
begin;
select plan(6);

select tests.person() as ann, tests.person() as ben \gset
select tests.source(tests.connection(:'ann'), 'C1') as anns_source, tests.source(tests.connection(:'ben'), 'C1') as bens_source \gset
select tests.as_person(:'ben');
insert into public.deliverables (title, deliverable_type) values ('Ben''s', 'slack_channel_digest') returning id as bens \gset
select tests.as_person(:'ann');
insert into public.deliverables (title, deliverable_type) values ('Digest', 'slack_channel_digest') returning id as deliverable \gset
create function pg_temp.add(p_deliverable uuid, p_source uuid) returns text language sql as $$ select tests.code_of(format('insert into public.deliverable_sources (deliverable_id, source_id) values (%L, %L)', p_deliverable, p_source)) $$;

select is(pg_temp.add(:'deliverable', :'bens_source'), '42501', 'another''s source');
select is(pg_temp.add(:'bens', :'anns_source'), '42501', 'another''s deliverable');
select is(pg_temp.add(:'deliverable', :'anns_source'), null, 'one''s own');
select is(pg_temp.add(:'deliverable', :'anns_source'), '23505', 'once');
select tests.as_owner();
select is((select count(*) from public.deliverables d, private.sources_of(d) where d.id = :'deliverable'), 1::bigint, 'it is what is read');
delete from public.deliverable_sources;
select tests.source(connection_id, 'C2', p_selected => false) from public.sync_registry where id = :'anns_source';
select results_eq(format('select s.id from public.deliverables d, private.sources_of(d) s where d.id = %L', :'deliverable'), format('values (%L::uuid)', :'anns_source'), 'without a choice every selected one of its platform is');

select * from finish();
rollback;
