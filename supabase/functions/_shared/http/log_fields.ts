/**
 * The catalogue of what a log line may say: every event by name, every field with the shape that its value must have.
 * It is an allow-list. A field that is not here is dropped; a value that has not the field's shape is masked. So a mail
 * body in a numeric field, or a token in the field for a ticket's kind, cannot be printed by mistake.
 *
 * To log something new, add its event or field here; choose the narrowest shape that holds it.
 */

/** Every event that the functions report. */
export type LogEvent =
  | "egress_answered"
  | "egress_failed"
  | "egress_refused"
  | "background_work_failed"
  | "function_cannot_start"
  | "request_answered"
  | "request_failed"
  | "wake_up_refused"
  | "wake_up_taken"
  | "tickets_claimed"
  | "ticket_ended"
  | "ticket_failed"
  | "lease_lost"
  | "deadline_reached"
  | "isolate_unloading"
  | "model_called"
  | "email_sent"
  | "email_not_sent"
  | "slack_sent"
  | "slack_not_sent"
  | "draft_shortened";

/** Looks at any value at all, whatever type its caller believed it had; undefined when the value does not fit. */
type Shape<T> = (value: unknown) => T | undefined;

const matching = (pattern: RegExp): Shape<string> => (value) =>
  typeof value === "string" && value.length <= 200 && pattern.test(value) ? value : undefined;
const number: Shape<number> = (value) =>
  typeof value === "number" && Number.isFinite(value) ? value : undefined;
const flag: Shape<boolean> = (value) => typeof value === "boolean" ? value : undefined;
const uuid = matching(/^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i);
/** A stable name of ours: at most six short words. Keys have digits between their letters and do not fit. */
const name = matching(/^[a-z]{1,20}\d{0,2}(?:_[a-z]{1,20}\d{0,2}){0,5}$/);
const instant = matching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/);
const oneOf = <T extends string>(...allowed: readonly T[]): Shape<T> => (value) =>
  allowed.find((candidate) => candidate === value);
const each = <T>(shape: Shape<T>): Shape<readonly T[]> => (values) => {
  if (!Array.isArray(values)) return undefined;
  const kept = values.slice(0, 50).flatMap((value) => shape(value) ?? []);
  return kept.length === Math.min(values.length, 50) ? kept : undefined;
};

export const LOG_FIELDS = {
  function: oneOf(
    "sync",
    "signals",
    "execute-deliverable",
    "memory",
    "cleanup",
    "digest",
    "embeddings",
    "mcp",
    "api",
  ),
  platform: oneOf("slack", "gmail", "calendar", "notion"),
  provider: oneOf("slack", "google", "notion"),
  tier: oneOf("free", "starter", "pro"),
  kind: name,
  outcome: name,
  code: name,
  reason: name,
  step: name,
  role: name,

  user_id: uuid,
  ticket_id: number,
  lease_id: uuid,
  deliverable_id: uuid,
  version_id: uuid,
  delivery_id: uuid,
  connection_id: uuid,
  source_id: uuid,
  request_id: uuid,
  execution_id: uuid,

  method: oneOf("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"),
  /** A host of the allow-list, or of a base-url override. */
  host: matching(
    /^(?:[a-z0-9-]{1,40}\.){1,3}[a-z0-9-]{1,24}(?::\d{1,5})?$|^localhost(?::\d{1,5})?$|^\[::1\](?::\d{1,5})?$/,
  ),
  /** A path without its identifiers, as `operationOf` in `outward_address.ts` makes it. */
  operation: matching(
    /^(?:\/(?:(?:[a-z][A-Za-z_]{0,24}|v\d{1,2})(?:\.(?:[a-z][A-Za-z_]{0,24}|v\d{1,2})){0,3}|:id)){0,9}$/,
  ),
  status: number,
  attempt: number,
  crashes: number,
  turns: number,
  count: number,
  claimed: number,
  items: number,
  pages: number,
  bytes: number,
  characters: number,
  duration_ms: number,
  remaining_ms: number,
  retry_after_s: number,
  cpu_ms: number,
  input_tokens: number,
  output_tokens: number,
  cache_read_tokens: number,
  cache_write_tokens: number,
  cost_usd: number,
  quarantined: flag,
  retryable: flag,
  since: instant,
  until: instant,
  /** A model's name as the provider writes it. */
  model: matching(/^(?:claude|gpt|text-embedding|o)-?[a-z0-9][a-z0-9.-]{0,40}$/),
  /** Environment variables that are missing or wrong. An underscore is required: an all-caps key has none. */
  variables: each(matching(/^[A-Z][A-Z0-9]{1,20}(?:_[A-Z0-9]{1,20}){1,5}$/)),
};

type Value<S> = S extends Shape<infer T> ? T : never;

/** The fields a line may carry. `error` is any thrown thing; only its class, its code and its places are printed. */
export type LogFields =
  & { readonly [F in keyof typeof LOG_FIELDS]?: Value<(typeof LOG_FIELDS)[F]> }
  & { readonly error?: unknown };
