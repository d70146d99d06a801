-- What an import brings belongs to all of its selected sources, also when it was stored before, and takes nothing away.
begin;
select plan(6);

select tests.person() as ann \gset
select tests.vault();
select tests.as_service();
select tests.connection(:'ann', 'google') as connection \gset
select tests.source(:'connection', 'INBOX', 'gmail', 'label') as inbox \gset
select tests.source(:'connection', 'STARRED', 'gmail', 'label') as starred \gset
select tests.source(:'connection', 'Later', 'gmail', 'label', false) as later \gset
select pipeline.request_import(:'ann', 'gmail', 'INBOX');
select id, lease_token as lease from pipeline.claim(tests.wake_up('sync')) where kind = 'import_source' \gset
create function pg_temp.sources(p_item text) returns text[] language sql as $$
  select array(select r.external_id from public.platform_content c join public.content_sources m on m.content_id = c.id join public.sync_registry r on r.id = m.source_id
    where c.item_id = p_item order by 1) $$;

select is(pipeline.begin_import(:id, :'lease') -> 'selected', '["INBOX", "STARRED"]', 'it is told what is selected, and nothing else');
select pipeline.store_import_page(:id, :'lease', jsonb_build_object('cursor', 1, 'items', jsonb_build_array(
  tests.item('m1', 'one') -> 0 || '{"container_id": "", "content_type": "email", "sources": ["INBOX", "STARRED"]}',
  tests.item('m2', 'two') -> 0 || '{"container_id": "", "content_type": "email", "sources": ["INBOX"]}')));
select is(pg_temp.sources('m1'), '{INBOX,STARRED}', 'a mail stands under both labels at once');
select is(pg_temp.sources('m2'), '{INBOX}', 'and another under its only one');
select is(pipeline.store_import_page(:id, :'lease', '{"cursor": 2, "items": [], "seen": [{"container_id": "", "item_id": "m2", "sources": ["INBOX", "STARRED"]}], "enumerated": [{"began": "2999-01-01T00:00:00Z", "container_id": ""}]}') - 'items',
  '{"stored": 0, "changed": 0}', 'what is stored already is only seen');
select is(pg_temp.sources('m2'), '{INBOX,STARRED}', 'and stands under the label that it was found under too');
select is_empty('select from pipeline.item_sightings where missed > 0', 'an enumeration of an import counts for nothing');

select * from finish();
rollback;
