-- A type that nobody knows and settings that do not fit are refused where they are written; names of before are today's.
begin;
select plan(12);

select tests.person(p_tier => 'pro') as ann \gset
select tests.as_person(:'ann');
create function pg_temp.problem(p_type text, p_config jsonb) returns text language sql as $$
  select tests.error_of(format('insert into public.deliverables (title, deliverable_type, type_config) values (''x'', %L, %L)', p_type, p_config)) ->> 'message' $$;

select tests.throws_code($$insert into public.deliverables (title, deliverable_type) values ('x', 'horoscope')$$, 'unknown_deliverable_type', 'a type that nobody knows');
select ok(tests.error_of($$insert into public.deliverables (title, deliverable_type) values ('x', 'horoscope')$$) ->> 'hint' like '%slack_channel_digest%', 'the hint says what there is');
insert into public.deliverables (title, deliverable_type) values ('Standup', 'slack_standup');
select is((select deliverable_type from public.deliverables), 'slack_channel_digest', 'an old name is today''s');
select tests.throws_code($$update public.deliverables set deliverable_type = 'horoscope'$$, 'unknown_deliverable_type', 'on change too');
select is((select count(*) from public.deliverable_type_aliases), 20::bigint, 'the old names');

select is(pg_temp.problem('slack_channel_digest', '{"focus": "decisions", "max_items": 5, "sections": {"mentions": false}}'), null, 'settings that fit');
select is(pg_temp.problem('slack_channel_digest', '{"focus": "gossip"}'), 'These settings are not usable: "focus" must be one of highlights, decisions, questions, all.', 'a word that is none of its words');
select is(pg_temp.problem('slack_channel_digest', '{"max_items": 500}'), 'These settings are not usable: "max_items" must be between 3 and 40.', 'a number out of bounds');
select is(pg_temp.problem('slack_channel_digest', '{"sections": {"mentions": "yes"}}'), 'These settings are not usable: "sections.mentions" must be true or false.', 'deep inside');
select is(pg_temp.problem('slack_channel_digest', '{"colour": "red"}'), 'These settings are not usable: there is no setting "colour".', 'a setting that does not exist');
select is(pg_temp.problem('meeting_prep', '{"meeting": {"title": "Launch", "start": "tomorrow"}}'), 'These settings are not usable: "meeting.start" must be an instant such as 2026-12-01T09:00:00Z.', 'an instant in words');
select tests.as_owner();
select is((select count(*) from public.deliverable_types t where private.schema_problem(t.config_schema, t.default_config) is not null), 0::bigint, 'every type''s defaults fit its own schema');

select * from finish();
rollback;
