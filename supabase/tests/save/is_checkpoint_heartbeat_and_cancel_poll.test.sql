-- One call keeps many tickets alive, stores how far they are, and learns who should stop.
begin;
select plan(6);

select tests.kind('test', '{"lease": "5 minutes"}');
select tests.as_service();
select id as a, lease as a_lease from tests.held() \gset
select id as b, lease as b_lease from tests.held() \gset
select pipeline.cancel(:b);

select results_eq(
  format('select ticket_id, held, cancel_asked from pipeline.save(%L) order by ticket_id', jsonb_build_array(
    jsonb_build_object('id', :a, 'lease', :'a_lease', 'progress', '{"page": 3}'::jsonb),
    jsonb_build_object('id', :b, 'lease', :'b_lease'),
    jsonb_build_object('id', 99999999, 'lease', :'a_lease'))),
  format('values (%s::bigint, true, false), (%s, true, true), (99999999, false, false)', :a, :b),
  'each learns whether it is held and whether it should stop');
select is((select progress from pipeline.work_tickets where id = :a), '{"page": 3}'::jsonb, 'progress is stored');
select is((select progress from pipeline.work_tickets where id = :b), '{}'::jsonb, 'no progress leaves the old one');
select ok(lease_until > clock_timestamp() + interval '4 minutes', 'the lease runs from now on, for the time of its kind') from pipeline.work_tickets where id = :a;
select is((select attempt from pipeline.work_tickets where id = :a), 1::smallint, 'no counter moves');
select is_empty($$select * from pipeline.save('[]')$$, 'nothing to save is fine');

select * from finish();
rollback;
