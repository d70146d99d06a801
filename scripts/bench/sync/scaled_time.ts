/**
 * Platform time for a real database and the workplace: an hour of a platform's limits passes in minutes. The functions run
 * unchanged; what they tell the database of seconds is divided on its way in, and `pipeline.now()` runs with the
 * workplace's clock.
 */
import type { Database } from "../../local/database/database.ts";

/** A clock whose pace can be changed while it runs; what it has shown stays as it was. */
export class PlatformTime {
  #scale: number;
  #shown: number;
  #since: number;

  constructor(scale: number, readonly machine: () => number = Date.now) {
    this.#scale = scale;
    this.#since = machine();
    this.#shown = this.#since;
  }

  /** Platform seconds for each second of this machine. */
  get scale(): number {
    return this.#scale;
  }

  readonly now = (): Date => new Date(Math.round(this.#shown + (this.machine() - this.#since) * this.#scale));

  /** Lets platform seconds pass at once. */
  advance(seconds: number): void {
    this.#shown += seconds * 1000;
  }

  /** From now on at another pace. */
  runAt(scale: number): void {
    this.#shown = this.now().getTime();
    this.#since = this.machine();
    this.#scale = scale;
  }
}

/**
 * Puts scaled doors before `reserve`, `hold_back`, `yield`, `fail` and the backoff of retries. A wait that is longer than
 * its caller would wait for is told in platform seconds, because the caller compares it with platform seconds and
 * hands it back to `yield`; a shorter one in seconds of this machine, because the caller sleeps it.
 */
export async function scaleTime(database: Database, time: PlatformTime): Promise<void> {
  const by = "private.platform_pace()";
  await followTime(database, time);
  await database.script(`
    alter function pipeline.reserve rename to reserve_unscaled;
    create function pipeline.reserve(
      p_key text, p_allowed int, p_period_seconds float8, p_longest_wait_seconds float8 default null, p_units int default 1
    ) returns float8 language plpgsql set search_path = '' as $$
    declare
      v_wait float8 := pipeline.reserve_unscaled(p_key, p_allowed, p_period_seconds / ${by}, p_longest_wait_seconds / ${by}, p_units);
    begin
      return case when v_wait > p_longest_wait_seconds / ${by} then v_wait * ${by} else v_wait end;
    end $$;
    alter function pipeline.hold_back rename to hold_back_unscaled;
    create function pipeline.hold_back(p_key text, p_seconds float8, p_allowed int default null, p_period_seconds float8 default null)
    returns void language sql set search_path = '' as $$
      select pipeline.hold_back_unscaled(p_key, p_seconds / ${by}, p_allowed, p_period_seconds / ${by})
    $$;
    alter function pipeline.yield rename to yield_unscaled;
    create function pipeline.yield(p_ticket bigint, p_lease uuid, p_progress jsonb, p_delay interval default '0', p_reason jsonb default null)
    returns text language sql set search_path = '' as $$
      select pipeline.yield_unscaled(p_ticket, p_lease, p_progress, p_delay / ${by}, p_reason)
    $$;
    alter function pipeline.fail rename to fail_unscaled;
    create function pipeline.fail(p_ticket bigint, p_lease uuid, p_error jsonb, p_retry_in interval default null, p_final boolean default false)
    returns text language sql set search_path = '' as $$
      select pipeline.fail_unscaled(p_ticket, p_lease, p_error, p_retry_in / ${by}, p_final)
    $$;
    alter function private.backoff rename to backoff_unscaled;
    create function private.backoff(p_kind pipeline.ticket_kinds, p_times int) returns interval
    language sql volatile set search_path = '' as $$
      select private.backoff_unscaled(p_kind, p_times) / ${by}
    $$;
    grant execute on all functions in schema pipeline to service_role;
    grant execute on function private.backoff(pipeline.ticket_kinds, int), private.platform_pace() to service_role;
  `);
}

/** Sets the database's time to the platforms' and its pace to theirs; again after every change of either. */
export async function followTime(database: Database, time: PlatformTime): Promise<void> {
  const [here] = await database.query<{ now: string }>("select clock_timestamp()::text as now");
  await database.script(`
    create or replace function private.platform_pace() returns float8
    language sql stable set search_path = '' as $$ select ${time.scale}::float8 $$;
    create or replace function pipeline.now() returns timestamptz
    language sql stable security definer set search_path = '' as $$
      select '${time.now().toISOString()}'::timestamptz + (pg_catalog.now() - '${here?.now}'::timestamptz) * ${time.scale}::float8 + c.ahead from pipeline.clock c
    $$;
  `);
}
