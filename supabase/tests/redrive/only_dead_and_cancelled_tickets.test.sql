-- What is done stays done, what lives needs no second life.
begin;
select plan(4);

select tests.kind();
select tests.as_service();
select id as done, lease from tests.held() \gset
select pipeline.finish(jsonb_build_array(jsonb_build_object('id', :done, 'lease', :'lease')));
select tests.queued() as waiting, tests.queued() as cancelled \gset
select pipeline.cancel(:cancelled);

select tests.throws_code(format('select pipeline.redrive(%s)', :done), 'not_redrivable', 'not a done one');
select tests.throws_code(format('select pipeline.redrive(%s)', :waiting), 'not_redrivable', 'not a live one');
select tests.throws_code('select pipeline.redrive(99999999)', 'not_redrivable', 'not one that never was');
select isnt(pipeline.redrive(:cancelled), null, 'a cancelled one');

select * from finish();
rollback;
