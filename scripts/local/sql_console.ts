import { z } from "zod";
import type { Database, StatementResult } from "./database/database.ts";

/** Where the gateway answers it; nothing of the platform lives under this path. */
export const SQL_PATH = "/local/v1/sql";

const Ask = z.object({ sql: z.string().min(1) });

/** The operator's way into the database of a running stack: PGlite has no URL of its own. Needs the secret key. */
export async function answerSql(database: Database, secretKey: string, request: Request): Promise<Response> {
  if (request.method !== "POST") return refuse(405, 'Ask with POST and a JSON body {"sql": …}');
  if (request.headers.get("apikey") !== secretKey) {
    return refuse(401, "The SQL console needs the stack's secret key");
  }
  const ask = Ask.safeParse(await request.json().catch(() => undefined));
  if (!ask.success) return refuse(400, 'The body must be JSON: {"sql": "select …"}');
  try {
    const results = await database.script(ask.data.sql);
    return Response.json({ results: results.map(plainResult) });
  } catch (error) {
    const { message, code, detail, hint } = Object(error);
    return Response.json({ message: message ?? String(error), code, detail, hint }, { status: 400 });
  }
}

/** What the answer holds, for whoever asked. */
export const SqlAnswer = z.object({
  results: z.array(z.object({
    columns: z.array(z.string()),
    rows: z.array(z.record(z.string(), z.unknown())),
    affected: z.number(),
  })),
}) satisfies z.ZodType<{ results: StatementResult[] }>;

function plainResult(result: StatementResult): StatementResult {
  const rows = result.rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([column, value]) => [column, plainValue(value)]))
  );
  return { ...result, rows };
}

/** JSON has neither big integers nor bytes. */
function plainValue(value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Uint8Array) return `\\x${value.toHex()}`;
  return value;
}

function refuse(status: number, message: string): Response {
  return Response.json({ message }, { status });
}
