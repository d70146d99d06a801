-- Events and pages overtake each other; the content only moves forward.
begin;
select plan(11);

select tests.person('ana') as ana \gset
select tests.as_service();
select tests.connection(:'ana') as slack \gset
select tests.source(:'slack', 'C1') as source \gset
select (h).id as ticket, (h).lease as lease from tests.held('apply_live_changes',
  jsonb_build_object('connection_id', :'slack', 'platform', 'slack', 'unit', 'C1'), :'ana', 'slack') h \gset
create function pg_temp.live(p_items jsonb, p_gone text[] default '{}') returns text
language sql as $$
  select pipeline.store_live_changes(t.id, t.lease_token, jsonb_build_object('items', p_items,
      'gone', (select coalesce(jsonb_agg(jsonb_build_object('container_id', 'C1', 'item_id', g)), '[]') from unnest(p_gone) g)), '{}')::text
    from pipeline.work_tickets t where t.kind = 'apply_live_changes'
$$;
create function pg_temp.text_of(p_item text) returns text language sql as $$
  select c.content || case when c.deleted_at is null then '' else ' (deleted)' end from public.platform_content c where c.item_id = p_item
$$;

select pg_temp.live(tests.item('1', 'Edited', '{"sources": ["C1"], "edited_at": "2026-11-01T09:10:00Z"}'));
select tests.store(:'source', tests.item('1', 'First'));
select is(pg_temp.text_of('1'), 'Edited', 'a page that was read before the edit does not undo it');
select pg_temp.live(tests.item('1', 'Middle', '{"sources": ["C1"], "edited_at": "2026-11-01T09:05:00Z"}'));
select is(pg_temp.text_of('1'), 'Edited', 'nor does an event that comes late');
select tests.store(:'source', tests.item('1', 'Last', '{"edited_at": "2026-11-01T09:20:00Z"}'));
select is(pg_temp.text_of('1'), 'Last', 'an edit whose event was lost comes with the next page');

select pg_temp.live('[]', '{1}');
select is(pg_temp.text_of('1'), 'Last (deleted)', 'what Slack says is deleted is deleted');
select tests.store(:'source', tests.item('1', 'Last', '{"edited_at": "2026-11-01T09:20:00Z"}') || tests.item('2', 'Second'));
select is(pg_temp.text_of('1'), 'Last (deleted)', 'a page that was read before does not bring it back');
select is(pg_temp.text_of('2'), 'Second', 'and its other messages are stored');
select pg_temp.live(tests.item('1', 'Last', '{"sources": ["C1"], "edited_at": "2026-11-01T09:30:00Z"}'));
select is(pg_temp.text_of('1'), 'Last (deleted)', 'nor does an event');
select pg_temp.live('[]', '{3}');
select pg_temp.live(tests.item('3', 'Gone', '{"sources": ["C1"]}'));
select is(pg_temp.text_of('3'), null, 'a deletion may come before the message');
select is(pg_temp.live('[]', '{3,3}'), '{"stored": 0, "changed": 0, "deleted": 0}', 'or twice');

update pipeline.live_deletions set deleted_at = clock_timestamp() - interval '49 hours';
select private.sweep_live_changes();
select is((select count(*)::int from pipeline.live_deletions), 0, 'after two days nothing older is under way');

update public.sync_registry set selected = false, selected_by = null where id = :'source';
select is(pg_temp.live(tests.item('4', 'Late', '{"sources": ["C1"]}')), '{"stored": 0, "changed": 0, "deleted": 0}', 'a channel that was deselected takes nothing in');

select * from finish();
rollback;
