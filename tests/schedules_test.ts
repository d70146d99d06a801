/**
 * pipeline.next_slot against Temporal and croner. CI asks a seeded sample of zones; `deno task test:schedules` asks every
 * zone. SCHEDULE_ZONES: `all`, or how many besides the odd ones; SCHEDULE_SEED: another sample.
 */
import assert from "node:assert/strict";
import { seededRandom } from "../scripts/local/workplace/world/random.ts";
import { print, secondsSince } from "../scripts/postgres/say.ts";
import { openScene } from "./scene.ts";
import { askAfter, askSequences, type Question } from "./schedules/asked_slots.ts";
import { Oracle, type Zone } from "./schedules/oracle.ts";
import {
  ANCHOR,
  FROM,
  LONGEST_WAIT,
  longestWait,
  questionsAround,
  questionsOfYears,
  TO,
  watchedInstants,
} from "./schedules/questions.ts";
import { readZoneData } from "./schedules/zone_data.ts";

/** Half hours, quarters, midnight, two hours, Ramadan, both hemispheres, far from UTC, and no change at all. */
const ODD = [
  "Africa/Cairo",
  "Africa/Casablanca",
  "America/Havana",
  "America/Nuuk",
  "America/Santiago",
  "Antarctica/Troll",
  "Asia/Kathmandu",
  "Australia/Lord_Howe",
  "Europe/Berlin",
  "Pacific/Chatham",
];
const DAY = 86_400;
const HOUR = 3_600;
/** No divisor of an hour, so that every instant asked about is another one of its hour. */
const STEP = Deno.env.get("SCHEDULE_ZONES") === "all" ? 1_499 : 2_999;

const END = TO + LONGEST_WAIT + 4 * DAY;

const sample = Deno.env.get("SCHEDULE_ZONES") ?? "3";
const seed = Deno.env.get("SCHEDULE_SEED") ?? "2026";

const scene = await openScene();
Deno.test.afterAll(() => scene.stack.close());
const { database } = scene.stack;
const oracle = new Oracle(ANCHOR, FROM, END);
const data = await readZoneData(database, askedZones(), FROM - 4 * DAY, END);

function askedZones(): string[] {
  const all = Intl.supportedValuesOf("timeZone");
  if (sample === "all") return all;
  const others = all.filter((zone) => !ODD.includes(zone));
  return [...ODD, ...seededRandom(seed).sample(others, Number(sample))];
}

/** Counts what was compared, and keeps the first few sentences about what differs. */
class Comparison {
  slots = 0;
  questions = 0;
  mismatches = 0;
  readonly examples: string[] = [];
  readonly #startedAt = performance.now();

  take(zone: Zone, question: Question, theirs: readonly number[], ours: readonly number[], after?: number[]) {
    this.questions++;
    this.slots += ours.length;
    const wrong = ours.findIndex((slot, index) => !Object.is(slot, theirs[index]));
    const at = wrong === -1 && theirs.length > ours.length ? ours.length : wrong;
    if (at === -1) return;
    this.mismatches++;
    if (this.examples.length >= 10) return;
    this.examples.push(
      `${zone.name} ${JSON.stringify(question.rule)} after ${
        told((after ?? [question.from, ...ours])[at])
      }: ` +
        `Postgres says ${told(theirs[at])}, Temporal ${told(ours[at])}`,
    );
  }

  close(what: string) {
    print(
      `schedules | ${what}: ${data.zones.length} zones, ${this.questions} rules, ${this.slots} slots, ` +
        `${this.mismatches} mismatches, ${secondsSince(this.#startedAt)} on ${database.kind}`,
    );
    assert.ok(this.slots > 0, "something was compared");
    assert.equal(this.mismatches, 0, this.examples.join("\n"));
  }
}

Deno.test("Postgres and Intl know the same zones, and nearly all of them alike", () => {
  const shorter = data.zones.filter(({ until }) => until < END);
  print(`schedules | ${data.zones.length - shorter.length} zones are the same in Postgres and Intl`);
  for (const { name, until } of shorter) {
    print(`schedules | another edition of the zone data, compared until ${told(until)} only: ${name}`);
  }
  assert.deepEqual(data.unknown, []);
  // A government that changes its mind shows in one edition before the other; that is no reason to compare nothing.
  assert.ok(shorter.length <= data.zones.length / 4);
});

Deno.test("every recurrence has the slots that Temporal gives it, over three years", async () => {
  const comparison = new Comparison();
  await eachZone(async (zone) => {
    const questions = questionsOfYears(zone);
    const theirs = await askSequences(database, zone.name, questions);
    questions.forEach((question, nth) =>
      comparison.take(
        zone,
        question,
        theirs[nth] ?? [],
        oracle.slots(question.rule, zone, question.from, question.to),
      )
    );
  });
  comparison.close("three years");
});

Deno.test("in and around every gap and fold slots are Temporal's, one after the other", async () => {
  const comparison = new Comparison();
  await eachZone(async (zone) => {
    const questions = watchedInstants(zone).flatMap((at) => questionsAround(zone, at));
    const theirs = await askSequences(database, zone.name, questions);
    questions.forEach((question, nth) => {
      const ours = oracle.slots(question.rule, zone, question.from, question.to);
      comparison.take(zone, question, theirs[nth] ?? [], ours);
    });
  });
  comparison.close("gaps and folds");
});

Deno.test("from any instant around a gap or fold the next slot is Temporal's", async () => {
  const comparison = new Comparison();
  await eachZone(async (zone) => {
    const questions = watchedInstants(zone).flatMap((at) =>
      questionsAround(zone, at).filter(({ rule }) => rule.frequency !== "once")
        .map((question) => ({ ...question, from: at - 26 * HOUR, to: at + 26 * HOUR }))
    );
    const theirs = await askAfter(database, zone.name, questions, STEP);
    questions.forEach((question, nth) => {
      const { rule, from, to } = question;
      const slots = oracle.slots(
        rule,
        zone,
        from,
        to + longestWait(rule),
      );
      const after = Array.from(
        { length: Math.floor((to - from) / STEP) + 1 },
        (_, step) => from + step * STEP,
      );
      const ours = firstAfter(slots, after);
      comparison.take(zone, question, theirs[nth] ?? [], ours, after);
    });
  });
  comparison.close("from any instant");
});

/** Of ascending slots the first after each of ascending instants, NaN where there is none. */
function firstAfter(slots: readonly number[], instants: readonly number[]): number[] {
  let nth = 0;
  return instants.map((at) => {
    while ((slots[nth] ?? Infinity) <= at) nth++;
    return slots[nth] ?? NaN;
  });
}

/** Two at a time: one is asked about in Postgres while the other is worked out here. */
async function eachZone(compare: (zone: Zone) => Promise<void>): Promise<void> {
  const left = data.zones.values();
  const lane = async () => {
    for (const zone of left) await compare(zone);
  };
  await Promise.all([lane(), lane()]);
}

function told(slot: number | undefined): string {
  return slot === undefined || Number.isNaN(slot) ? "none" : new Date(slot * 1_000).toISOString();
}
