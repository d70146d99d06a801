-- One instant, and then never again.
begin;
select plan(3);

select is(tests.slots('{"frequency": "once", "at": "2026-12-01T09:00:00Z"}', '2026-11-01T00:00:00Z'), '{2026-12-01 09:00}', 'once');
select is(tests.slots('{"frequency": "once", "at": "2026-12-01T09:00:00+09:00"}', '2026-11-01T00:00:00Z'), '{2026-12-01 00:00}', 'with its own offset');
select is(tests.slots('{"frequency": "once", "at": "2026-10-01T09:00:00Z"}', '2026-11-01T00:00:00Z'), '{}', 'never, when it is past');

select * from finish();
rollback;
