import { base64url } from "./mime_source.ts";
import { badRequest } from "./google_refusal.ts";

/** Encodes where a listing goes on; an empty place is its beginning. Callers must not look inside. */
export function pageTokenAt(method: string, place: string): string {
  return base64url(`${method} ${place}`);
}

/**
 * The place a page token of this listing names: undefined for none, or for the beginning.
 *
 * @throws GoogleRefusal 400 for anything else
 */
export function placeOfPageToken(method: string, token: string | undefined): string | undefined {
  if (token === undefined || token === "") return undefined;
  const text = readToken(token);
  if (text === undefined || !text.startsWith(`${method} `)) {
    throw badRequest("Invalid pageToken", "pageToken");
  }
  return text.slice(method.length + 1) || undefined;
}

/** The text in a token made with `base64url`, or undefined when it is none. */
export function readToken(token: string): string | undefined {
  try {
    return atob(token.replaceAll("-", "+").replaceAll("_", "/"));
  } catch {
    return undefined;
  }
}

/**
 * Cuts one page out of a sorted listing.
 *
 * @param placeOf what names an entry's place; the page goes on with the first entry at or after the token's
 * @param isBefore whether a place comes before another in this listing's order
 */
export function pageOf<Entry>(
  entries: readonly Entry[],
  { method, pageToken, size, placeOf, isBefore }: {
    method: string;
    pageToken: string | undefined;
    size: number;
    placeOf: (entry: Entry) => string;
    isBefore: (left: string, right: string) => boolean;
  },
): { page: readonly Entry[]; more: { nextPageToken?: string } } {
  const from = placeOfPageToken(method, pageToken);
  const rest = from === undefined ? entries : entries.filter((entry) => !isBefore(placeOf(entry), from));
  const next = rest[size];
  const more = next === undefined ? {} : { nextPageToken: pageTokenAt(method, placeOf(next)) };
  return { page: rest.slice(0, size), more };
}
