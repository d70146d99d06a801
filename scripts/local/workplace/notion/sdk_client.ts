import { Client, isNotionClientError } from "@notionhq/client";
import type { Workplace } from "../workplace.ts";
import type { Version } from "./notion_call.ts";

/**
 * The vendor's own client, pointed at a workplace for its tests: no retries of its own, no waiting, no
 * logging.
 */
export function sdkClient(
  workplace: Workplace,
  { token = workplace.notion.connection.token, version = "2025-09-03" }: {
    token?: string;
    version?: Version;
  } = {},
): Client {
  return new Client({
    auth: token,
    baseUrl: workplace.notionApiUrl,
    notionVersion: version,
    retry: false,
    logger: () => {},
  });
}

/** The instant at which the tests' workplaces open; their clocks stand still unless a test advances them. */
export const OPENING = new Date("2026-11-05T10:00:00Z");

/** Status and code of a refused SDK call, e.g. `404 object_not_found`. */
export async function refusalOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    if (isNotionClientError(error) && "status" in error) return `${error.status} ${error.code}`;
    throw error;
  }
  throw new Error("The call was not refused");
}

/** Reads a listing to its end. */
export async function all<Item>(
  read: (cursor: string | undefined) => Promise<{ results: Item[]; next_cursor: string | null }>,
): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | undefined;
  do {
    const { results, next_cursor: next } = await read(cursor);
    items.push(...results);
    cursor = next ?? undefined;
  } while (cursor !== undefined);
  return items;
}
