-- Daily slots, several a day, across midnight and into the next year.
begin;
select plan(6);

select is(tests.slots('{"frequency": "daily", "time": "09:00"}', '2026-12-30T09:00:00Z'), '{2026-12-31 09:00,2027-01-01 09:00,2027-01-02 09:00}', 'the slot itself is not its own next');
select is(tests.slots('{"frequency": "daily", "time": "09:00"}', '2026-12-30T08:59:59Z', 1), '{2026-12-30 09:00}', 'a second before, it is');
select is(tests.slots('{"frequency": "daily", "times": ["00:00", "06:00", "18:30"]}', '2026-11-01T06:00:00Z', 4), '{2026-11-01 18:30,2026-11-02 00:00,2026-11-02 06:00,2026-11-02 18:30}', 'several a day');
select is(tests.slots('{"frequency": "daily", "time": "08:00"}', '2026-11-01T00:00:00Z', 2, 'Asia/Kolkata'), '{2026-11-01 02:30,2026-11-02 02:30}', 'in a zone of half hours');
select is(tests.slots('{"frequency": "daily", "time": "08:00"}', '2026-11-01T12:00:00Z', 2, 'Pacific/Kiritimati'), '{2026-11-01 18:00,2026-11-02 18:00}', 'where it is tomorrow already');
select is(tests.slots('{"frequency": "daily", "time": "23:59"}', '2026-11-01T12:00:00Z', 2, 'Pacific/Pago_Pago'), '{2026-11-02 10:59,2026-11-03 10:59}', 'where it is still yesterday');

select * from finish();
rollback;
