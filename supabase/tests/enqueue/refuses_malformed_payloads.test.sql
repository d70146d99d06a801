-- A payload must have the shape that its kind describes; the error names the key.
begin;
select plan(19);

select tests.kind('test', '{"payload_shape": {"id": "uuid", "name": "text?", "count": "integer?", "on": "boolean?", "at": "timestamp?", "more": "object?"}}');
select tests.as_service();
create function pg_temp.fault(p_payload jsonb) returns text language sql as $$
  select coalesce(e ->> 'code' || ': ' || substring(e ->> 'message' from 'malformed: (.*)\.$'), 'accepted')
    from tests.error_of(format('select pipeline.enqueue(%L, %L)', 'test', p_payload)) e
$$;

select is(pg_temp.fault('{}'), 'malformed_payload: "id" is missing', 'a missing key is named');
select is(pg_temp.fault('{"id": "no"}'), 'malformed_payload: "id" is not of type uuid', 'a wrong uuid is named');
select is(pg_temp.fault('{"id": 5}'), 'malformed_payload: "id" is not of type uuid', 'a number is no uuid');
select is(pg_temp.fault('{"id": null}'), 'malformed_payload: "id" is not of type uuid', 'null is no uuid');
create function pg_temp.with_id(p_more jsonb) returns text language sql as $$
  select pg_temp.fault('{"id": "00000000-0000-0000-0000-000000000001"}'::jsonb || p_more)
$$;
select is(pg_temp.with_id('{}'), 'accepted', 'what is optional may be left out');
select is(pg_temp.with_id('{"name": "a", "count": 3, "on": true, "at": "2026-11-01T09:00:00Z", "more": {}}'), 'accepted', 'every type is accepted');
select is(pg_temp.with_id('{"name": 3}'), 'malformed_payload: "name" is not of type text', 'a number is no text');
select is(pg_temp.with_id('{"count": 1.5}'), 'malformed_payload: "count" is not of type integer', '1.5 is no integer');
select is(pg_temp.with_id('{"count": "3"}'), 'malformed_payload: "count" is not of type integer', 'a text is no integer');
select is(pg_temp.with_id('{"on": "true"}'), 'malformed_payload: "on" is not of type boolean', 'a text is no boolean');
select is(pg_temp.with_id('{"at": "2026-13-01"}'), 'malformed_payload: "at" is not of type timestamp', 'there is no 13th month');
select is(pg_temp.with_id('{"at": "noon"}'), 'malformed_payload: "at" is not of type timestamp', 'a word is no timestamp');
select is(pg_temp.with_id('{"more": []}'), 'malformed_payload: "more" is not of type object', 'a list is no object');
select is(pg_temp.with_id('{"colour": "red"}'), 'malformed_payload: "colour" is unknown', 'an unknown key is named');
select is(pg_temp.with_id('{"colour": "red", "on": 1}'), 'malformed_payload: "colour" is unknown; "on" is not of type boolean', 'all faults come at once');
select is(pg_temp.fault('[]'), 'malformed_payload: it is not an object', 'a list is refused');
select is(pg_temp.fault('null'), 'malformed_payload: it is not an object', 'a JSON null is refused');
select tests.throws_code($$select pipeline.enqueue('test', null)$$, 'malformed_payload', 'no payload is refused');
select ok(tests.error_of($$select pipeline.enqueue('test', '{}')$$) ->> 'hint' like '%"count": "integer?"%', 'the hint shows the shape');

select * from finish();
rollback;
