-- An event that nobody touches stays until it is over; what a listing names lives on.
begin;
select plan(3);

select tests.person() as ann \gset
select tests.as_service();
select tests.travel_to('2026-11-04T10:00:00Z');
select tests.connection(:'ann', 'google') as connection \gset
select tests.source(:'connection', 'primary', 'calendar', 'calendar') as source \gset
select tests.store(:'source', tests.item('soon', 'Standup', '{"content_type": "event"}') || tests.item('later', 'Launch', '{"content_type": "event", "keep_until": "2026-11-18T09:00:00Z"}'));
create function pg_temp.expiry(p_item text) returns timestamptz language sql as $$ select expires_at from public.platform_content where item_id = p_item $$;

select is(pg_temp.expiry('later'), '2026-11-18T09:00:00Z', 'until it is over');
select tests.travel('1 day');
select tests.store(:'source', '[]', '{"seen": [{"container_id": "C1", "item_id": "soon"}, {"container_id": "C1", "item_id": "later"}]}');
select is(pg_temp.expiry('soon'), '2026-11-07T10:00:00Z', 'a sighting renews an expiry');
select is(pg_temp.expiry('later'), '2026-11-18T09:00:00Z', 'and never shortens one');

select * from finish();
rollback;
