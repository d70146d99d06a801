-- The state of a consent: for one person and provider, for ten minutes, once.
begin;
select plan(9);

select tests.travel_to('2026-11-04T10:00:00Z');
select tests.person() as ann \gset
select tests.as_service();
select is(pipeline.open_oauth_state(:'ann', 'slack', 'h1', 'https://app.example'), '2026-11-04T10:10:00Z', 'good for ten minutes');
select is_empty($$select * from pipeline.take_oauth_state('h2', 'slack')$$, 'one that was never given is unknown');
select is_empty($$select * from pipeline.take_oauth_state('h1', 'google')$$, 'another provider does not take it');
select results_eq($$select * from pipeline.take_oauth_state('h1', 'slack')$$, format('values (%L::uuid, ''https://app.example'', false)', :'ann'), 'its own does, and learns whose it is');
select is_empty($$select * from pipeline.take_oauth_state('h1', 'slack')$$, 'once');

select pipeline.open_oauth_state(:'ann', 'slack', 'h3', 'x');
select tests.as_owner(); select tests.travel('10 minutes'); select tests.as_service();
select is((select expired from pipeline.take_oauth_state('h3', 'slack')), true, 'too late is told from unknown');

select pipeline.open_oauth_state(:'ann', 'slack', 'n' || n, 'x') from generate_series(1, 15) n;
select is((select count(*) from pipeline.oauth_states where user_id = :'ann'), 10::bigint, 'ten at a time are kept');
select tests.as_owner(); select tests.travel('1 minute'); select tests.as_service();
select pipeline.open_oauth_state(:'ann', 'slack', 'newest', 'x');
select ok((select count(*) = 10 and bool_or(state_hash = 'newest') from pipeline.oauth_states where user_id = :'ann'), 'the newest among them');
select tests.as_person(:'ann');
select is(tests.code_of('select * from pipeline.oauth_states'), '42501', 'nobody reads them');

select * from finish();
rollback;
