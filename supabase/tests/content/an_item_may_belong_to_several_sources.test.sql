-- A mail with two selected labels is one item and two memberships, and leaves the label it loses; a page that brings it twice is no error.
begin;
select plan(6);

select tests.person() as ann \gset
select tests.as_service();
select tests.connection(:'ann', 'google') as connection \gset
select tests.source(:'connection', 'INBOX', 'gmail', 'label') as inbox, tests.source(:'connection', 'Work', 'gmail', 'label') as work \gset
select tests.item('1', 'a mail', '{"container_id": "", "content_type": "email", "sources": ["INBOX", "Work", "Elsewhere"]}') as mail \gset
select tests.store(:'inbox', :'mail');

select is((select count(*) from public.platform_content where user_id = :'ann'), 1::bigint, 'one item');
select is((select count(*) from public.content_sources where user_id = :'ann'), 2::bigint, 'in two sources');
select tests.store(:'inbox', '[]', '{"seen": [{"container_id": "", "item_id": "1", "sources": ["Work"]}]}');
select is((select array_agg(source_id) from public.content_sources where user_id = :'ann'), array[:'work'::uuid], 'archived: it leaves the inbox');
select tests.store(:'inbox', '[]', '{"seen": [{"container_id": "", "item_id": "1"}]}');
select is((select count(*) from public.content_sources where user_id = :'ann'), 1::bigint, 'a listing that does not tell changes nothing');
select is(tests.store(:'inbox', tests.item('2', 'old', '{"container_id": ""}') || tests.item('2', 'new', '{"container_id": ""}')) ->> 'stored', '1', 'twice on one page is stored once');
select is((select content from public.platform_content where item_id = '2' and user_id = :'ann'), 'new', 'and the later one counts');

select * from finish();
rollback;
