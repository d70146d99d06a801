-- The scope has bounds, and only a selected source of one's own is imported: an import is no way round the plan.
begin;
select plan(21);

select tests.person() as ann, tests.person() as ben \gset
select tests.vault();
select tests.as_service();
select tests.connection(:'ann') as connection \gset
select tests.source(:'connection', 'C1') as source \gset
select tests.source(:'connection', 'C2', 'slack', 'channel', false) as unselected \gset

create function pg_temp.refusal(p_user uuid, p_source text, p_scope jsonb default '{}') returns text language sql as $$
  select tests.code_of(format('select pipeline.request_import(%L, ''slack'', %L, %L)', p_user, p_source, p_scope))
$$;
select is(pg_temp.refusal(:'ann', 'C1', s), 'import_scope_invalid', s::text) from unnest(array['{"days": 0}', '{"days": 366}', '{"days": 1.5}', '{"days": "7"}', '{"items": 0}',
  '{"items": 5001}', '{"items": 1e99}', '{"items": [1]}', '{"threads": "yes"}', '{"depth": 3}', '[]', '7']::jsonb[]) s;
select matches(tests.error_of(format('select pipeline.request_import(%L, ''slack'', ''C1'', ''{"days": 0, "items": 0}'')', :'ann')) ->> 'message', '"days".*"items"', 'every fault is named');
select is(pg_temp.refusal(:'ann', 'C3'), 'unknown_source', 'an unknown source');
select is(pg_temp.refusal(:'ann', 'C2'), 'source_not_selected', 'one that is not selected');
select is(pg_temp.refusal(:'ben', 'C1'), 'not_connected', 'somebody else''s platform');
select tests.connection(:'ben');
select is(pg_temp.refusal(:'ben', :'source'), 'unknown_source', 'somebody else''s source');
select is(pg_temp.refusal(:'ann', :'source', '{"days": null, "items": null}'), null, 'null means the default');
select is((select scope from public.integration_import_jobs), '{"days": 30, "items": 500, "threads": true}', 'thirty days, five hundred items');
update public.integration_import_jobs set status = 'cancelled', completed_at = pipeline.now();
select pipeline.needs_reauth(:'connection', 'Revoked.');
select is(pg_temp.refusal(:'ann', 'C1'), 'needs_reauth', 'a connection that waits to be reconnected');
select throws_ok(format('insert into public.integration_import_jobs (user_id, source_id, scope) values (%L, %L, ''{"days": 9999, "items": 1, "threads": true}'')', :'ann', :'source'), '23514', null, 'the table holds the bounds too');

select * from finish();
rollback;
