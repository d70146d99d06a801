-- The last run of each kind of background work: when, how it ended, what it did.
begin;
select plan(11);

select tests.travel_to('2026-11-24 12:00Z');
select tests.person() as ann, tests.person() as ben \gset
select tests.as_service();
create function pg_temp.job(p_user uuid, p_type text) returns jsonb language sql as $$
  select j - 'job_type' from jsonb_array_elements(pipeline.system_status(p_user) -> 'background_jobs') j where j ->> 'job_type' = p_type $$;
create function pg_temp.ran(p_user uuid, p_event public.activity_event, p_ago interval, p_summary text, p_metadata jsonb default '{}') returns void language sql security definer as $$
  insert into public.activity_log (user_id, event_type, summary, metadata, created_at) values (p_user, p_event, p_summary, p_metadata, pipeline.now() - p_ago) $$;

select is((select array_agg(j ->> 'job_type' order by j ->> 'job_type') from jsonb_array_elements(pipeline.system_status(:'ann') -> 'background_jobs') j),
  '{content_cleanup,conversation_analyzed,deliverable_run,memory_written,pattern_detected,platform_synced,scheduler_heartbeat,session_summary_written,signal_processed}',
  'every kind of work');
select is(pg_temp.job(:'ann', 'signal_processed'), '{"last_run_at": null, "last_run_status": "never_run", "last_run_summary": null, "items_processed": null}', 'what never ran');

select pg_temp.ran(:'ann', 'platform_synced', '2 hours', 'Synced slack: 9 items', '{"items_synced": 9, "sources": 1, "failed": 0}');
select pg_temp.ran(:'ann', 'platform_synced', '20 minutes', 'Synced slack: 4 items', '{"items_synced": 4, "sources": 2, "failed": 1}');
select pg_temp.ran(:'ann', 'platform_synced', '10 minutes', 'Synced gmail: 3 items', '{"items_synced": 3, "sources": 2, "failed": 0}');
select is(pg_temp.job(:'ann', 'platform_synced'),
  '{"last_run_at": "2026-11-24T11:50:00+00:00", "last_run_status": "success", "last_run_summary": "Synced gmail: 3 items; Synced slack: 4 items", "items_processed": 7}',
  'platforms that were synced within half an hour are one run');
select pg_temp.ran(:'ann', 'platform_synced', '5 minutes', 'Synced notion: 0 items', '{"items_synced": 0, "sources": 2, "failed": 2}');
select is(pg_temp.job(:'ann', 'platform_synced') ->> 'last_run_status', 'failed', 'a platform of which nothing could be read failed');
select is(pg_temp.job(:'ben', 'platform_synced') ->> 'last_run_status', 'never_run', 'nobody sees another''s runs');

select pg_temp.ran(:'ann', 'deliverable_run', '2 hours', 'Wrote "Digest"', '{"status": "generated", "error": null}');
select is(pg_temp.job(:'ann', 'deliverable_run') ->> 'last_run_status', 'success', 'a version was written');
select pg_temp.ran(:'ann', 'deliverable_run', '1 hour', '"Digest" could not be written', '{"status": "failed", "error": {"code": "x"}}');
select is(pg_temp.job(:'ann', 'deliverable_run') ->> 'last_run_status', 'failed', 'the newest run failed');
select is(pg_temp.job(:'ann', 'deliverable_run') ->> 'last_run_summary', '"Digest" could not be written', 'and says which');

select pg_temp.ran(null, 'scheduler_heartbeat', '1 minute', 'tick last finished', '{"job": "tick", "late": false}');
select pg_temp.ran(null, 'scheduler_heartbeat', '1 minute', 'sweep last finished', '{"job": "sweep", "late": false}');
select is(pg_temp.job(:'ben', 'scheduler_heartbeat') - 'last_run_at', '{"last_run_status": "success", "last_run_summary": "2 jobs, 0 of them late", "items_processed": null}', 'the heartbeat is everyone''s');
select pg_temp.ran(null, 'scheduler_heartbeat', '0', 'tick last finished', '{"job": "tick", "late": true}');
select is(pg_temp.job(:'ben', 'scheduler_heartbeat') ->> 'last_run_status', 'failed', 'a late job is no success');
select pg_temp.ran(null, 'deliverable_run', '0', 'nobody''s');
select is(pg_temp.job(:'ben', 'deliverable_run') ->> 'last_run_status', 'never_run', 'what is nobody''s is not everyone''s');

select * from finish();
rollback;
