import type { NotionJson } from "./rich_text.ts";

/** Refuses a call as Notion does: an HTTP status, a code and a sentence. */
export class NotionRefusal extends Error {
  override readonly name = "NotionRefusal";

  /** @param code Notion's error code, e.g. `object_not_found` */
  constructor(readonly status: number, readonly code: string, message: string) {
    super(message);
  }
}

/** 400 `validation_error` */
export function invalid(message: string): NotionRefusal {
  return new NotionRefusal(400, "validation_error", message);
}

/** 404: what is not shared with the connection and what does not exist look alike. */
export function notFound(
  kind: "page" | "block" | "database" | "data_source" | "user",
  id: string,
): NotionRefusal {
  const what = `Could not find ${kind} with ID: ${id}.`;
  return new NotionRefusal(
    404,
    "object_not_found",
    kind === "user"
      ? what
      : `${what} Make sure the relevant pages and databases are shared with your connection.`,
  );
}

/** Refuses a token: unknown, refreshed away or revoked alike. */
export function unauthorized(): NotionRefusal {
  return new NotionRefusal(401, "unauthorized", "API token is invalid.");
}

/** An error body of the REST API. */
export function errorBody(
  error: { status: number; code: string; message: string; additional?: NotionJson },
  requestId: string,
): NotionJson {
  const { status, code, message, additional } = error;
  return {
    object: "error",
    status,
    code,
    message,
    ...(additional && { additional_data: additional }),
    request_id: requestId,
  };
}

/** Most objects a page of any listing holds, and how many it holds by default. */
export const PAGE_SIZE = 100;

/**
 * Cuts one page out of a listing. Its cursor names the object at which the next page begins.
 *
 * @param type what the list holds, e.g. `block`
 * @throws NotionRefusal when the cursor names nothing that is listed: it was deleted in between, or never was
 */
export function listPage<Item>(
  items: readonly Item[],
  { cursor, size = PAGE_SIZE }: { cursor?: string | undefined; size?: number | undefined },
  { type, idOf, json }: { type: string; idOf(item: Item): string; json(item: Item): NotionJson },
): NotionJson {
  const start = cursor === undefined ? 0 : items.findIndex((item) => idOf(item) === cursor);
  if (start === -1) throw invalid(`The start_cursor provided is invalid: ${cursor}`);
  const next = items[start + size];
  return {
    object: "list",
    results: items.slice(start, start + size).map(json),
    next_cursor: next === undefined ? null : idOf(next),
    has_more: next !== undefined,
    type,
    [type]: {},
  };
}
