-- One instant, and then never again.
begin;
select plan(5);

select is(tests.slots('{"frequency": "once", "at": "2026-12-01T09:00:00Z"}', '2026-11-01T00:00:00Z'), '{2026-12-01 09:00}', 'once');
select is(tests.slots('{"frequency": "once", "at": "2026-12-01T09:00:00+09:00"}', '2026-11-01T00:00:00Z'), '{2026-12-01 00:00}', 'with its own offset');
select is(tests.slots('{"frequency": "once", "at": "2026-10-01T09:00:00Z"}', '2026-11-01T00:00:00Z'), '{}', 'never, when it is past');

select is(tests.slots('{"frequency": "once", "at": "2026-12-01T09:00", "timezone": "Asia/Seoul"}', '2026-11-01T00:00:00Z'), '{2026-12-01 00:00}', 'without an offset it is nine in its own zone');
select is(tests.slots('{"frequency": "once", "at": "2026-12-01 09:00:00"}', '2026-11-01T00:00:00Z', 1, 'Asia/Seoul'), '{2026-12-01 00:00}', 'or in the person''s');

select * from finish();
rollback;
