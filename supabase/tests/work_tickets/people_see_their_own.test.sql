-- One list of live and ended work, one's own only, without what is the worker's business.
begin;
select plan(7);

select tests.kind('test', '{"max_attempts": 1}');
select tests.person() as ann, tests.person() as ben \gset
select tests.queued(:'ann', 1) as waiting, tests.queued(:'ben', 2) as bens, tests.queued() as of_the_system \gset
select id as ended, lease from tests.held(p_user => :'ann') \gset
select pipeline.fail(:ended, :'lease', '{"code": "x", "message": "m"}');
select id as bens_ended, lease from tests.held(p_user => :'ben') \gset
select pipeline.finish(jsonb_build_array(jsonb_build_object('id', :bens_ended, 'lease', :'lease')));
select tests.as_person(:'ann');

select results_eq('select id, state, error ->> ''code'', ended_at is not null from public.work_tickets order by id', format($$values (%s::bigint, 'queued'::public.ticket_state, null, false), (%s, 'dead', 'x', true)$$, :waiting, :ended), 'hers, live and ended');
select hasnt_column('public', 'work_tickets', 'lease_token', 'no lease token is shown');
select hasnt_column('public', 'work_tickets', 'payload', 'no payload');
select is(tests.code_of('select * from pipeline.work_tickets'), '42501', 'the table behind it is closed');
select is(tests.code_of('delete from public.work_tickets'), '55000', 'and nothing can be written through the view');
select is(tests.code_of(format('select pipeline.cancel(%s)', :bens)), '42501', 'the functions are not theirs to call');
select tests.as_anon();
select is(tests.code_of('select * from public.work_tickets'), '42501', 'who is not signed in sees nothing');

select * from finish();
rollback;
