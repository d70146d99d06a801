-- A person's request on a project whose Vault was not filled is refused with what to do.
begin;
select plan(3);

select tests.kind();
delete from vault.secrets where name in ('functions_url', 'wake_up_secret');
select tests.as_service();

select tests.throws_code($$select pipeline.enqueue('test', p_priority => 0)$$, 'vault_incomplete', 'it says that the Vault is incomplete');
select ok(tests.error_of($$select pipeline.enqueue('test', p_priority => 0)$$) ->> 'hint' like '%vault.create_secret%', 'and what to do');
select tests.lives($$select pipeline.enqueue('test', p_priority => 1)$$, 'due work can be queued all the same');

select * from finish();
rollback;
