/** One line that says how fresh and how complete a text's sources are. */
import { z } from "zod";

export const coverage = z.array(z.object({
  platform: z.enum(["slack", "gmail", "calendar", "notion"]),
  name: z.string(),
  synced_at: z.string().nullable(),
  error: z.string().nullable(),
}));
export type Coverage = z.output<typeof coverage>;

const platformNames = { slack: "Slack", gmail: "Gmail", calendar: "Calendar", notion: "Notion" } as const;

/** Such as "Slack up to Mon 09:02 (#general, #launch); #legal could not be read." in the reader's zone. */
export function coverageLine(sources: Coverage, timezone: string): string {
  const parts: string[] = [];
  for (const platform of ["slack", "gmail", "calendar", "notion"] as const) {
    const own = sources.filter((source) => source.platform === platform);
    const read = own.filter((source): source is typeof source & { synced_at: string } =>
      source.error === null && source.synced_at !== null
    );
    const unread = own.filter((source) => source.error !== null || source.synced_at === null);
    if (read.length > 0) {
      const oldest = read.map(({ synced_at }) => synced_at).reduce((a, b) =>
        Date.parse(a) <= Date.parse(b) ? a : b
      );
      parts.push(
        `${platformNames[platform]} up to ${local(oldest, timezone)} (${
          read.map(({ name }) => name).join(", ")
        })`,
      );
    }
    if (unread.length > 0) parts.push(`${unread.map(({ name }) => name).join(", ")} could not be read`);
  }
  return parts.length === 0 ? "" : `${parts.join("; ")}.`;
}

function local(instant: string, timezone: string): string {
  return new Intl.DateTimeFormat("en-GB", {
    timeZone: timezone,
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
  }).format(new Date(instant)).replace(",", "");
}
