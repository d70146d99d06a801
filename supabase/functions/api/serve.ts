/** Serves the function: nothing is read or opened before the first request. */
import { createUserVerifier } from "@shared/auth/user.ts";
import { createKeyRing, type KeyRing } from "@shared/crypto/key_ring.ts";
import { createPipelineDatabase } from "@shared/db/pipeline_database.ts";
import { waitUntil } from "@shared/http/edge_runtime.ts";
import { createEgress } from "@shared/http/egress.ts";
import { environmentReader } from "@shared/http/environment.ts";
import { createLog } from "@shared/http/log.ts";
import { problemResponse } from "@shared/http/problem.ts";
import { type ApiContext, type ApiEnvironment, VARIABLES } from "./api_context.ts";
import { createApp } from "./app.ts";
import { createOwnRows } from "./own_rows.ts";

export function serveApi(): void {
  const read = environmentReader("api", VARIABLES);
  let answer: ((request: Request) => Response | Promise<Response>) | undefined;
  Deno.serve(async (request) => {
    try {
      answer ??= createApp(openContext(read())).fetch;
      return await answer(request);
    } catch (thrown) {
      createLog().error("function_cannot_start", { function: "api", error: thrown });
      return problemResponse(thrown instanceof Error ? thrown : new Error("unknown"));
    }
  });
}

function openContext(environment: ApiEnvironment): ApiContext {
  const log = createLog({ level: environment.LOG_LEVEL, fields: { function: "api" } });
  const { SUPABASE_URL, SUPABASE_JWT_SECRET, JWT_ISSUER } = environment;
  const { SLACK_BASE_URL, GOOGLE_BASE_URL, NOTION_BASE_URL } = environment;
  const own = createEgress({ log: log.with({ step: "database" }), overrides: [SUPABASE_URL] });
  const now = () => new Date();
  let ring: Promise<KeyRing> | undefined;
  return {
    environment,
    database: createPipelineDatabase({
      url: SUPABASE_URL,
      secretKey: environment.SUPABASE_SECRET_KEYS.default,
      fetch: own,
    }),
    ownRows: createOwnRows({
      url: SUPABASE_URL,
      publishableKey: environment.SUPABASE_PUBLISHABLE_KEYS.default,
      fetch: own,
    }),
    egress: createEgress({ log, overrides: [SLACK_BASE_URL, GOOGLE_BASE_URL, NOTION_BASE_URL] }),
    verifyUser: createUserVerifier({
      supabaseUrl: SUPABASE_URL,
      egress: own,
      now,
      ...(SUPABASE_JWT_SECRET && { jwtSecret: SUPABASE_JWT_SECRET }),
      ...(JWT_ISSUER && { issuer: JWT_ISSUER }),
    }),
    keyRing: () =>
      ring ??= createKeyRing(
        environment.INTEGRATION_ENCRYPTION_KEY,
        environment.INTEGRATION_ENCRYPTION_KEYS_OLD,
      ),
    log,
    now,
    background: (work) => waitUntil(work, (error) => log.error("background_work_failed", { error })),
  };
}
