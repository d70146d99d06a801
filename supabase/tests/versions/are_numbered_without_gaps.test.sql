-- Versions count up per deliverable; a run that goes on keeps its version, a run without news leaves no gap.
begin;
select plan(13);

select tests.person('ann') as ann \gset
insert into public.deliverables (user_id, title, deliverable_type) values (:'ann', 'Digest', 'slack_channel_digest') returning id as deliverable \gset
insert into public.deliverables (user_id, title, deliverable_type) values (:'ann', 'Other', 'slack_channel_digest') returning id as other \gset
select tests.as_service();
create function pg_temp.run(p_deliverable uuid, p_user uuid) returns tests.held_ticket language sql as $$
  select tests.held('generate_deliverable', jsonb_build_object('deliverable_id', p_deliverable), p_user, 'anthropic') $$;
create function pg_temp.number(p_id bigint, p_lease uuid) returns int language sql as $$ select (pipeline.begin_version(p_id, p_lease) #>> '{version,number}')::int $$;
select id as a, lease as a_lease from pg_temp.run(:'deliverable', :'ann') \gset
select id as b, lease as b_lease from pg_temp.run(:'deliverable', :'ann') \gset
select id as c, lease as c_lease from pg_temp.run(:'other', :'ann') \gset

select is(pg_temp.number(:a, :'a_lease'), 1, 'the first');
select is(pg_temp.number(:a, :'a_lease'), 1, 'a run that came back goes on with its version');
select is(pg_temp.number(:b, :'b_lease'), 2, 'another run is another version');
select is(pg_temp.number(:c, :'c_lease'), 1, 'another deliverable counts for itself');
select pipeline.skip_version(:b, :'b_lease', (select id from public.deliverable_versions where ticket_id = :b), 'skipped_unchanged', 'Nothing new since yesterday.');
select is((select count(*) from public.deliverable_versions where deliverable_id = :'deliverable'), 1::bigint, 'a run without news leaves no version');
select id as d, lease as d_lease from pg_temp.run(:'deliverable', :'ann') \gset
select is(pg_temp.number(:d, :'d_lease'), 2, 'nor a gap');
select results_eq(format('select metadata ->> ''status'', summary from public.activity_log where user_id = %L and event_type = ''deliverable_run''', :'ann'), $$values ('skipped_unchanged', 'Skipped "Digest": Nothing new since yesterday.')$$, 'and its person sees why');
select is((select result ->> 'status' from pipeline.work_execution_log where id = :b), 'skipped_unchanged', 'the log as well');
select is((select last_run_at from public.deliverables where id = :'deliverable'), null, 'a skipped run is no run');
select (pipeline.begin_version(:d, :'d_lease') ->> 'at')::timestamptz as before \gset
select tests.travel('50 minutes');
select is((pipeline.begin_version(:d, :'d_lease') ->> 'at')::timestamptz, :'before'::timestamptz, 'a run that comes back soon tells of the same instant');
select tests.travel('1 day');
select ok((pipeline.begin_version(:d, :'d_lease') ->> 'at')::timestamptz >= pipeline.now(), 'one that waited for a day tells of today');
select is(pg_temp.number(:d, :'d_lease'), 2, 'under the same number');
update public.deliverables set status = 'archived' where id = :'deliverable';
select tests.throws_code(format('select pipeline.begin_version(%s, %L)', :d, :'d_lease'), 'unknown_deliverable', 'an archived one is not written any more');

select * from finish();
rollback;
