import type { WorkplaceClock } from "./clock.ts";
import { type Company, foundCompany } from "./company.ts";
import { type Happening, happeningsOfDay } from "./happenings.ts";
import { type SeededRandom, seededRandom } from "./random.ts";

const DAY = 86_400_000;

export interface StoryOptions {
  /** Decides everything: people, projects, what happens. */
  seed: number | string;
  /** Days of life before the workplace opens. */
  days: number;
  /** Multiplies how much happens in a day. */
  pace: number;
  clock: WorkplaceClock;
}

/** A company and what happens at it, day by day. Every platform of one seed tells the same story. */
export class Story {
  readonly company: Company;
  /** Start (UTC) of the story's day 0, epoch milliseconds. */
  readonly firstMidnight: number;
  /** What else a platform draws (ids, channels, …), each from a fork with a name of its own. */
  readonly random: SeededRandom;
  readonly #clock: WorkplaceClock;
  readonly #pace: number;

  constructor({ seed, days, pace, clock }: StoryOptions) {
    this.random = seededRandom(seed);
    this.company = foundCompany(this.random.fork("company"));
    this.firstMidnight = Math.floor(clock.now().getTime() / DAY) * DAY - days * DAY;
    this.#clock = clock;
    this.#pace = pace;
  }

  /** All of a day (0 is the first), whether it has come or not. */
  happeningsOf(day: number): Happening[] {
    const midnight = this.firstMidnight + day * DAY;
    return happeningsOfDay(this.company, this.random.fork("story"), { midnight, day, pace: this.#pace });
  }

  /** Days that have begun by the clock's present. */
  get daysBegun(): number {
    return Math.floor((this.#clock.now().getTime() - this.firstMidnight) / DAY) + 1;
  }

  /** What happened from the first day to the present, in the order of time. */
  happenings(): Happening[] {
    const now = this.#clock.now().getTime();
    const all = Array.from({ length: this.daysBegun }, (_, day) => this.happeningsOf(day)).flat();
    return all.filter((happening) => happening.at <= now).sort((left, right) => left.at - right.at);
  }
}
