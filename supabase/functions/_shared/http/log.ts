/**
 * The one logger: one JSON line an event, fields by the allow-list of `log_fields.ts`.
 *
 * The texts of errors are not printed. A database or provider error quotes rows, bodies and tokens at will; its class,
 * its code and the places in our code are enough to find the fault.
 */
import { LOG_FIELDS, type LogEvent, type LogFields } from "./log_fields.ts";

export type LogLevel = "debug" | "info" | "warn" | "error";
const rank: Record<LogLevel, number> = { debug: 0, info: 1, warn: 2, error: 3 };

export interface Log {
  debug(event: LogEvent, fields?: LogFields): void;
  info(event: LogEvent, fields?: LogFields): void;
  warn(event: LogEvent, fields?: LogFields): void;
  error(event: LogEvent, fields?: LogFields): void;
  /** A logger whose lines all carry these fields too. */
  with(fields: LogFields): Log;
}

export interface LogOptions {
  /** The lowest level that is written; default `info`. */
  readonly level?: LogLevel;
  readonly now?: () => Date;
  /** Where a finished line goes; default the console method of its level, which is what hosted log viewers sort by. */
  readonly write?: (line: string, level: LogLevel) => void;
  readonly fields?: LogFields;
}

/** Hosted functions cut a message at 10,000 characters, which would leave half a JSON object. */
const longestLine = 9_000;
const masked = "[masked]";

export function createLog(options: LogOptions = {}): Log {
  const { level = "info", now = () => new Date(), write = toConsole, fields: bound = {} } = options;
  const at = (lineLevel: LogLevel) => (event: LogEvent, fields: LogFields = {}) => {
    if (rank[lineLevel] < rank[level]) return;
    const head = { time: now().toISOString(), level: lineLevel, event: eventName(event) };
    const line = JSON.stringify({ ...head, ...allowed({ ...bound, ...fields }) });
    write(line.length <= longestLine ? line : JSON.stringify({ ...head, cut: line.length }), lineLevel);
  };
  return {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    with: (fields) => createLog({ ...options, fields: { ...bound, ...fields } }),
  };
}

/** The compiler knows every event; text that came round the compiler is masked like any other value. */
function eventName(event: string): string {
  return /^[a-z]{1,20}(?:_[a-z]{1,20}){0,4}$/.test(event) ? event : masked;
}

function allowed(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  let dropped = 0;
  for (const [field, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    if (field === "error") Object.assign(kept, errorFields(value));
    else if (isField(field)) kept[field] = inShape(field, value);
    else dropped += 1;
  }
  // The names of dropped fields may themselves be content (a spread object), so they are only counted.
  return dropped === 0 ? kept : { ...kept, dropped };
}

function isField(field: string): field is keyof typeof LOG_FIELDS {
  return Object.hasOwn(LOG_FIELDS, field);
}

function inShape(field: keyof typeof LOG_FIELDS, value: unknown): unknown {
  return LOG_FIELDS[field](value) ?? masked;
}

const errorClass = /^[A-Z][A-Za-z]{0,40}(?:Error|Exception|Rejection)$|^(?:Error|DOMException)$/;

function errorFields(thrown: unknown): Record<string, unknown> {
  if (!(thrown instanceof Error)) return { error: typeof thrown };
  const code: unknown = "code" in thrown ? thrown.code : undefined;
  return {
    error: errorClass.test(thrown.name) ? thrown.name : "Error",
    ...(typeof code === "string" ? { error_code: LOG_FIELDS.code(code) ?? sqlState(code) ?? masked } : {}),
    ...(places(thrown).length > 0 ? { at: places(thrown) } : {}),
  };
}

const sqlState = (code: string) => /^[0-9A-Z]{5}$/.test(code) ? code : undefined;

/**
 * Where in our code the error was made: file names and lines only. A stack starts with the error's text, and that text
 * may look like places, so it is cut off first; a stack that does not start with it is not trusted.
 */
function places(error: Error): string[] {
  const stack = error.stack ?? "";
  const start = stack.indexOf(error.message);
  if (start < 0) return [];
  const frames = stack.slice(start + error.message.length)
    .matchAll(/^ {4}at [^\n]*?([a-z_]{1,40}\.(?:ts|js|mjs)):(\d{1,6}):\d{1,6}\)?$/gm);
  return [...frames].slice(0, 5).map(([, file, line]) => `${file}:${line}`);
}

function toConsole(line: string, level: LogLevel): void {
  // deno-lint-ignore no-console -- the console is how an Edge Function reaches the project's log
  console[level](line);
}
