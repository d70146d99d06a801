import { z } from "zod";
import type { WorkplaceClock } from "../world/clock.ts";
import type { Installation } from "./installations.ts";
import type { Channel } from "./message.ts";
import type { Cohort } from "./rate_limits.ts";
import { type SlackAnswer, SlackRefusal } from "./slack_answer.ts";

/** What a method of the API runs with. */
export interface SlackCall {
  installation: Installation;
  clock: WorkplaceClock;
  cohort: Cohort;
  /** Ends the token of this call. */
  revoke(): void;
}

/** A method of the API, its arguments not yet read. */
export type SlackMethod = (call: SlackCall, args: Readonly<Record<string, unknown>>) => SlackAnswer;

/** Makes a method that reads its arguments by a schema first and refuses with `invalid_arguments`. */
export function slackMethod<Args extends z.ZodType>(
  schema: Args,
  run: (call: SlackCall, args: z.output<Args>) => SlackAnswer,
): SlackMethod {
  return (call, raw) => {
    const args = schema.safeParse(raw);
    if (args.success) return run(call, args.data);
    const messages = args.error.issues.map((issue) => {
      const field = issue.path.join(".");
      return raw[field] === undefined
        ? `[ERROR] missing required field: ${field}`
        : `[ERROR] ${issue.message}: ${field}`;
    });
    throw new SlackRefusal("invalid_arguments", { response_metadata: { messages } });
  };
}

/** A true-or-false argument: forms say `true` or `1`, JSON bodies may use the real thing. */
export const flag = z.union([z.boolean(), z.enum(["true", "false", "1", "0"]), z.literal(1), z.literal(0)])
  .transform((value) => value === true || value === "true" || value === "1" || value === 1).optional();

/** Page size. */
export const pageSize = z.coerce.number().int().positive().optional();

export const cursorArgument = z.string().optional();

const jsonList = z.array(z.record(z.string(), z.unknown()));

/** A list of objects: JSON text in forms, the list itself in JSON bodies. */
export const objectList = z.union([jsonList, z.string().transform(parseJson).pipe(jsonList)]).optional();

/** An object: JSON text in forms, the object itself in JSON bodies. */
export const objectArgument = z.union([
  z.record(z.string(), z.unknown()),
  z.string().transform(parseJson).pipe(z.record(z.string(), z.unknown())),
]).optional();

function parseJson(text: string, context: z.RefinementCtx): unknown {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue("not valid JSON");
    return z.NEVER;
  }
}

/** Refuses with `missing_scope` unless the token has the scope. */
export function requireScope({ installation: { scopes } }: SlackCall, needed: string): void {
  if (!scopes.includes(needed)) {
    throw new SlackRefusal("missing_scope", { needed, provided: scopes.join(",") });
  }
}

const SCOPE_FAMILY: Readonly<Record<Channel["kind"], string>> = {
  public: "channels",
  private: "groups",
  im: "im",
};

/** The scope that `read` (or `history`) of a kind of conversation needs, e.g. `groups:history`. */
export function scopeFor(kind: Channel["kind"], what: "read" | "history"): string {
  return `${SCOPE_FAMILY[kind]}:${what}`;
}

/**
 * The conversation with this id, as far as the bot can see it: private ones only from inside.
 *
 * @throws SlackRefusal `channel_not_found`
 */
export function visibleChannel({ installation: { team } }: SlackCall, id: string): Channel {
  const channel = team.chat.channels.find((one) => one.id === id);
  if (channel === undefined || (channel.kind !== "public" && !channel.members.has(team.bot.userId))) {
    throw new SlackRefusal("channel_not_found");
  }
  return channel;
}
