-- Without the Vault's values nobody can be woken: the ticket is kept all the same, and the wake-up stands there unanswered.
begin;
set local client_min_messages = error;
select plan(6);

select tests.kind('test');
delete from vault.secrets where name in ('functions_url', 'wake_up_secret');
select tests.as_service();
select tests.lives($$select pipeline.enqueue('test', p_priority => 0)$$, 'a waiting person''s ticket is taken');
select is((select count(*) from pipeline.work_tickets where kind = 'test'), 1::bigint, 'and kept');
select is((select count(*) from pipeline.wake_ups where function_name = 'test-function' and answered_at is null), 1::bigint, 'its wake-up is unanswered');
select tests.lives('select pipeline.tick()', 'the tick does its other work');
select tests.as_owner();
select is(tests.code_of($$select private.post_signed('test-function', '{}')$$), 'vault_incomplete', 'what is missing has a name');
select matches(tests.error_of($$select private.post_signed('test-function', '{}')$$) ->> 'message', 'functions_url', 'and is named');

select * from finish();
rollback;
