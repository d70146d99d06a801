/**
 * What the functions read from their environment, each variable with its shape, its purpose and where it is set.
 * A function names the variables that it needs and reads them at its first request, so that a missing one is told to
 * whoever asked, and importing a module never fails.
 */
import { z } from "zod";
import { PipelineError } from "./problem.ts";

const text = z.string().trim().min(1, "is empty");
const baseUrl = z.url("is not a URL").transform((url) => url.replace(/\/+$/, ""));
const secret = text.min(16, "is shorter than 16 characters");

const urlList = z.string().transform((list, context) => {
  const urls = list.split(/[\s,]+/).filter((url) => url !== "").map((url) => url.replace(/\/+$/, ""));
  if (urls.every((url) => URL.canParse(url))) return urls;
  context.addIssue({ code: "custom", message: "is not a list of URLs" });
  return z.NEVER;
});

const namedKeys = z.string().transform((json, context) => {
  try {
    const parsed = z.object({ default: text }).catchall(z.string()).safeParse(JSON.parse(json));
    if (parsed.success) return parsed.data;
  } catch { /* not JSON: the same complaint as for JSON without a default key */ }
  context.addIssue({ code: "custom", message: 'is not a JSON object with a key "default"' });
  return z.NEVER;
});

/** Dollars by plan, such as `free=0.50,starter=2`; a plan that is not named keeps its own. */
const usdByTier = z.string().transform((list, context) => {
  const entries = list.split(",").map((entry) =>
    /^\s*(free|starter|pro)\s*=\s*(\d+(?:\.\d+)?)\s*$/.exec(entry)
  );
  if (entries.every((entry) => entry !== null)) {
    return Object.fromEntries(entries.map(([, tier, usd]) => [tier, Number(usd)])) as {
      readonly [tier in "free" | "starter" | "pro"]?: number;
    };
  }
  context.addIssue({ code: "custom", message: "is not a list such as 'free=0.50,starter=2,pro=10'" });
  return z.NEVER;
});

const bySecrets = (name: string) => `with 'supabase secrets set ${name}=…' when hosted, or in .env locally`;
const byPlatform = "by the platform itself, or by the local stack; it is not yours to set";

interface Variable<S extends z.ZodType> {
  readonly schema: S;
  /** Completes the sentence "it …". */
  readonly purpose: string;
  readonly setBy: (name: string) => string;
  /** The legacy variable of the same meaning, and how its text is turned into ours. */
  readonly fallback?: { readonly name: string; readonly convert: (value: string) => string };
}

const ours = <S extends z.ZodType>(schema: S, purpose: string): Variable<S> => ({
  schema,
  purpose,
  setBy: bySecrets,
});
const theirs = <S extends z.ZodType>(schema: S, purpose: string, legacy?: string): Variable<S> => ({
  schema,
  purpose,
  setBy: () => byPlatform,
  ...(legacy === undefined
    ? {}
    : { fallback: { name: legacy, convert: (value) => JSON.stringify({ default: value }) } }),
});

