import type { SlackJson } from "./message.ts";

/** A body that Slack answers with, `ok` included. */
export type SlackAnswer = SlackJson & { readonly ok: boolean };

/** Refuses a call as Slack does: HTTP 200 and `{ ok: false, error }`. */
export class SlackRefusal extends Error {
  override readonly name = "SlackRefusal";

  /** @param code Slack's error code, e.g. `channel_not_found` @param details more members of the body */
  constructor(readonly code: string, readonly details: SlackJson = {}) {
    super(code);
  }

  get answer(): SlackAnswer {
    return { ok: false, error: this.code, ...this.details };
  }
}

/**
 * Encodes where a listing goes on. Slack's cursors are base64 of a labelled place; callers must not look
 * inside.
 */
export function cursorAt(kind: string, place: string): string {
  return btoa(`${kind}:${place}`);
}

/**
 * Reads a cursor of this kind.
 *
 * @returns the place, or undefined for no cursor (or an empty one, which Slack takes as none)
 * @throws SlackRefusal `invalid_cursor`
 */
export function placeOfCursor(kind: string, cursor: string | undefined): string | undefined {
  if (cursor === undefined || cursor === "") return undefined;
  try {
    const text = atob(cursor);
    if (text.startsWith(`${kind}:`)) return text.slice(kind.length + 1);
  } catch {
    // Not base64: the same refusal as a cursor of another listing.
  }
  throw new SlackRefusal("invalid_cursor");
}
