/** What happens in a person's working day, made up: the same for the same number, new for the next. */
export type BenchPlatform = "slack" | "gmail" | "calendar" | "notion";

export interface PlatformSource {
  readonly platform: BenchPlatform;
  readonly kind: "channel" | "label" | "calendar" | "page";
  readonly externalId: string;
}

/** How much of each platform a day brings, over all sources of it. */
export interface DaySize {
  readonly messages: number;
  readonly mails: number;
  readonly events: number;
  readonly pages: number;
}

/** A busy person's: what the material of a run has to be chosen from. */
export const busyDay: DaySize = { messages: 120, mails: 20, events: 8, pages: 6 };
/** A small team's channel. */
export const quietDay: DaySize = { messages: 12, mails: 0, events: 0, pages: 0 };

const HOUR = 60 * 60 * 1000;
const WORDS =
  `the release of Atlas moved because Meridian asked for another review before Friday and nobody had decided who would tell Harper about the budget that was agreed in the planning of last month which leaves the migration open until somebody writes down what was promised to Northwind and when it would be ready to ship so that support knows what to answer when customers ask`
    .split(" ");
const PEOPLE = ["Maya", "Jonas", "Priya", "Tomas", "Aiko", "Leila"];

/** Items in the shape of `private.store_items`, by platform. `now`: the pipeline's. */
export function dayOf(
  { day, size, sources, now }: {
    day: number;
    size: DaySize;
    sources: readonly PlatformSource[];
    now: Date;
  },
): ReadonlyMap<BenchPlatform, readonly Record<string, unknown>[]> {
  const made = (platform: BenchPlatform, count: number, item: (at: number, unit: string) => object) => {
    const units = sources.filter((source) => source.platform === platform).map(({ externalId }) =>
      externalId
    );
    if (units.length === 0) return [];
    return Array.from({ length: count }, (_, at) => {
      const unit = units[at % units.length] ?? "";
      return {
        item_id: `${platform}-${day}-${at}`,
        author: personAt(day + at),
        ...item(at, unit),
        sources: [unit],
      };
    });
  };
  const ago = (at: number, most: number, of: number) =>
    new Date(now.getTime() - 60_000 - (at / Math.max(1, of)) * most).toISOString();
  return new Map([
    [
      "slack",
      made("slack", size.messages, (at, unit) => ({
        container_id: unit,
        content_type: "message",
        content: prose(day * 1000 + at, 12 + (at % 4) * 9),
        permalink: `https://team.slack.com/archives/${unit}/p${day}${at}`,
        source_timestamp: ago(at, 8 * HOUR, size.messages),
      })),
    ],
    [
      "gmail",
      made("gmail", size.mails, (at) => ({
        container_id: "",
        content_type: "email",
        title: prose(day * 1000 + at, 5),
        content: prose(day * 1000 + at + 300, 60 + (at % 5) * 30),
        permalink: `https://mail.google.com/mail/u/0/#all/${day}${at}`,
        source_timestamp: ago(at, 8 * HOUR, size.mails),
      })),
    ],
    [
      "calendar",
      made("calendar", size.events, (at, unit) => {
        const start = new Date(now.getTime() + (1 + at * 15) * HOUR);
        return {
          container_id: unit,
          content_type: "event",
          title: `${personAt(at)} and ${personAt(at + 1)}: ${prose(day * 1000 + at, 4)}`,
          content: prose(day * 1000 + at + 600, 40),
          permalink: `https://calendar.google.com/event?eid=${day}${at}`,
          metadata: { start: start.toISOString(), end: new Date(start.getTime() + HOUR).toISOString() },
          source_timestamp: start.toISOString(),
        };
      }),
    ],
    [
      "notion",
      made("notion", size.pages, (at) => ({
        container_id: "",
        content_type: "page",
        title: prose(day * 1000 + at, 4),
        content: prose(day * 1000 + at + 900, 250),
        permalink: `https://www.notion.so/${day}${at}`,
        source_timestamp: ago(at, 8 * HOUR, size.pages),
      })),
    ],
  ]);
}

const personAt = (at: number): string => PEOPLE[at % PEOPLE.length] ?? "";

/** Words in an order that no other number has; sentences of about fifteen. */
function prose(number: number, words: number): string {
  const text = Array.from({ length: words }, (_, at) => {
    const word = WORDS[(number * 7 + at * (1 + (number % 5)) + at * at) % WORDS.length] ?? "";
    return at % 15 === 14 ? `${word}.` : word;
  });
  return `${personAt(number)} says in ${number}: ${text.join(" ")}.`;
}
