/** The versions of a person's deliverables, as their own rows. */
import { z } from "@hono/zod-openapi";
import { PipelineError } from "@shared/http/problem.ts";
import { pathDeliverable } from "../deliverable_shapes.ts";
import { type OwnTables, rowsOf } from "../own_rows.ts";

const uuid = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}";

/** A live version has a number; previews and backtests have an id only. */
export const versionAddress = z.string().regex(
  new RegExp(`^(?:[1-9][0-9]{0,8}|${uuid})$`),
  "must be a version's number or id",
).openapi({ description: "A version's number or id.", example: "3" });

export const pathVersion = pathDeliverable.extend({ version: versionAddress });

export type VersionRow = Awaited<ReturnType<typeof findVersion>>;

/** @throws {PipelineError} 404 `unknown_version` */
export async function findVersion(
  tables: OwnTables,
  deliverable: string,
  address: string,
  signal: AbortSignal,
) {
  const column = /^\d+$/.test(address) ? "version_number" : "id";
  const query = tables.from("deliverable_versions").select("*").eq("deliverable_id", deliverable)
    .eq(column, address).limit(1).abortSignal(signal);
  const [version] = await rowsOf(query);
  if (version !== undefined) return version;
  throw new PipelineError({
    code: "unknown_version",
    message: "There is no such version of this deliverable.",
    hint: "Read the deliverable's versions again.",
    status: 404,
  });
}

/** The newest live version with a text before this one; of a preview or backtest, before none: the newest of all. */
export async function versionBefore(tables: OwnTables, version: VersionRow, signal: AbortSignal) {
  const written = tables.from("deliverable_versions").select("*").eq("deliverable_id", version.deliverable_id)
    .eq("purpose", "live").not("draft_content", "is", null);
  const earlier = version.version_number === null
    ? written
    : written.lt("version_number", version.version_number);
  const query = earlier.order("version_number", { ascending: false }).limit(1).abortSignal(signal);
  const [before] = await rowsOf(query);
  return before;
}

/** The text as its person left it. @throws {PipelineError} 409 `version_not_written` */
export function textOf({ final_content, draft_content, status }: VersionRow): string {
  const text = final_content ?? draft_content;
  if (text !== null) return text;
  throw new PipelineError({
    code: "version_not_written",
    message: `A version that is ${status} has no text.`,
    hint: "Wait until it is written, or run the deliverable again.",
    status: 409,
  });
}
