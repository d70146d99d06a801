/** The sign of life of a deliverable that has nothing to tell: written by code, from what is known without any model. */
import { cutText } from "@shared/agent/cut_text.ts";
import { visible } from "@shared/agent/fence.ts";
import type { Run } from "./run.ts";

/** More names than these say less. */
const mostNames = 4;
const longestName = 80;
/** From here on a weekday would be ambiguous. */
const weekdaysLast = 6 * 24 * 60 * 60 * 1000;

/** Such as "Nothing new in #general and #launch since Monday 09:02." in the reader's zone. */
export function heartbeatText(
  { sources, seen, at, timezone }: Pick<Run, "sources" | "seen" | "at" | "timezone">,
): string {
  const names = [...new Set(sources.map(({ name }) => plain(name)))];
  const named = names.length > mostNames
    ? [...names.slice(0, mostNames - 1), `${names.length - mostNames + 1} others`]
    : names;
  const where = new Intl.ListFormat("en-GB", { type: "conjunction" }).format(named);
  if (seen === null) return `Nothing new in ${where}.`;
  const recent = Date.parse(at) - Date.parse(seen.at) < weekdaysLast;
  const local = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat("en-GB", { timeZone: timezone, ...options }).format(new Date(seen.at));
  const day = recent ? local({ weekday: "long" }) : local({ day: "numeric", month: "long" });
  return `Nothing new in ${where} since ${day} ${local({ hour: "2-digit", minute: "2-digit" })}.`;
}

/** Whoever named a channel, a calendar or a page could have written markdown. */
const plain = (name: string) =>
  cutText(visible(name).replace(/\s+/g, " ").trim(), longestName, "…").replace(/[\\`*_~[\]<>|]/g, "\\$&");
