import type { ApiKeys, DataApi } from "./data_api.ts";
import type { Database } from "./database/database.ts";
import type { FunctionsHost } from "./functions_host.ts";
import { answerSql, SQL_PATH } from "./sql_console.ts";

/** Stands around a request to the Data API: it may wait, answer by itself, or drop the true answer. */
export type AroundData = (
  request: Request,
  answer: (request: Request) => Promise<Response>,
) => Promise<Response>;

/** The port of `supabase start`, so that clients configured for it find this stack as well. */
const USUAL_PORT = 54_321;
const PORTS_TRIED = 20;
/** What is still being answered when the gateway closes gets this long. */
const CLOSE_GRACE_MS = 2_000;

export interface GatewayOptions {
  readonly database: Database;
  readonly dataApi: Pick<DataApi, "fetch">;
  readonly functions: Pick<FunctionsHost, "fetch">;
  readonly keys: ApiKeys;
  /** For tests that break the way to the database. */
  readonly aroundData?: AroundData;
  /** A port that is taken is an error when asked for by number; by default the next free one is used. 0: any. */
  readonly port?: number;
}

export interface Gateway {
  /** Without a slash at the end. */
  readonly url: string;
  close(): Promise<void>;
}

/** One address for everything, as a project's URL is: `/rest/v1`, `/auth/v1`, `/functions/v1`; `/` tells its health. */
export function startGateway(options: GatewayOptions): Gateway {
  const server = listen(options.port, (request) => route(options, request));
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    async close() {
      const late = Promise.withResolvers<void>();
      const timer = setTimeout(late.resolve, CLOSE_GRACE_MS);
      // Its signal would cut off what is left, but a server that has begun to shut down throws at it past everyone.
      await Promise.race([server.shutdown(), late.promise]);
      clearTimeout(timer);
    },
  };
}

async function route(options: GatewayOptions, request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  try {
    if (/^\/(rest|auth)\/v1(\/|$)/.test(pathname)) {
      const answer = (request: Request) => options.dataApi.fetch(request);
      return await (options.aroundData?.(request, answer) ?? answer(request));
    }
    const name = /^\/functions\/v1\/([^/]+)/.exec(pathname)?.[1];
    if (name !== undefined) return await options.functions.fetch(name, request);
    if (pathname === SQL_PATH) return await answerSql(options.database, options.keys.secretKey, request);
    if (pathname === "/") {
      await options.database.query("select 1");
      return Response.json({ status: "ok", database: options.database.kind });
    }
    return Response.json({ message: `Nothing is served at ${pathname}` }, { status: 404 });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return Response.json({ message: `The local stack failed to answer: ${message}` }, { status: 500 });
  }
}

function listen(
  port: number | undefined,
  handler: Deno.ServeHandler,
): Deno.HttpServer<Deno.NetAddr> {
  const first = port ?? USUAL_PORT;
  const tries = port === undefined ? PORTS_TRIED : 1;
  for (let candidate = first; candidate < first + tries; candidate++) {
    try {
      return Deno.serve({ hostname: "127.0.0.1", port: candidate, onListen: () => {} }, handler);
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
  throw new Deno.errors.AddrInUse(
    port === undefined
      ? `Ports ${first} to ${first + tries - 1} are all taken: close another stack, or name a free port`
      : `Port ${port} is taken: close what listens there, or name another (0 takes any free one)`,
  );
}
