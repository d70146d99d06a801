/**
 * Which schemas the project's Data API serves. Migrations cannot say it: hosted, it is a setting of the project.
 */
import { z } from "zod";
import type { ManagementApi } from "./management_api.ts";
import { StepFailed } from "./step.ts";

/** What our functions and people call; the same as `[api] schemas` in config.toml. */
export const EXPOSED_SCHEMAS = ["public", "pipeline"] as const;

/** What the platform writes when the Data API serves nothing. */
const NOTHING_EXPOSED = "pg_pgrst_no_exposed_schemas";

const settings = z.object({ db_schema: z.string() });

/** Adds what is missing and keeps what is there. Returns what was done. @throws {StepFailed} */
export async function exposeSchemas(api: ManagementApi): Promise<string> {
  try {
    const exposed = schemasOf(await api.request("GET", "/postgrest"));
    const missing = EXPOSED_SCHEMAS.filter((schema) => !exposed.includes(schema));
    if (missing.length === 0) return `already served: ${exposed.join(", ")}`;
    const wanted = [...exposed, ...missing];
    await api.request("PATCH", "/postgrest", { db_schema: wanted.join(",") });
    return `now served: ${wanted.join(", ")}`;
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    throw new StepFailed(
      `${error.message}\nBy hand: in the project's settings, Data API, add "pipeline" to the exposed schemas.`,
    );
  }
}

function schemasOf(answer: unknown): string[] {
  const parsed = settings.safeParse(answer);
  if (!parsed.success) throw new StepFailed("The platform described its Data API in an unknown form.");
  return parsed.data.db_schema.split(",").map((schema) => schema.trim())
    .filter((schema) => schema !== "" && schema !== NOTHING_EXPOSED);
}
