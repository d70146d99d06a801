/**
 * One statement with bound parameters on the project's database. Bound, so that a secret is no part of a statement's
 * text, which Postgres may log or list.
 */
import postgres from "postgres";
import { z } from "zod";
import type { DatabaseAddress } from "./database_address.ts";
import type { ManagementApi } from "./management_api.ts";
import { StepFailed } from "./step.ts";

export type Row = Readonly<Record<string, unknown>>;

export interface DatabaseConsole {
  /** @throws {StepFailed} with the database's message */
  query(statement: string, parameters: readonly string[]): Promise<readonly Row[]>;
  close(): Promise<void>;
}

const rows = z.array(z.record(z.string(), z.unknown()));

/** Through the platform: needs the access token only. */
export function consoleOfProject(api: ManagementApi): DatabaseConsole {
  return {
    async query(statement, parameters) {
      const answer = rows.safeParse(
        await api.request("POST", "/database/query", { query: statement, parameters }),
      );
      if (!answer.success) {
        throw new StepFailed("The platform's query endpoint answered in another form than rows.");
      }
      return answer.data;
    },
    close: () => Promise.resolve(),
  };
}

/** Through a connection of its own. */
export function consoleOfDatabase({ url, password }: DatabaseAddress): DatabaseConsole {
  const sql = postgres(url, { password, max: 1, connect_timeout: 15, prepare: false, onnotice: () => {} });
  return {
    async query(statement, parameters) {
      try {
        return [...await sql.unsafe(statement, [...parameters])];
      } catch (error) {
        throw new StepFailed(`The database says: ${error instanceof Error ? error.message : error}`);
      }
    },
    close: () => sql.end({ timeout: 5 }),
  };
}
