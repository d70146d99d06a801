import { setImmediate } from "node:timers/promises";
import { createPgliteConnection } from "@supabase/lite/pglite";
import { vector } from "@electric-sql/pglite/vector";
import type { PGlite } from "@electric-sql/pglite";
import { Lock } from "../lock.ts";
import {
  type Database,
  type Queryable,
  quoteIdentifier,
  type ScriptOptions,
  type StatementResult,
} from "./database.ts";
import { alwaysSwitchRole } from "./request_roles.ts";
import { dropTemplate, keepTemplate, readTemplate } from "./template.ts";

type PgliteConnection = Awaited<ReturnType<typeof createPgliteConnection>>;

/** As pinned in import_map.json: another version's data folder is another template. */
export const PGLITE_VERSION = "0.4.5";

const EXTENSIONS = new URL("../extensions/", import.meta.url);
const OTHERS_WAIT_MS = 5;
const EXTENSION_FOLDER = "/pglite/share/postgresql/extension";

/** Hosted projects look in `extensions` too. */
const SEARCH_PATH = `set search_path = "$user", public, extensions`;
const LEAVE_NO_TRACE = `rollback; reset session authorization; reset all; ${SEARCH_PATH};`;

/** Postgres in WASM, in memory, with pgvector, pgcrypto and our SQL-only pg_cron, pg_net and Vault on offer. */
export async function openPglite(): Promise<Database> {
  const connection = await keepingExitCode(startPglite);
  const driver = connection.driver;
  await installExtensionFiles(driver);
  await driver.exec(SEARCH_PATH);
  alwaysSwitchRole(connection);
  return new PgliteDatabase(driver, connection);
}

async function startPglite(): Promise<PgliteConnection> {
  const template = await readTemplate(PGLITE_VERSION);
  if (template) {
    const copy = await createPgliteConnection({
      pgliteOptions: { extensions: { vector }, loadDataDir: template },
    });
    try {
      await copy.driver.waitReady;
      return copy;
    } catch {
      // Cut short or damaged. A fresh start costs seconds and needs nothing of it.
      await dropTemplate(PGLITE_VERSION);
    }
  }
  const fresh = await createPgliteConnection({ pgliteOptions: { extensions: { vector } } });
  await fresh.driver.waitReady;
  await keepTemplate(PGLITE_VERSION, await fresh.driver.dumpDataDir("none"));
  return fresh;
}

async function installExtensionFiles(driver: PGlite): Promise<void> {
  for await (const file of Deno.readDir(EXTENSIONS)) {
    if (!/\.(control|sql)$/.test(file.name)) continue;
    const text = await Deno.readTextFile(new URL(file.name, EXTENSIONS));
    driver.Module.FS.writeFile(`${EXTENSION_FOLDER}/${file.name}`, text);
  }
}

/**
 * PGlite 0.4.5 sets this process's exit code to 99 when it starts and to 100 at each error of a statement (the
 * runtime it is compiled with takes a long jump for an exit). Left there, a run that went well would fail.
 */
async function keepingExitCode<T>(task: () => Promise<T>): Promise<T> {
  const before = Deno.exitCode;
  try {
    return await task();
  } finally {
    if (Deno.exitCode === 99 || Deno.exitCode === 100) Deno.exitCode = before;
  }
}

class PgliteDatabase implements Database {
  readonly kind = "pglite";
  readonly #lock = new Lock();
  #othersRan = 0;

  constructor(
    readonly driver: PGlite,
    readonly connection: PgliteConnection,
  ) {}

  exclusive<T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    return this.#lock.run(async () => {
      await this.#letOthersRun();
      return await keepingExitCode(task);
    }, signal);
  }

  query<Row>(sql: string, parameters: readonly unknown[] = [], signal?: AbortSignal): Promise<Row[]> {
    return this.exclusive(async () => (await this.driver.query<Row>(sql, [...parameters])).rows, signal);
  }

  script(sql: string, { role, keepsSchema, signal }: ScriptOptions = {}): Promise<StatementResult[]> {
    return this.exclusive(async () => {
      try {
        if (role !== undefined) await this.driver.exec(`set role ${quoteIdentifier(role)}`);
        const results = await this.driver.exec(sql);
        return results.map((result) => ({
          columns: result.fields.map((field) => field.name),
          rows: result.rows,
          affected: result.affectedRows ?? 0,
        }));
      } finally {
        await this.driver.exec(LEAVE_NO_TRACE);
        if (!keepsSchema) await this.connection.clearSchemaCache();
      }
    }, signal);
  }

  transaction<T>(work: (transaction: Queryable) => Promise<T>, signal?: AbortSignal): Promise<T> {
    return this.exclusive(() =>
      this.driver.transaction((transaction) =>
        work({
          query: async <Row>(sql: string, parameters: readonly unknown[] = []) =>
            (await transaction.query<Row>(sql, [...parameters])).rows,
        })
      ), signal);
  }

  async listen(channel: string, callback: (payload: string) => void): Promise<() => Promise<void>> {
    const stop = await this.exclusive(() => this.driver.listen(channel, callback));
    return () => this.driver.closed ? Promise.resolve() : this.exclusive(() => stop());
  }

  /**
   * PGlite answers without ever leaving this thread, so callers that ask in a loop would keep timers and sockets
   * from being looked at. Every few milliseconds they get their turn.
   */
  async #letOthersRun(): Promise<void> {
    if (performance.now() - this.#othersRan < OTHERS_WAIT_MS) return;
    await setImmediate();
    this.#othersRan = performance.now();
  }

  async close(): Promise<void> {
    await this.exclusive(() => this.connection.close());
  }
}
