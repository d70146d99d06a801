/**
 * The real schema in a database of this process, called as the functions call it: what SQL guards is judged in SQL. Over
 * HTTP a call takes twenty times as long, and this corpus makes thousands.
 */
import { PipelineError } from "@shared/http/problem.ts";
import type { PipelineDatabase } from "@shared/db/pipeline_database.ts";
import { DataApi, newApiKeys } from "../../scripts/local/data_api.ts";
import type { Database } from "../../scripts/local/database/database.ts";
import { migrate } from "../../scripts/local/database/migrate.ts";
import { openPglite } from "../../scripts/local/database/pglite.ts";
import { prepareDatabase } from "../../scripts/local/database/prepare.ts";

export interface OpenedDatabase extends AsyncDisposable {
  /** Straight to the tables. */
  readonly sql: Database;
  /** The schema `pipeline`, as the functions have it. */
  readonly pipeline: PipelineDatabase;
}

export async function openDatabase(): Promise<OpenedDatabase> {
  const sql = await openPglite();
  await prepareDatabase(sql, () => new DataApi(sql, newApiKeys()).ensureAuth());
  await migrate(sql, { migrations: new URL("../../supabase/migrations/", import.meta.url) });
  const functions = new Map(
    (await sql.query<SqlFunction>(
      `select p.proname as name, p.proretset as set, p.prorettype = 'void'::regtype as nothing, (
                select jsonb_object_agg(n.name, format_type(t.oid, null))
                  from unnest(p.proargnames) with ordinality n(name, place)
                  join unnest(coalesce(p.proallargtypes, p.proargtypes::oid[])) with ordinality t(oid, place) using (place)
                 where n.name like 'p\\_%') as parameters
         from pg_proc p where p.pronamespace = 'pipeline'::regnamespace`,
    )).map((row) => [row.name, row]),
  );

  async function call(name: string, args: Readonly<Record<string, unknown>>): Promise<unknown> {
    const known = functions.get(name);
    const given = Object.entries(args).filter(([, value]) => value !== undefined);
    const typeOf = (parameter: string) => known?.parameters?.[parameter] ?? "text";
    const places = given.map(([parameter], at) => `${parameter} => $${at + 1}::text::${typeOf(parameter)}`)
      .join(", ");
    const answer = known?.set ? "coalesce(jsonb_agg(to_jsonb(x)), '[]')" : "to_jsonb(x)";
    try {
      const [row] = await sql.query<{ answer: unknown }>(
        known?.nothing
          ? `select null as answer from (select pipeline.${name}(${places})) x`
          : `select ${answer} as answer from pipeline.${name}(${places}) x`,
        given.map(([parameter, value]) => asText(value, typeOf(parameter))),
      );
      return row?.answer ?? null;
    } catch (thrown) {
      throw asPipelineError(name, thrown);
    }
  }
  return {
    sql,
    pipeline: {
      async call(name, args, signal) {
        signal?.throwIfAborted();
        const answer = await call(name, args as Record<string, unknown>);
        signal?.throwIfAborted();
        return answer as never;
      },
    },
    [Symbol.asyncDispose]: () => sql.close(),
  };
}

interface SqlFunction {
  readonly name: string;
  readonly set: boolean;
  readonly nothing: boolean;
  readonly parameters: Readonly<Record<string, string>> | null;
}

/** A value as Postgres reads it from text. */
function asText(value: unknown, type: string): string | null {
  if (value === null) return null;
  if (type === "jsonb" || type === "json") return JSON.stringify(value);
  if (Array.isArray(value)) {
    return `{${value.map((one) => `"${String(one).replace(/["\\]/g, "\\$&")}"`).join(",")}}`;
  }
  return String(value);
}

/** As the Data API tells it: our own errors by their code, everything else by one. */
function asPipelineError(name: string, thrown: unknown): unknown {
  if (!(thrown instanceof Error) || !("code" in thrown)) return thrown;
  if (thrown.code !== "PGRST") {
    return new PipelineError({
      code: "database_refused",
      message: `The database refused '${name}' with ${thrown.code}.`,
      status: 500,
    }, { cause: thrown });
  }
  const said = JSON.parse(thrown.message);
  return new PipelineError({ code: said.code, message: said.message, status: 422 });
}
