/**
 * What a deployment needs to know, all of it looked up before anything is touched.
 */
import { Buffer } from "node:buffer";
import { createKeyRing } from "../../supabase/functions/_shared/crypto/key_ring.ts";
import { type VariableName, VARIABLES } from "../../supabase/functions/_shared/http/environment.ts";
import type { PipelineError } from "../../supabase/functions/_shared/http/problem.ts";
import type { VariableSource } from "./dotenv_file.ts";
import { type DatabaseAddress, readDatabaseAddress } from "./database_address.ts";
import { functionFolders, variablesOf } from "./function_folders.ts";

/** Where hosted projects live. Another one only in tests. */
export interface Platform {
  readonly managementUrl: string;
  readonly projectHost: string;
  /** A profile file of the CLI that says the same. */
  readonly profile?: string;
}
export const SUPABASE: Platform = { managementUrl: "https://api.supabase.com", projectHost: "supabase.co" };

export interface HostedProject {
  readonly ref: string;
  readonly accessToken: string;
  readonly platform: Platform;
  /** Without it, the CLI lets the platform make a temporary login. */
  readonly databasePassword?: string;
}

export interface Settings {
  readonly workdir: string;
  /** Absent when one hosts Supabase oneself: then only the database is ours to set up. */
  readonly hosted?: HostedProject;
  /** The database by its URL; absent when it is reached through the hosted project. */
  readonly database?: DatabaseAddress;
  /** Where the database finds the functions. */
  readonly functionsUrl: string;
  readonly functionNames: readonly string[];
  /** What the functions read, by name; `WAKE_UP_SECRET` is always among them. */
  readonly functionSecrets: ReadonlyMap<string, string>;
  readonly wakeUpSecret: string;
  /** It was made just now, and must be kept in .env. */
  readonly wakeUpSecretIsNew: boolean;
}

export type ReadSettings =
  | { readonly ok: true; readonly settings: Settings }
  /** One sentence per thing that is missing or wrong; never a value. */
  | { readonly ok: false; readonly complaints: readonly string[] };

/** Reads everything, so that all that is missing is told at once. */
export async function readSettings(
  workdir: string,
  source: VariableSource,
  platform: Platform = SUPABASE,
): Promise<ReadSettings> {
  const complaints: string[] = [];
  const functionNames = await functionFolders(workdir);
  const databaseUrl = source("DEPLOY_DATABASE_URL");
  const hostsItself = source("SUPABASE_PROJECT_REF") === undefined && databaseUrl !== undefined;
  const hosted = hostsItself ? undefined : readHosted(source, platform, complaints);
  const database = readDatabaseAddress(databaseUrl, complaints);
  const givenUrl = source("DEPLOY_FUNCTIONS_URL");
  if (givenUrl !== undefined && !URL.canParse(givenUrl)) {
    complaints.push("DEPLOY_FUNCTIONS_URL is not a URL.");
  } else if (givenUrl === undefined && hostsItself) {
    complaints.push(
      "DEPLOY_FUNCTIONS_URL is missing: where your database reaches the functions, as in http://kong:8000/functions/v1.",
    );
  }
  const givenSecret = source("WAKE_UP_SECRET");
  const wakeUpSecret = givenSecret ?? newWakeUpSecret();
  const withSecret: VariableSource = (name) => name === "WAKE_UP_SECRET" ? wakeUpSecret : source(name);
  const functionSecrets = hostsItself
    ? new Map([["WAKE_UP_SECRET", wakeUpSecret]])
    : await readFunctionSecrets(workdir, functionNames, withSecret, complaints);
  if (complaints.length > 0) return { ok: false, complaints };
  return {
    ok: true,
    settings: {
      workdir,
      hosted,
      database,
      functionsUrl: (givenUrl ?? `https://${hosted?.ref}.${platform.projectHost}/functions/v1`).replace(
        /\/+$/,
        "",
      ),
      functionNames,
      functionSecrets,
      wakeUpSecret,
      wakeUpSecretIsNew: givenSecret === undefined,
    },
  };
}

/** 256 random bits, in an alphabet that survives every file and shell. */
function newWakeUpSecret(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64url");
}

function readHosted(
  source: VariableSource,
  platform: Platform,
  complaints: string[],
): HostedProject | undefined {
  const ref = source("SUPABASE_PROJECT_REF");
  if (ref === undefined) {
    complaints.push(
      "SUPABASE_PROJECT_REF is missing: the project's reference, the 20 letters in its dashboard's address. " +
        "(If you host Supabase yourself: DEPLOY_DATABASE_URL and DEPLOY_FUNCTIONS_URL instead.)",
    );
  } else if (!/^[a-z]{20}$/.test(ref)) {
    complaints.push(
      "SUPABASE_PROJECT_REF is not a project's reference: it has 20 lower-case letters and stands in the address of the project's dashboard.",
    );
  }
  const accessToken = source("SUPABASE_ACCESS_TOKEN");
  if (accessToken === undefined) {
    complaints.push(
      "SUPABASE_ACCESS_TOKEN is missing: make one at https://supabase.com/dashboard/account/tokens.",
    );
  }
  if (ref === undefined || accessToken === undefined) return undefined;
  return { ref, accessToken, platform, databasePassword: source("SUPABASE_DB_PASSWORD") };
}

/** Every variable of ours that is set; complains of what a function names and has not, and of wrong values. */
async function readFunctionSecrets(
  workdir: string,
  functionNames: readonly string[],
  source: VariableSource,
  complaints: string[],
): Promise<Map<string, string>> {
  const into = new Map<string, string>();
  const readers = new Map<VariableName, string[]>();
  for (const functionName of functionNames) {
    for (const variable of await variablesOf(workdir, functionName)) {
      readers.set(variable, [...readers.get(variable) ?? [], functionName]);
    }
  }
  for (const name of Object.keys(VARIABLES) as VariableName[]) {
    // The platform sets these and refuses to have them set.
    if (name.startsWith("SUPABASE_")) continue;
    const value = source(name);
    const { schema, purpose } = VARIABLES[name];
    const parsed = schema.safeParse(value);
    if (value !== undefined) into.set(name, value);
    if (!parsed.success && (value !== undefined || readers.has(name))) {
      const fault = value === undefined ? "is missing" : parsed.error.issues[0]?.message ?? "is wrong";
      const wantedBy = readers.has(name) ? ` Wanted by: ${readers.get(name)?.join(", ")}.` : "";
      complaints.push(`${name} ${fault}; it ${purpose}.${wantedBy}`);
    } else if (value !== undefined && name.endsWith("_BASE_URL") && isThisMachine(value)) {
      complaints.push(
        `${name} points at this machine, where a hosted function finds nothing. Remove it, or put a public address.`,
      );
    }
  }
  const key = source("INTEGRATION_ENCRYPTION_KEY");
  if (key !== undefined) {
    await createKeyRing(key, source("INTEGRATION_ENCRYPTION_KEYS_OLD"))
      .catch((error: PipelineError) => complaints.push(error.message));
  }
  return into;
}

function isThisMachine(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === "localhost" || hostname.endsWith(".localhost") || hostname === "[::1]" ||
    /^(?:127|0)\./.test(hostname) || hostname === "host.docker.internal";
}
