-- A platform's max_running holds over all kinds and persons; other platforms go on.
begin;
select plan(4);

select tests.kind('one');
select tests.kind('two', '{"function_name": "another-function"}');
update pipeline.platform_limits set max_running = 3 where platform = 'slack';
select p[1] as ann, p[2] as ben, p[3] as cem, p[4] as dana from (select array_agg(x.id order by x.id) as p from (select tests.person() as id from generate_series(1, 4)) x) y \gset
select tests.as_service();
select tests.queued(u, 1, 'slack', p_kind => 'one') from unnest(array[:'ann', :'ben', :'cem']::uuid[]) u;
select tests.queued(:'dana', 2, 'slack', p_kind => 'two') from generate_series(1, 4);
select tests.queued(:'dana', 3, 'gmail', p_kind => 'two');

select is((select count(*) from tests.claim('another-function')), 4::bigint, 'three on Slack and the one on Gmail');
select is_empty('select * from tests.claim()', 'the other kind finds Slack full');
select is_empty('select * from tests.claim(''another-function'')', 'and so does this one');
delete from pipeline.work_tickets where id = (select max(id) from pipeline.work_tickets where state = 'running' and platform = 'slack');
select is((select count(*) from tests.claim()), 1::bigint, 'a seat that is freed goes to whoever comes');

select * from finish();
rollback;
