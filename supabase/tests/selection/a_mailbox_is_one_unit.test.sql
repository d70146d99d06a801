-- Labels share their mailbox: however many are selected at once, it is one ticket, and one that waits is joined.
begin;
select plan(4);

select tests.person() as ann \gset
select tests.vault();
select tests.as_service();
select tests.connection(:'ann', 'google') as id \gset
select pipeline.register_sources(:'id', 'gmail', '[{"external_id": "INBOX", "kind": "label", "name": "Inbox"}, {"external_id": "SENT", "kind": "label", "name": "Sent"}, {"external_id": "L1", "kind": "label", "name": "Work"}]', '{INBOX,SENT}');
select pipeline.register_sources(:'id', 'calendar', '[{"external_id": "primary", "kind": "calendar", "name": "Mine"}]', '{primary}');
select pipeline.select_sources(:'ann', 'calendar', '{primary}');
select pipeline.select_sources(:'ann', 'gmail', '{INBOX,SENT}');
select pipeline.select_sources(:'ann', 'gmail', '{INBOX,SENT,L1}');

select results_eq(format('select platform, payload ->> ''unit'' from pipeline.work_tickets where user_id = %L and kind = ''sync_unit'' order by 1', :'ann'), $$values ('calendar', 'primary'), ('gmail', 'mailbox')$$, 'one ticket a unit');
select results_eq(format('select platform, units_total, ended_at from public.sync_passes where user_id = %L order by platform', :'ann'), $$values ('gmail'::public.platform, 1, null::timestamptz), ('calendar', 1, null)$$, 'which its pass counts once');
select is((select count(*) from public.sync_registry where connection_id = :'id' and selected), 4::bigint, 'labels and calendars of one grant do not displace each other');
select pipeline.claim(tests.wake_up('sync'));
select id, lease_token as lease from pipeline.work_tickets where kind = 'sync_unit' and platform = 'gmail' \gset
select pipeline.finish_unit(:id, :'lease', '{}');
select is((select ended_at is not null from public.sync_passes where user_id = :'ann' and platform = 'gmail'), true, 'and the pass ends with it');

select * from finish();
rollback;
