/** How fresh and how complete a text's sources are: noted when it is written, and said in one line where it is delivered. */
import { z } from "zod";
import { cutText } from "@shared/agent/cut_text.ts";

const platform = z.enum(["slack", "gmail", "calendar", "notion"]);

export const coverage = z.array(z.object({
  platform,
  name: z.string(),
  synced_at: z.string().nullable(),
  error: z.string().nullable(),
  /** How old its last sync was when the text was written; null when that was within the freshness of its type. */
  behind_seconds: z.number().nullish(),
  /** Not read, because not everyone who gets the text could read it: the channels that it goes to. */
  withheld_from: z.array(z.string()).nullish(),
}));
export type Coverage = z.output<typeof coverage>;

export interface CoveredRun {
  readonly sources: readonly {
    readonly platform: z.output<typeof platform>;
    readonly name: string;
    readonly synced_at: string | null;
    readonly error: string | null;
  }[];
  readonly withheld: readonly { readonly platform: z.output<typeof platform>; readonly name: string }[];
  /** The names of the channels that the text goes to. */
  readonly audience?: readonly string[];
  readonly type: { readonly freshness_seconds: number };
}

/** @param now when the text is written, which is what "behind" is counted from */
export function coverageOf({ sources, withheld, audience = [], type }: CoveredRun, now: Date): Coverage {
  return [
    ...sources.map(({ platform, name, synced_at, error }) => {
      const age = synced_at === null ? 0 : Math.floor((now.getTime() - Date.parse(synced_at)) / 1000);
      return { platform, name, synced_at, error, behind_seconds: age > type.freshness_seconds ? age : null };
    }),
    ...withheld.map(({ platform, name }) => ({
      platform,
      name,
      synced_at: null,
      error: null,
      withheld_from: [...audience],
    })),
  ];
}

const platformNames = { slack: "Slack", gmail: "Gmail", calendar: "Calendar", notion: "Notion" } as const;

/** Errors that pass by themselves leave what was synced before readable; the others say why nothing is. */
const reasons: Readonly<Record<string, string>> = {
  access_denied: "access denied",
  needs_reauth: "its connection has to be renewed",
  not_found: "it is not there any more",
};
const passing: Readonly<Record<string, string>> = {
  rate_limited: "the platform's limit",
  provider_down: "the platform is down",
  internal: "a fault of ours",
};

/**
 * Such as "Slack up to Mon 09:02 (#general, #launch); Notion 3 h behind (Plan); #legal could not be read (access denied)."
 * in the reader's zone. Empty without sources.
 *
 * @param options.namesWithheld false where others read the line: they are told how many sources were left out, not which
 */
export function coverageLine(
  sources: Coverage,
  timezone: string,
  { namesWithheld = true }: { readonly namesWithheld?: boolean } = {},
): string {
  const parts: string[] = [];
  for (const platform of ["slack", "gmail", "calendar", "notion"] as const) {
    const own = sources.filter((source) => source.platform === platform);
    const read = own.filter(wasRead);
    const fresh = read.filter(({ behind_seconds }) => !behind_seconds);
    const behind = read.filter(({ behind_seconds }) => behind_seconds);
    const told = [
      ...(fresh.length > 0 ? [`up to ${local(oldest(fresh), timezone)} (${names(fresh)})`] : []),
      ...(behind.length > 0 ? [`${lag(behind)} behind (${names(behind)}${causes(behind)})`] : []),
    ];
    if (told.length > 0) parts.push(`${platformNames[platform]} ${told.join(", ")}`);
    parts.push(...unread(own.filter((source) => !wasRead(source)), namesWithheld));
  }
  return parts.length === 0 ? "" : `${parts.join("; ")}.`;
}

type Source = Coverage[number];
type ReadSource = Source & { synced_at: string };

const wasRead = (source: Source): source is ReadSource =>
  !source.withheld_from && source.synced_at !== null &&
  (source.error === null || Object.hasOwn(passing, source.error));

function unread(sources: readonly Source[], namesWithheld: boolean): string[] {
  const groups = new Map<string, Source[]>();
  for (const source of sources) {
    const what = source.withheld_from
      ? `left out because not everyone in ${audienceOf(source.withheld_from)} could read it`
      : source.error !== null
      ? `could not be read (${reasons[source.error] ?? passing[source.error] ?? "for an unknown reason"})`
      : "not synced yet";
    groups.set(what, [...groups.get(what) ?? [], source]);
  }
  return [...groups].map(([what, group]) => {
    if (what.startsWith("could not")) return `${names(group)} ${what}`;
    const isNamed = namesWithheld || !group.some(({ withheld_from }) => withheld_from);
    const who = isNamed
      ? names(group)
      : `${group.length} ${platformNames[group[0]?.platform ?? "slack"]} source${
        group.length === 1 ? "" : "s"
      }`;
    return `${who} ${group.length === 1 ? "was" : "were"} ${
      group.length === 1 ? what : what.replace(/ it$/, " them")
    }`;
  });
}

const audienceOf = (channels: readonly string[]) =>
  channels.length === 0 ? "the audience" : listed(channels, " or ");

const mostNames = 8;
const longestName = 60;

const names = (sources: readonly Source[]) => listed(sources.map(({ name }) => name), ", ");

function listed(all: readonly string[], joint: string): string {
  const shown = all.slice(0, mostNames).map((name) =>
    cutText(name.replace(/\s+/g, " ").trim(), longestName, "…")
  );
  return all.length > mostNames
    ? `${shown.join(", ")} and ${all.length - mostNames} more`
    : shown.join(joint);
}

const oldest = (sources: readonly ReadSource[]) =>
  sources.map(({ synced_at }) => synced_at).reduce((a, b) => Date.parse(a) <= Date.parse(b) ? a : b);

/** Of the source that is furthest behind. */
function lag(sources: readonly Source[]): string {
  const seconds = Math.max(...sources.map(({ behind_seconds }) => behind_seconds ?? 0));
  const minutes = Math.floor(seconds / 60);
  if (minutes < 90) return `${Math.max(1, minutes)} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} days`;
}

function causes(sources: readonly Source[]): string {
  const known = new Set(sources.flatMap(({ error }) => error === null ? [] : passing[error] ?? []));
  return known.size === 0 ? "" : `; ${[...known].join(", ")}`;
}

function local(instant: string, timezone: string): string {
  return new Intl.DateTimeFormat("en-GB", {
    timeZone: timezone,
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
  }).format(new Date(instant)).replace(",", "");
}
