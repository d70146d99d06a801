-- A zone is an IANA name that the database knows, checked where it is written.
begin;
select plan(11);

select tests.person('ann', 'free', 'Europe/Berlin') as ann \gset
select tests.as_person(:'ann');
create function pg_temp.set_zone(p_zone text, p_column text default 'timezone') returns text language sql as $$ select tests.code_of(format('update public.workspaces set %I = %L', p_column, p_zone)) $$;

select is(pg_temp.set_zone('Mars/Olympus'), 'unknown_timezone', 'an unknown name');
select is(pg_temp.set_zone('Nowhere+3'), 'unknown_timezone', 'a POSIX string that Postgres would take');
select is(pg_temp.set_zone(''), 'unknown_timezone', 'an empty one');
select is(pg_temp.set_zone('europe/berlin'), 'unknown_timezone', 'another case, which other systems refuse');
select is(pg_temp.set_zone('localtime'), 'unknown_timezone', 'a name that only this machine''s files have');
select is(pg_temp.set_zone('Mars/Olympus', 'digest_timezone'), 'unknown_timezone', 'for the digest as well');
select ok(tests.error_of($$update public.workspaces set digest_timezone = 'Mars/Olympus'$$) ->> 'message' like '%"Mars/Olympus"%', 'the error names it');
select is((select timezone from public.workspaces), 'Europe/Berlin', 'the old one stays');
select is(pg_temp.set_zone('America/Argentina/Buenos_Aires'), null, 'a name of three parts is fine');
select is(pg_temp.set_zone('Asia/Seoul', 'digest_timezone'), null, 'a digest may have a zone of its own');
select is(pg_temp.set_zone(null, 'digest_timezone'), null, 'or none');

select * from finish();
rollback;
