import { z } from "zod";
import type { WorkplaceClock } from "../world/clock.ts";
import type { GoogleAccount } from "./account.ts";
import { badRequest, type GoogleJson } from "./google_refusal.ts";
import type { Quota } from "./quota.ts";

/** What a method of the APIs runs with. */
export interface GoogleCallContext {
  /** Google's id of the method. */
  method: string;
  account: GoogleAccount;
  scopes: readonly string[];
  clock: WorkplaceClock;
}

/** A method of the APIs, its arguments not yet read. */
export interface GoogleMethod {
  verb: "GET" | "POST";
  /** Under `/google`, in Hono's form. */
  path: string;
  quota: Quota;
  /** One of these is needed. */
  scopes: readonly string[];
  run(call: GoogleCallContext, args: Readonly<Record<string, unknown>>): GoogleJson;
}

/** Makes a method that reads its arguments by a schema first and refuses with 400. */
export function googleMethod<Args extends z.ZodType>(
  method: Omit<GoogleMethod, "run" | "verb"> & { verb?: "GET" | "POST" },
  schema: Args,
  run: (call: GoogleCallContext, args: z.output<Args>) => GoogleJson,
): GoogleMethod {
  return {
    verb: "GET",
    ...method,
    run: (call, raw) => {
      const args = schema.safeParse(raw);
      if (args.success) return run(call, args.data);
      const issue = args.error.issues[0];
      const field = issue?.path.join(".") ?? "";
      const missing = raw[field] === undefined;
      throw badRequest(
        missing ? `Missing required parameter: ${field}` : `Invalid value for ${field}`,
        field,
      );
    },
  };
}

/** A parameter that may be repeated. */
export const repeated = z.union([z.string(), z.array(z.string())]).optional()
  .transform((value) => value === undefined ? undefined : typeof value === "string" ? [value] : value);

export const flag = z.enum(["true", "false"]).optional().transform((value) => value === "true");

/** Page size: what is left out takes `usual`, what is too much takes `most`, as Google does. */
export function pageSize(usual: number, most: number) {
  return z.coerce.number().int().min(1).optional().transform((size) => Math.min(size ?? usual, most));
}
