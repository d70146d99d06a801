-- The whole list of what a signed-in person may write, so that a new grant is noticed here.
begin;
select plan(2);

select results_eq($$
  select table_name::text collate "default", privilege_type::text collate "default", string_agg(column_name::text, ' ' order by column_name::text) collate "default" from information_schema.column_privileges
   where grantee = 'authenticated' and table_schema = 'public' and privilege_type in ('INSERT', 'UPDATE') group by 1, 2 order by 1, 2$$,
  $$values
    ('deliverable_destinations', 'INSERT', 'channel deliverable_id options target'),
    ('deliverable_sources', 'INSERT', 'deliverable_id source_id'),
    ('deliverables', 'INSERT', 'deliverable_type description expires_at origin recipient_context schedule status title type_config when_unchanged'),
    ('deliverables', 'UPDATE', 'deliverable_type description expires_at recipient_context schedule status title type_config when_unchanged'),
    ('notifications', 'UPDATE', 'read_at'),
    ('tasks', 'INSERT', 'deliverable_type expires_at origin prompt schedule status title when_unchanged'),
    ('tasks', 'UPDATE', 'expires_at prompt schedule status title when_unchanged'),
    ('user_context', 'INSERT', 'key source value'),
    ('user_context', 'UPDATE', 'source value'),
    ('user_notification_preferences', 'UPDATE', 'email_deliverable_failed email_deliverable_ready email_suggestion_created email_weekly_digest email_work_complete signal_contact_drift signal_meeting_prep signal_silence_alert'),
    ('workspaces', 'UPDATE', 'digest_day digest_email digest_enabled digest_hour digest_timezone name timezone')$$,
  'columns');
select results_eq($$
  select table_name::text collate "default" from information_schema.role_table_grants where grantee = 'authenticated' and table_schema = 'public' and privilege_type = 'DELETE' order by 1$$,
  $$values ('deliverable_destinations'), ('deliverable_sources'), ('deliverables'), ('tasks'), ('user_context')$$, 'rows they may delete');

select * from finish();
rollback;
