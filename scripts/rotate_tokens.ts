/**
 * `deno task rotate-tokens`: seals every stored platform token with the active key, so that an old key can be thrown
 * away. It works from outside the project, through its API, and may be stopped and run again.
 *
 * Reads, from the environment or `.env`: SUPABASE_URL, SUPABASE_SERVICE_ROLE_KEY (a secret key of the project),
 * INTEGRATION_ENCRYPTION_KEY (the new key) and INTEGRATION_ENCRYPTION_KEYS_OLD (those before).
 */
import { resealTokens } from "@shared/connections/reseal_tokens.ts";
import { createKeyRing } from "@shared/crypto/key_ring.ts";
import { createPipelineDatabase } from "@shared/db/pipeline_database.ts";
import { createEgress } from "@shared/http/egress.ts";
import { environmentReader, type EnvironmentSource } from "@shared/http/environment.ts";
import { createLog } from "@shared/http/log.ts";
import { PipelineError } from "@shared/http/problem.ts";
import { readOperatorVariables } from "./local/operator_variables.ts";
import { PROJECT_ROOT } from "./local/project_root.ts";

const VARIABLES = [
  "SUPABASE_URL",
  "SUPABASE_SECRET_KEYS",
  "INTEGRATION_ENCRYPTION_KEY",
  "INTEGRATION_ENCRYPTION_KEYS_OLD",
] as const;

if (import.meta.main) {
  const operator = await readOperatorVariables(PROJECT_ROOT);
  Deno.exit(await rotateTokens((name) => operator[name], say));
}

/** @returns the exit code: 0 when the active key alone is in use */
export async function rotateTokens(
  source: EnvironmentSource,
  print: (line: string) => void,
): Promise<number> {
  try {
    const environment = environmentReader("rotate-tokens", VARIABLES, source)();
    const ring = await createKeyRing(
      environment.INTEGRATION_ENCRYPTION_KEY,
      environment.INTEGRATION_ENCRYPTION_KEYS_OLD,
    );
    const database = createPipelineDatabase({
      url: environment.SUPABASE_URL,
      secretKey: environment.SUPABASE_SECRET_KEYS.default,
      fetch: createEgress({ log: createLog({ level: "warn" }), overrides: [environment.SUPABASE_URL] }),
    });
    const { resealed, changedMeanwhile, unreadable } = await resealTokens({
      database,
      ring,
      onBatch: ({ resealed }) => print(`${resealed} connections sealed anew …`),
    });
    print(`Connections sealed anew with key ${ring.activeKid}: ${resealed}`);
    if (changedMeanwhile > 0) print(`Renewed meanwhile, look again: ${changedMeanwhile}`);
    if (unreadable > 0) print(`Sealed with a key that is not given here, left as they are: ${unreadable}`);
    const inUse = await database.call("token_keys_in_use", {});
    for (const { kid, tokens } of inUse) print(`Key ${kid} seals ${tokens} tokens.`);
    const others = inUse.filter(({ kid }) => kid !== ring.activeKid);
    if (others.length > 0) {
      print("Keep the other keys in INTEGRATION_ENCRYPTION_KEYS_OLD, and run this again.");
      return 1;
    }
    print("No other key is in use: INTEGRATION_ENCRYPTION_KEYS_OLD can be emptied.");
    return 0;
  } catch (thrown) {
    if (!(thrown instanceof PipelineError)) throw thrown;
    print(`${thrown.message}${thrown.hint === undefined ? "" : ` ${thrown.hint}`}`);
    print("What was sealed anew before stays so; run it again to do the rest.");
    return 1;
  }
}

function say(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}