/** Every variable of the functions. An optional schema, or one with a default, makes the variable optional. */
export const VARIABLES = {
  SUPABASE_URL: theirs(baseUrl, "says where the project's database API is"),
  SUPABASE_SECRET_KEYS: theirs(
    namedKeys,
    "opens the database for the functions",
    "SUPABASE_SERVICE_ROLE_KEY",
  ),
  SUPABASE_PUBLISHABLE_KEYS: theirs(
    namedKeys,
    "identifies the project in requests of users",
    "SUPABASE_ANON_KEY",
  ),
  SUPABASE_JWT_SECRET: {
    schema: secret.optional(),
    purpose: "verifies people's tokens where they are signed with a shared secret (HS256)",
    setBy: () => byPlatform,
    // Who hosts Supabase themselves has it under this name; names in SUPABASE_ cannot be set on a hosted project.
    fallback: { name: "JWT_SECRET", convert: (value) => value },
  },
  JWT_ISSUER: ours(
    baseUrl.optional(),
    "is the issuer in people's tokens, when that is not SUPABASE_URL/auth/v1",
  ),
  WAKE_UP_SECRET: ours(secret, "verifies that a wake-up comes from this project's database"),
  WAKE_UP_SECRET_PREVIOUS: ours(secret.optional(), "is still accepted while WAKE_UP_SECRET is being changed"),
  WALL_CLOCK_SECONDS: ours(
    z.coerce.number("is not a number").int("is not a whole number").min(10, "is below 10").max(
      400,
      "is above 400",
    ).default(150),
    "says how long the platform lets a worker live: 150 on the free plan, 400 on paid ones",
  ),
  INTEGRATION_ENCRYPTION_KEY: ours(text, "encrypts the platforms' tokens (32 bytes in base64)"),
  INTEGRATION_ENCRYPTION_KEYS_OLD: ours(
    z.string().optional(),
    "decrypts tokens sealed before the last key change",
  ),
  ANTHROPIC_API_KEY: ours(text, "pays for the model that writes and analyses"),
  ANTHROPIC_BASE_URL: ours(
    baseUrl.optional(),
    "replaces the model provider's address, for an emulator or a proxy",
  ),
  OPENAI_API_KEY: ours(text, "pays for embeddings"),
  OPENAI_BASE_URL: ours(baseUrl.optional(), "replaces the embedding provider's address"),
  MODEL_WRITER: ours(text.default("claude-sonnet-5-5"), "names the model that writes deliverables"),
  MODEL_SIGNALS: ours(text.default("claude-haiku-5-5"), "names the model that looks for signals"),
  MODEL_MEMORY: ours(text.default("claude-sonnet-5-5"), "names the model that extracts memory"),
  EMBEDDING_MODEL: ours(text.default("text-embedding-3-small"), "names the model that makes embeddings"),
  MODEL_SPEND_PER_DAY_USD: ours(
    usdByTier.optional(),
    "replaces the plans' budgets of models per person and day, in US dollars by plan",
  ),
  MODEL_SPEND_PER_RUN_USD: ours(
    usdByTier.optional(),
    "replaces the plans' budgets of models per run, in US dollars by plan",
  ),
  RESEND_API_KEY: ours(text, "sends email"),
  RESEND_BASE_URL: ours(baseUrl.optional(), "replaces the email provider's address, for an emulator"),
  RESEND_FROM_EMAIL: ours(text, "is the sender of all email, at a domain verified with Resend"),
  RESEND_WEBHOOK_SECRET: ours(
    z.string().trim().regex(/^whsec_[A-Za-z0-9+/]{16,}={0,2}$/, "is not 'whsec_' and base64").optional(),
    "verifies that what is told of a sent mail comes from Resend",
  ),
  SLACK_BASE_URL: ours(baseUrl.optional(), "replaces Slack's address, for a simulated workplace"),
  SLACK_CLIENT_ID: ours(text.optional(), "names our app at Slack"),
  SLACK_CLIENT_SECRET: ours(text.optional(), "proves our app to Slack"),
  SLACK_SIGNING_SECRET: ours(text.optional(), "verifies that an event comes from Slack"),
  GOOGLE_BASE_URL: ours(baseUrl.optional(), "replaces Google's addresses, for a simulated workplace"),
  GOOGLE_CLIENT_ID: ours(text.optional(), "names our app at Google"),
  GOOGLE_CLIENT_SECRET: ours(text.optional(), "proves our app to Google"),
  NOTION_BASE_URL: ours(baseUrl.optional(), "replaces Notion's address, for a simulated workplace"),
  NOTION_CLIENT_ID: ours(text.optional(), "names our app at Notion"),
  NOTION_CLIENT_SECRET: ours(text.optional(), "proves our app to Notion"),
  FRONTEND_URL: ours(baseUrl.optional(), "is where people use the product in their browser"),
  ALLOWED_ORIGINS: ours(
    urlList.optional(),
    "lists more origins whose pages may call the API, with commas between them",
  ),
  ALLOWED_REDIRECTS: ours(
    urlList.optional(),
    "lists the exact addresses that a person may be sent to after connecting, with commas between them",
  ),
  API_URL: ours(
    baseUrl.optional(),
    "is where browsers reach the function 'api', when that is not SUPABASE_URL/functions/v1/api",
  ),
  LOG_LEVEL: ours(
    z.enum(["debug", "info", "warn", "error"]).default("info"),
    "sets the lowest level that is logged",
  ),
} satisfies Record<string, Variable<z.ZodType>>;

export type VariableName = keyof typeof VARIABLES;
export type Environment<N extends VariableName> = {
  readonly [V in N]: z.output<(typeof VARIABLES)[V]["schema"]>;
};

/** Where variables come from; `Deno.env` unless a test says otherwise. */
export type EnvironmentSource = (name: string) => string | undefined;

/**
 * Makes the reader of a function's variables. The reader looks once, at its first call, and remembers success only, so
 * that a variable set later helps without a redeploy where the platform allows it.
 *
 * @throws {PipelineError} (from the reader) `environment_incomplete`, naming every missing or wrong variable, what it
 * is for and where to set it; never a value.
 */
export function environmentReader<N extends VariableName>(
  functionName: string,
  names: readonly N[],
  source: EnvironmentSource = (name) => Deno.env.get(name),
): () => Environment<N> {
  let read: Environment<N> | undefined;
  return () => read ??= readEnvironment(functionName, names, source);
}

function readEnvironment<N extends VariableName>(
  functionName: string,
  names: readonly N[],
  source: EnvironmentSource,
): Environment<N> {
  const complaints: { name: VariableName; sentence: string }[] = [];
  const values: Partial<Record<VariableName, unknown>> = {};
  for (const name of names) {
    const variable: Variable<z.ZodType> = VARIABLES[name];
    const parsed = variable.schema.safeParse(valueOf(name, variable, source));
    if (parsed.success) values[name] = parsed.data;
    else {complaints.push({
        name,
        sentence: complaint(name, variable, valueOf(name, variable, source), parsed.error),
      });}
  }
  if (complaints.length === 0) return values as Environment<N>;
  throw new PipelineError({
    code: "environment_incomplete",
    message: `Cannot start '${functionName}': ${
      complaints.map(({ sentence }) => sentence).join(" ")
    } Nothing was changed.`,
    hint: "Every variable is explained in .env.example.",
    status: 503,
    details: { variables: complaints.map(({ name }) => name) },
  });
}

/** An empty variable counts as unset: `.env` files and dashboards leave empty lines behind. */
function valueOf(name: string, variable: Variable<z.ZodType>, source: EnvironmentSource): string | undefined {
  const own = source(name);
  if (own !== undefined && own.trim() !== "") return own;
  const legacy = variable.fallback === undefined ? undefined : source(variable.fallback.name);
  return legacy === undefined || legacy.trim() === "" ? undefined : variable.fallback?.convert(legacy);
}

function complaint(
  name: string,
  variable: Variable<z.ZodType>,
  value: string | undefined,
  error: z.ZodError,
): string {
  const fault = value === undefined ? "is missing" : error.issues[0]?.message ?? "is wrong";
  return `${name} ${fault}; it ${variable.purpose}. It is set ${variable.setBy(name)}.`;
}
