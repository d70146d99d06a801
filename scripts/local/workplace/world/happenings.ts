import type { Company, Person, Project } from "./company.ts";
import type { PhraseFacts } from "./phrase.ts";
import type { SeededRandom } from "./random.ts";

export type HappeningKind =
  | "announcement"
  | "board"
  | "budget"
  | "chatter"
  | "customer_report"
  | "decision"
  | "deploy"
  | "incident"
  | "launch"
  | "mishap"
  | "progress"
  | "question"
  | "standup";

/**
 * Something that happened at the company, said in no platform's terms. Each simulated platform tells the
 * happenings that show there in its own form, with the same people and the same figures.
 */
export interface Happening {
  /** Unique in a world, e.g. `day-12/incident-1`. */
  id: string;
  kind: HappeningKind;
  /** The instant it begins, in epoch milliseconds. */
  at: number;
  lead: Person;
  /** Everyone else who takes part, never `lead`, at least three people. */
  others: readonly Person[];
  project: Project;
  /** Names and figures that every telling of it uses. */
  facts: PhraseFacts;
  /**
   * Choices of the tellings are drawn from forks of this, so that one platform's telling never shifts
   * another's.
   */
  random: SeededRandom;
}

/** How often each kind happens on a working day: [least, most] with a probability for the whole kind. */
const WORKING_DAY: readonly [HappeningKind, probability: number, least: number, most: number][] = [
  ["standup", 1, 1, 1],
  ["deploy", 0.9, 1, 3],
  ["progress", 1, 2, 4],
  ["question", 0.9, 1, 3],
  ["customer_report", 0.8, 1, 3],
  ["decision", 0.6, 1, 2],
  ["incident", 0.35, 1, 1],
  ["launch", 0.2, 1, 1],
  ["announcement", 0.4, 1, 1],
  ["budget", 0.4, 1, 1],
  ["board", 0.25, 1, 1],
  ["mishap", 0.35, 1, 1],
  ["chatter", 1, 2, 5],
];
const WEEKEND_DAY: typeof WORKING_DAY = [["incident", 0.25, 1, 1], ["chatter", 0.6, 1, 2]];

const CHOICES: readonly [string, string][] = [
  ["ship it behind a flag to ten customers first", "switch everyone over on the same day"],
  ["keep the old table and backfill at night", "migrate in one maintenance window"],
  ["write the client ourselves", "buy the vendor's connector for one more year"],
  ["drop support for the old export format", "keep both formats until spring"],
  ["cap the free plan at three seats", "leave the free plan alone and raise Starter"],
  ["page only for failed payments", "page for every failed job"],
  ["move the release to Tuesday mornings", "release whenever main is green"],
  ["store the raw payload for thirty days", "store only the parsed fields"],
];
const CAUSES = [
  "a retry loop without a ceiling",
  "an index dropped by last night's migration",
  "an expired certificate on the internal gateway",
  "a connection pool sized for half the workers",
  "a feature flag that was on for the wrong segment",
  "a clock that ran four minutes ahead on one host",
  "a time zone change that doubled one nightly job",
  "a cache that kept negative answers for an hour",
];

function factsOf(company: Company, random: SeededRandom, lead: Person, project: Project): PhraseFacts {
  const [choice, otherChoice] = random.pick(CHOICES);
  return {
    company: company.name,
    project: project.name,
    about: project.about,
    part: random.pick(project.parts),
    measure: project.measure,
    lead: lead.name.split(" ")[0] ?? lead.name,
    customer: random.pick(company.customers),
    choice,
    other_choice: otherChoice,
    cause: random.pick(CAUSES),
    count: random.int(3, 480),
    percent: random.int(2, 64),
    minutes: random.int(6, 95),
    days: random.int(2, 9),
    ticket: random.int(1200, 8900),
    amount: random.int(12, 240) * 500,
    weekday: random.pick(["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]),
    version: `${random.int(2, 6)}.${random.int(0, 19)}.${random.int(0, 9)}`,
  };
}

/** Who can be part of a happening of this kind: some circles are smaller than the company. */
function takesPart({ team, title }: Person, kind: HappeningKind): boolean {
  if (kind === "standup") return team === "engineering";
  if (kind === "budget" || kind === "board") return team === "leadership" || title.startsWith("Head");
  return true;
}

const MINUTE = 60_000;

/**
 * All that happens on one day of the company, in no particular order.
 *
 * @param midnight start of the day (UTC), epoch milliseconds
 * @param day number of the day in this world's story; it names the draw, so a day is the same whenever it is
 *   asked for
 * @param pace multiplies how much happens
 */
export function happeningsOfDay(
  company: Company,
  story: SeededRandom,
  { midnight, day, pace }: { midnight: number; day: number; pace: number },
): Happening[] {
  const random = story.fork(`day-${day}`);
  const weekday = new Date(midnight).getUTCDay();
  const plan = weekday === 0 || weekday === 6 ? WEEKEND_DAY : WORKING_DAY;
  const staff = company.people.filter((person) => person.active);
  const happenings: Happening[] = [];
  for (const [kind, probability, least, most] of plan) {
    if (!random.chance(probability)) continue;
    const times = kind === "standup" ? 1 : Math.max(1, Math.round(random.int(least, most) * pace));
    for (let number = 1; number <= times; number++) {
      const id = `day-${day}/${kind}-${number}`;
      const own = story.fork(id);
      const project = own.pick(company.projects);
      const circle = staff.filter((person) => takesPart(person, kind));
      const lead = own.pick(circle);
      const minuteOfDay = kind === "standup"
        ? own.int(8 * 60, 8 * 60 + 20)
        : own.int(8 * 60 + 30, 17 * 60 + 30);
      happenings.push({
        id,
        kind,
        at: midnight + minuteOfDay * MINUTE + own.int(0, 59_999),
        lead,
        others: own.sample(circle.filter((person) => person !== lead), own.int(3, 6)),
        project,
        facts: factsOf(company, own, lead, project),
        random: own,
      });
    }
  }
  return happenings;
}
