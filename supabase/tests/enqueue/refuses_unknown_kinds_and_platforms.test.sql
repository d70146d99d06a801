-- What cannot run is refused where it is asked for, with an error that says what to fix.
begin;
select plan(10);

select tests.kind();
select tests.as_service();

select tests.throws_code($$select pipeline.enqueue('tset')$$, 'unknown_kind', 'an unknown kind is refused');
select ok(tests.error_of($$select pipeline.enqueue('tset')$$) ->> 'hint' ~ '\mtest\M', 'the hint lists the kinds');
select tests.throws_code($$select pipeline.enqueue(null)$$, 'unknown_kind', 'no kind is refused');
select tests.throws_code($$select pipeline.enqueue('test', p_platform => 'teams')$$, 'unknown_platform', 'an unknown platform is refused');
select ok(tests.error_of($$select pipeline.enqueue('test', p_platform => 'teams')$$) ->> 'hint' ~ '\mslack\M', 'the hint lists the platforms');
select tests.throws_code($$select pipeline.enqueue('test', p_platform => null)$$, 'unknown_platform', 'no platform is refused');
select tests.throws_code($$select pipeline.enqueue('test', p_priority => 3)$$, 'malformed_ticket', 'priority 3 is refused');
select tests.throws_code($$select pipeline.enqueue('test', p_priority => -1)$$, 'malformed_ticket', 'priority -1 is refused');
select tests.throws_code($$select pipeline.enqueue('test', p_priority => null)$$, 'malformed_ticket', 'priority null is refused');
select is_empty($$select from pipeline.work_tickets where kind = 'test'$$, 'and nothing was added');

select * from finish();
rollback;
