/**
 * The functions' way into the database without HTTP between: the same functions of the schema `pipeline` with the same
 * role, argument by name and result as JSON, as the Data API calls them.
 */
import type {
  Json,
  PipelineDatabase,
  RpcArguments,
  RpcName,
  RpcResult,
} from "@shared/db/pipeline_database.ts";
import { PipelineError } from "@shared/http/problem.ts";
import { z } from "zod";
import { type Database, quoteIdentifier } from "../local/database/database.ts";

interface Signature {
  readonly argument_names: string[] | null;
  readonly argument_types: string[];
  readonly many: boolean;
  readonly nothing: boolean;
}

/** May answer a call in the database's place; undefined leaves it to the database. */
export type Instead = (
  name: RpcName,
  args: Readonly<Record<string, unknown>>,
) => { answer: Json } | undefined;

export function inProcessDatabase(database: Database, instead: Instead = () => undefined): PipelineDatabase {
  const signatures = new Map<string, Promise<Signature>>();
  return {
    async call<N extends RpcName>(name: N, args: RpcArguments<N>, signal?: AbortSignal) {
      signal?.throwIfAborted();
      const named: Readonly<Record<string, unknown>> = Object.fromEntries(Object.entries(args ?? {}));
      const answered = instead(name, named);
      if (answered !== undefined) return answered.answer as RpcResult<N>;
      const signature = signatures.get(name) ?? signatureOf(database, name);
      signatures.set(name, signature);
      const answer = await ask(database, name, await signature, named);
      signal?.throwIfAborted();
      return answer as RpcResult<N>;
    },
  };
}

async function ask(
  database: Database,
  name: string,
  { argument_names, argument_types, many, nothing }: Signature,
  args: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  const given = Object.keys(args).filter((argument) => args[argument] !== undefined);
  const typed = given.map((argument) => {
    const type = argument_types[argument_names?.indexOf(argument) ?? -1];
    if (type === undefined) throw new TypeError(`pipeline.${name} takes no argument '${argument}'`);
    return `${quoteIdentifier(argument)} ${type}`;
  });
  const passed = given.map((argument) => `${quoteIdentifier(argument)} => a.${quoteIdentifier(argument)}`);
  const from = given.length === 0
    ? ""
    : `jsonb_to_record($1::text::jsonb) as a(${typed.join(", ")}) cross join lateral `;
  const sql = `select to_jsonb(r) as r from ${from}pipeline.${quoteIdentifier(name)}(${passed.join(", ")}) r`;
  try {
    const rows = await database.transaction(async (transaction) => {
      await transaction.query("set local role service_role");
      return await transaction.query<{ r: Json }>(sql, given.length === 0 ? [] : [JSON.stringify(args)]);
    });
    if (nothing) return undefined;
    return many ? rows.map(({ r }) => r) : rows[0]?.r ?? null;
  } catch (thrown) {
    throw asPipelineError(name, thrown);
  }
}

async function signatureOf(database: Database, name: string): Promise<Signature> {
  const [found, other] = await database.query<Signature>(
    `select p.proargnames as argument_names, p.proretset as many, p.prorettype = 'void'::regtype as nothing,
            array(select format_type(t, null) from unnest(p.proargtypes) with ordinality u(t, nth) order by nth) as argument_types
       from pg_proc p where p.pronamespace = 'pipeline'::regnamespace and p.proname = $1`,
    [name],
  );
  if (found === undefined || other !== undefined) {
    throw new TypeError(`There is not exactly one function pipeline.${name}`);
  }
  return found;
}

const ours = z.object({ code: z.string(), message: z.string(), hint: z.string().nullish() });

/** As the Data API tells it: `sqlstate 'PGRST'` carries our code as JSON. */
function asPipelineError(name: string, thrown: unknown): unknown {
  const failure = z.object({ code: z.string(), message: z.string() }).safeParse(thrown).data;
  if (failure === undefined) return thrown;
  if (failure.code === "PGRST") {
    const { code, message, hint } = ours.parse(JSON.parse(failure.message));
    return new PipelineError({ code, message, status: 400, ...(hint && { hint }) }, { cause: thrown });
  }
  return new PipelineError({
    code: "database_refused",
    message: `The database refused '${name}' with ${failure.code}: ${failure.message}`,
    status: 500,
    details: { sqlstate: failure.code },
  }, { cause: thrown });
}
