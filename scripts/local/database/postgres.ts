// An optional peer of @supabase/lite: Deno gives it the package only when somebody asks for it.
import "postgres";
import { createPostgresConnection } from "@supabase/lite/postgres";
import {
  type Database,
  type Queryable,
  quoteIdentifier,
  type ScriptOptions,
  type StatementResult,
} from "./database.ts";
import { alwaysSwitchRole } from "./request_roles.ts";
import { type Session, SessionPool } from "./session_pool.ts";

type PostgresConnection = ReturnType<typeof createPostgresConnection>;

/** Well below the server's limit, and enough for all that a stack does at once. */
const SESSIONS = 12;

const LEAVE_NO_TRACE = "rollback; reset session authorization; reset all;";

/**
 * A real Postgres at `url`, reached as the role the URL names. It brings the roles, pg_cron and the extension files
 * itself (scripts/postgres prepares one); what is missing of them is created when that role may.
 */
export async function openPostgres(url: string): Promise<Database> {
  const connection = createPostgresConnection({
    url,
    postgresOptions: {
      // The driver counts the failures of all its connections together: a crash of a second would cost twenty.
      backoff: () => 0.1,
      onnotice: () => {},
      connection: { search_path: '"$user", public, extensions' },
      types: {
        // The Data API hands over jsonb arguments as text already; the driver's own type would encode them again.
        jsonb: {
          to: 3802,
          from: [3802],
          serialize: (value: unknown) => typeof value === "string" ? value : JSON.stringify(value),
          parse: (text: string) => JSON.parse(text),
        },
      },
    },
  });
  try {
    await connection.driver`select 1`;
  } catch (cause) {
    await connection.close();
    throw new Error(
      `Cannot reach the database of DATABASE_URL: ${cause instanceof Error ? cause.message : cause}`,
      {
        cause,
      },
    );
  }
  alwaysSwitchRole(connection);
  const sessions = new SessionPool(connection.driver, SESSIONS);
  // The Data API takes its sessions from the driver.
  Reflect.set(connection.driver, "reserve", () => sessions.acquire());
  return new PostgresDatabase(connection, sessions);
}

class PostgresDatabase implements Database {
  readonly kind = "postgres";
  readonly #sessions: SessionPool;

  constructor(readonly connection: PostgresConnection, sessions: SessionPool) {
    this.#sessions = sessions;
  }

  exclusive<T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    return task();
  }

  async query<Row>(sql: string, parameters: readonly unknown[] = [], signal?: AbortSignal): Promise<Row[]> {
    signal?.throwIfAborted();
    const session = await this.#sessions.acquire();
    try {
      return await ask<Row>(session, sql, parameters);
    } finally {
      session.release();
    }
  }

  async script(sql: string, { role, keepsSchema, signal }: ScriptOptions = {}): Promise<StatementResult[]> {
    signal?.throwIfAborted();
    const session = await this.#sessions.acquire();
    try {
      if (role !== undefined) await session.unsafe(`set role ${quoteIdentifier(role)}`).simple();
      return readResults(await session.unsafe(sql).simple());
    } finally {
      await session.unsafe(LEAVE_NO_TRACE).simple().catch(() => {});
      session.release();
      if (!keepsSchema) {
        await this.#sessions.learnTypes();
        await this.connection.clearSchemaCache();
      }
    }
  }

  async transaction<T>(work: (transaction: Queryable) => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    const session = await this.#sessions.acquire();
    try {
      await session.unsafe("begin").simple();
      const result = await work({
        query: <Row>(sql: string, parameters: readonly unknown[] = []) => ask<Row>(session, sql, parameters),
      });
      await session.unsafe("commit").simple();
      return result;
    } catch (error) {
      await session.unsafe("rollback").simple().catch(() => {});
      throw error;
    } finally {
      session.release();
    }
  }

  async listen(channel: string, callback: (payload: string) => void): Promise<() => Promise<void>> {
    const listening = await this.connection.driver.listen(channel, callback);
    return () => listening.unlisten();
  }

  async close(): Promise<void> {
    await Promise.all([this.#sessions.end(), this.connection.driver.end({ timeout: 5 })]);
  }
}

async function ask<Row>(session: Session, sql: string, parameters: readonly unknown[]): Promise<Row[]> {
  const values = parameters.map((value) => value === undefined ? null : value);
  const rows: Iterable<Row> = await session.unsafe(sql, values);
  return [...rows];
}

/** The simple protocol answers one result, or a list of them when the script has several statements. */
function readResults(answer: unknown): StatementResult[] {
  if (!Array.isArray(answer)) return [];
  const several = answer.length > 0 && answer.every((part) => Array.isArray(part) && "command" in part);
  return (several ? answer : [answer]).map(readResult);
}

function readResult(result: unknown): StatementResult {
  const rows = Array.isArray(result) ? result.map((row: Record<string, unknown>) => ({ ...row })) : [];
  const { columns, command, count } = Object(result);
  return {
    columns: Array.isArray(columns) ? columns.map((column: { name: string }) => column.name) : [],
    rows,
    affected: command === "SELECT" || typeof count !== "number" ? 0 : count,
  };
}
