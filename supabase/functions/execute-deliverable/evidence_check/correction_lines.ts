/** What a version says of earlier ones whose sources were edited or deleted since. Written by code, never by a model. */
import { cutText } from "@shared/agent/cut_text.ts";

/** As `pipeline.begin_version` returns it. */
export interface Correction {
  readonly version_number: number;
  readonly number: number;
  readonly content_id: string;
  readonly label: string;
  readonly change: "edited" | "deleted";
}

/** As `pipeline.finish_version` takes it. */
export interface CorrectionLine {
  readonly version_number: number;
  readonly number: number;
  readonly text: string;
}

const longestName = 80;

/** Such as "Since version 3: the message by Ana in #launch (Mon 23 Nov, 08:00) that it cited as [2] was edited". */
export function correctionLines(corrections: readonly Correction[], timezone: string): CorrectionLine[] {
  return corrections.map(({ version_number, number, label, change }) => ({
    version_number,
    number,
    text: `Since version ${version_number}: ${
      thing(label, timezone)
    } that it cited as [${number}] was ${change}`,
  }));
}

/** A label names place, author and time; the author may be missing, and a place or name may hold commas itself. */
function thing(label: string, timezone: string): string {
  const parts = /^(.*), (\d{4}-\d\d-\d\d) (\d\d:\d\d) UTC$/s.exec(label);
  if (parts === null) return `what stands in ${plain(label)}`;
  const [, place = "", day, time] = parts;
  const channel = /^(#[^,]{1,80})(?:, (.+))?$/s.exec(place);
  const where = channel === null
    ? `the item from ${plain(place)}`
    : `the message${channel[2] === undefined ? "" : ` by ${plain(channel[2])}`} in ${
      plain(channel[1] ?? "")
    }`;
  return `${where} (${local(`${day}T${time}:00Z`, timezone)})`;
}

const plain = (name: string) => cutText(name.replace(/\s+/g, " ").trim(), longestName, "…");

function local(instant: string, timezone: string): string {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone: timezone,
    weekday: "short",
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
  }).formatToParts(new Date(instant));
  // What stands between them differs between versions of the runtime.
  const of = (type: Intl.DateTimeFormatPartTypes) => parts.find((part) => part.type === type)?.value ?? "";
  return `${of("weekday")} ${of("day")} ${of("month")}, ${of("hour")}:${of("minute")}`;
}
