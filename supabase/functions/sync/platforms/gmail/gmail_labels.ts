/** The labels of a mailbox as sources. */
import { type DiscoveredSource, type Discovery, PlatformError } from "../connector.ts";
import type { GmailApi } from "./gmail_api.ts";

/** What people choose first, in this order; their own labels follow by name. */
const usual = ["INBOX", "SENT", "STARRED", "IMPORTANT"];
/** Labels that tell a mail's state and no place where somebody looks for it. */
const noSource = /^(SPAM|TRASH|DRAFT|UNREAD|CHAT|CATEGORY_.*)$/;

/** A mail with one of these labels is not synced, whatever other labels it has. */
export const awayLabels: readonly string[] = ["TRASH", "SPAM", "DRAFT", "CHAT"];

export async function discoverLabels(api: GmailApi): Promise<Discovery> {
  const labels = await api.labels();
  // Every mailbox has an inbox; an answer without would make every source look as if it were gone.
  if (!labels.some(({ id }) => id === "INBOX")) {
    throw new PlatformError("provider_down", "Gmail listed no inbox. What was synced before is kept.");
  }
  const found = new Map(labels.filter(({ id }) => !noSource.test(id)).map((label) => [label.id, label]));
  const placeOf = (id: string, isOwn: boolean) => {
    const place = usual.indexOf(id);
    return place >= 0 ? place : usual.length + Number(!isOwn);
  };
  const ranked = [...found.values()].toSorted((a, b) =>
    placeOf(a.id, a.type === "user") - placeOf(b.id, b.type === "user") || a.name.localeCompare(b.name) ||
    a.id.localeCompare(b.id)
  );
  const sources = ranked.map(({ id, name, type }): DiscoveredSource => ({
    external_id: id,
    kind: "label",
    name,
    metadata: { type: type ?? "user" },
  }));
  return { sources, ranked: ranked.map(({ id }) => id), people: [] };
}
