import { badRequest, GoogleRefusal } from "./google_refusal.ts";
import { base64url } from "./mime_source.ts";
import { readToken } from "./page_token.ts";

/** What a sync token is a token of: a calendar, or the list of calendars. */
export interface Versioned {
  id: string;
  version: number;
  /** Counts how often all tokens were ended. */
  tokenEpoch: number;
  /** Milliseconds that a token lives. */
  tokenLifetime: number;
}

/** What a token remembers. */
export interface SyncPoint {
  version: number;
  singleEvents: boolean;
}

/** A token from which changes after this version can be asked for. */
export function syncToken(
  { id, version, tokenEpoch }: Versioned,
  { singleEvents, now }: { singleEvents: boolean; now: Date },
): string {
  return base64url([id, tokenEpoch, version, singleEvents ? 1 : 0, now.getTime()].join(" "));
}

/**
 * Reads a sync token.
 *
 * @throws GoogleRefusal 410 `fullSyncRequired` when it is too old, was ended, or is of something else
 */
export function readSyncToken(token: string, of: Versioned, now: Date): SyncPoint {
  const [id, epoch, version, single, issued] = (readToken(token) ?? "").split(" ");
  const isAlive = id === of.id && Number(epoch) === of.tokenEpoch &&
    now.getTime() - Number(issued) <= of.tokenLifetime;
  if (!isAlive) {
    const message = "Sync token is no longer valid, a full sync is required.";
    const where = { domain: "calendar", location: "syncToken", locationType: "parameter" };
    throw new GoogleRefusal(410, "fullSyncRequired", message, where);
  }
  return { version: Number(version), singleEvents: single === "1" };
}

/**
 * Refuses a token under another `singleEvents` than its own. Google calls that undefined; we refuse it, so
 * that nobody comes to rely on it.
 *
 * @throws GoogleRefusal 400
 */
export function checkTokenFits(point: SyncPoint, singleEvents: boolean): void {
  if (point.singleEvents !== singleEvents) {
    throw badRequest("Sync token was made with other parameters.", "singleEvents");
  }
}
