/** What is asked of each zone: every recurrence over three years, and everything that can go wrong when clocks change. */
import { Temporal } from "temporal-polyfill/implementation";
import type { Question } from "./asked_slots.ts";
import type { Zone } from "./oracle.ts";
import { type Rule, type Weekday, weekdayOf } from "./rule.ts";
import { changesOf, offsetAt } from "./zone_data.ts";

export const FROM = Date.parse("2025-01-01T00:00Z") / 1_000;
export const TO = Date.parse("2028-01-01T00:00Z") / 1_000;
/** A Wednesday; its week counts. */
export const ANCHOR = Temporal.PlainDate.from("2025-01-08");

const MINUTE = 60;
const DAY = 86_400;
/** No rule asked about around a change waits longer for its next slot: a 31st, a quarter of a day late. */
export const LONGEST_WAIT = 63 * DAY;

/** How long such a rule waits at most. */
export function longestWait(rule: Rule): number {
  if (rule.frequency === "monthly" || (rule.frequency === "cron" && / \d+ \* \*$/.test(rule.cron))) {
    return LONGEST_WAIT;
  }
  return (rule.frequency === "biweekly" ? 16 : rule.frequency === "daily" ? 2 : 9) * DAY;
}

const cron = (line: string): Rule => ({ frequency: "cron", cron: line });

/** Asked over all three years. */
const YEARLY: readonly Rule[] = [
  { frequency: "hourly" },
  { frequency: "daily", times: ["00:00", "02:30", "09:00", "23:30"] },
  { frequency: "weekly", times: ["02:00", "18:30"], day: ["wednesday", "sunday"] },
  { frequency: "biweekly", times: ["01:30"], day: ["monday", "sunday"] },
  ...[1, 15, 29, 30, 31].map((day): Rule => ({ frequency: "monthly", times: ["00:30", "12:00"], day })),
  cron("0 9 * * 1-5"),
  cron("15 1,2,3,23 * * sun"),
  cron("0 6 31 * *"),
  cron("*/20 0-4 1,15 * *"),
  cron("0 12 13 * fri"),
  cron("5 4 * jan-jun,nov mon"),
];

/** Lines with wildcards, asked around each change only: they have too many slots for three years. */
const WILD: readonly Rule[] = [
  { frequency: "hourly" },
  cron("*/7 * * * *"),
  cron("0 * * * *"),
  cron("10,40 * * * sat,sun"),
  cron("0 */2 * * *"),
  cron("*/20 0-3,22-23 * * *"),
];

const ask = (rule: Rule, from: number, to: number): Question => ({
  rule,
  anchor: ANCHOR.toString(),
  from,
  to,
});

/** Three years, or as long as the zone is known. */
export function questionsOfYears(zone: Zone): Question[] {
  return YEARLY.map((rule) => ask(rule, FROM, Math.min(TO, zone.until - 3 * DAY)));
}

/** The instants around which a zone is asked about; a zone whose clock never changes is asked about a quiet day. */
export function watchedInstants(zone: Zone): number[] {
  const changes = changesOf(zone).filter((at) => at > FROM && at < Math.min(TO, zone.until - LONGEST_WAIT));
  return changes.length > 0 ? changes : [Date.parse("2026-07-01T00:00Z") / 1_000];
}

/** Two days on both sides of an instant: wildcards, and all times in and beside the gap or fold. */
export function questionsAround(zone: Zone, at: number): Question[] {
  const [from, to] = [at - 2 * DAY, at + 2 * DAY];
  return [...WILD, ...edgeRules(zone, at)].map((rule) => ask(rule, from, to));
}

/** Rules at the edges of a gap or fold, in its middle, and a minute to either side. */
function edgeRules(zone: Zone, at: number): Rule[] {
  const shown = [offsetAt(zone, at - 1), offsetAt(zone, at)].map((offset) => at + offset);
  const [low, high] = [Math.min(...shown), Math.max(...shown)];
  const moments = [low - MINUTE, low, low + MINUTE, (low + high) / 2, high - MINUTE, high, high + MINUTE]
    .map(localTime);
  const times = [...new Set(moments.map((moment) => moment.toPlainTime().toString()))];
  const days = [...new Set(moments.map((moment) => moment.day))];
  const weekdays: Weekday[] = [...new Set(moments.map((moment) => weekdayOf(moment.toPlainDate())))];
  return [
    { frequency: "daily", times },
    { frequency: "weekly", times, day: weekdays },
    { frequency: "biweekly", times, day: weekdays },
    ...days.map((day): Rule => ({ frequency: "monthly", times, day })),
    ...[low, (low + high) / 2, high].map(localTime).flatMap(({ minute, hour, day }) => [
      cron(`${minute} ${hour} * * *`),
      cron(`${minute} ${hour} ${day} * *`),
    ]),
    ...moments.map((moment): Rule => ({ frequency: "once", at: moment.toString() })),
  ];
}

function localTime(wallTime: number): Temporal.PlainDateTime {
  return Temporal.PlainDateTime.from(new Date(wallTime * 1_000).toISOString().slice(0, 19));
}
