import type { Company, Person } from "../world/company.ts";
import type { Happening } from "../world/happenings.ts";
import type { SeededRandom } from "../world/random.ts";
import { instantOf } from "../world/zone.ts";
import type { Agenda, GoogleCalendar } from "./agenda.ts";
import { type Answer, type EventTime, instancesOf } from "./meeting.ts";
import { Script, type Slot } from "./script.ts";
import { contactAt } from "./tell_mail.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A time of day in a zone, some days after an instant's day. */
function timeOn(at: number, days: number, hour: number, zone: string): EventTime {
  const wall = Math.floor(at / DAY) * DAY + days * DAY + hour * HOUR;
  return { instant: instantOf(wall, zone), zone };
}

function dateOn(at: number, days: number): EventTime {
  return { date: new Date(at + days * DAY).toISOString().slice(0, 10) };
}

/** From an hour of a day, so many minutes. */
function spanOn(at: number, days: number, hour: number, minutes: number, zone: string) {
  const start = timeOn(at, days, hour, zone);
  const end = "date" in start ? start : { instant: start.instant + minutes * MINUTE, zone };
  return { start, end };
}

/** Those invited answer within hours, some never. */
function answer(
  script: Script,
  random: SeededRandom,
  slot: Slot,
  at: number,
  people: readonly Person[],
): void {
  for (const { key } of people) {
    if (random.chance(0.2)) continue;
    const said: Answer = random.pick(["accepted", "accepted", "accepted", "tentative", "declined"]);
    const then = at + random.int(5, 900) * MINUTE;
    script.onEvent(slot, then, (agenda, id, when) => agenda.respond(id, key, said, when));
  }
}

/** Tells one happening in calendars: meetings about it, made when it happens, held in the days after. */
export function tellCalendar(happening: Happening, team: GoogleCalendar): Script {
  const script = new Script();
  const random = happening.random.fork("calendar");
  const { kind, at, lead, others, facts, project } = happening;
  const people = others.slice(0, 5);
  const attendees = people.map(({ key }) => key);
  const zone = random.chance(0.85) ? lead.timezone : "Asia/Tokyo";
  const soon = random.int(1, 12);
  const hour = random.pick([9, 10, 11, 14, 15, 16]);
  const meet = (summary: string, minutes: number, more: Partial<Parameters<Script["schedule"]>[0]> = {}) => {
    const times = spanOn(at, soon, hour, minutes, zone);
    const slot = script.schedule({ by: lead.key, summary, ...times, attendees, at, ...more });
    answer(script, random, slot, at, people);
    return slot;
  };

  if (kind === "incident") {
    const description =
      `What happened: ${facts.cause}.\n\nRunbook rb-${facts.ticket}. ${facts.count} ${facts.measure}.`;
    meet(`Post-mortem ${project.name}`, 60, { description });
  }
  if (kind === "customer_report") {
    const contact = contactAt(String(facts.customer));
    const location = `https://meet.example/${facts.ticket}`;
    const call = meet(`Call with ${facts.customer}`, 45, {
      attendees: [...attendees.slice(0, 2), contact],
      location,
    });
    const moves = random.next();
    const later = spanOn(at, soon + 2, hour + 1, 45, zone);
    if (moves < 0.25) script.onEvent(call, at + HOUR, (agenda, id, when) => agenda.move(id, later, when));
    else if (moves < 0.4) script.onEvent(call, at + DAY, (agenda, id, when) => agenda.cancel(id, when));
  }
  if (kind === "decision") {
    const review = meet(`Decide: ${facts.part} (${project.name})`, 30, { location: "Room Heron, 2nd floor" });
    const description = `Options:\n1. ${facts.choice}\n2. ${facts.other_choice}`;
    script.onEvent(review, at + 2 * HOUR, (agenda, id, when) => agenda.edit(id, { description }, when));
  }
  if (kind === "launch") {
    // Long, and in HTML, as people paste it.
    const line = `<li>${project.name} &amp; ${facts.part}: ${facts.percent}% of accounts</li>`;
    meet(`Go/no-go \u{1F680} ${project.name} ${facts.version}`, 30, {
      description: `<ul>${line.repeat(120)}</ul>`,
    });
  }
  if (kind === "announcement") {
    meet("All hands", 60, { calendar: team.id, description: `Topics: ${project.name}, hiring, questions.` });
  }
  if (kind === "budget") {
    meet(`Budget ${project.name}`, 45, { visibility: "private", description: `\u20ac${facts.amount}` });
  }
  if (kind === "board") {
    const dates = { start: dateOn(at, soon), end: dateOn(at, soon + 3) };
    script.schedule({
      by: lead.key,
      summary: "Board off-site",
      ...dates,
      attendees,
      visibility: "private",
      at,
    });
  }
  if (kind === "chatter" && random.chance(0.4)) {
    const dates = { start: dateOn(at, soon), end: dateOn(at, soon + random.int(1, 6)) };
    script.schedule({ by: lead.key, summary: `${lead.name}: leave`, ...dates, calendar: team.id, at });
  }
  if (kind === "mishap") {
    const wrong = meet("Review (wrong day, sorry)", 30);
    script.onEvent(wrong, at + 10 * MINUTE, (agenda, id, when) => agenda.cancel(id, when));
  }
  return script;
}

/** What stands in the calendars from the first day on: the series, and the holidays. */
export function openingCalendar(
  company: Company,
  { firstDay, random, holidays }: { firstDay: number; random: SeededRandom; holidays: GoogleCalendar },
): Script {
  const script = new Script();
  const staff = company.people.filter(({ active }) => active);
  const [boss, second] = staff;
  const engineers = staff.filter(({ team }) => team === "engineering");
  const leaders = staff.filter(({ team, title }) => team === "leadership" || title.startsWith("Head"));
  const chief = engineers[0];
  if (boss === undefined || second === undefined || chief === undefined) return script;
  const at = firstDay - 30 * DAY;
  // Series begin on the Monday of the first week.
  const monday = firstDay - ((new Date(firstDay).getUTCDay() + 6) % 7) * DAY;
  const keys = (people: readonly Person[]) => people.map(({ key }) => key);
  const series = (
    by: Person,
    summary: string,
    times: ReturnType<typeof spanOn>,
    rule: string,
    who: readonly Person[],
    leftOut: readonly string[] = [],
  ) =>
    script.schedule({
      by: by.key,
      summary,
      ...times,
      recurrence: [`RRULE:${rule}`, ...leftOut],
      attendees: keys(who),
      at,
    });

  const weekdays = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR";
  const standup = series(
    chief,
    "Engineering standup",
    spanOn(monday, 0, 9.5, 15, chief.timezone),
    weekdays,
    engineers.slice(1),
  );
  const weekly = series(
    boss,
    "Leadership weekly",
    spanOn(monday, 0, 14, 60, boss.timezone),
    "FREQ=WEEKLY",
    leaders.slice(1),
  );
  series(boss, "1:1", spanOn(monday, 2, 16, 30, boss.timezone), "FREQ=WEEKLY;INTERVAL=2;COUNT=26", [second], [
    // As calendars that came from elsewhere write what is left out.
    `EXDATE;TZID=${boss.timezone}:${
      new Date(monday + 30 * DAY).toISOString().slice(0, 10).replaceAll("-", "")
    }T160000`,
  ]);
  const firstThursday = "FREQ=MONTHLY;BYDAY=1TH";
  series(
    boss,
    "Monthly review",
    spanOn(firstThursdayAfter(monday), 0, 17, 90, "America/New_York"),
    firstThursday,
    leaders.slice(1),
  );
  const pay = { start: dateOn(monday, 3), end: dateOn(monday, 4) };
  script.schedule({ by: boss.key, summary: "Pay day", ...pay, recurrence: ["RRULE:FREQ=MONTHLY"], at });

  // Week by week something comes in between: an instance is cancelled, moved, or said anew.
  for (let week = 1; week < 60; week++) {
    const own = random.fork(`week-${week}`);
    const said = monday + week * 7 * DAY + 8 * HOUR;
    changeOneOf(script, own, standup, { at: said, how: CHANGES[week % 3] });
    const how = CHANGES[(week + 1) % 3];
    if (own.chance(0.5)) changeOneOf(script, own, weekly, { at: said, how });
  }
  const days = [[0, "Founders' day"], [20, "Tag der Deutschen Einheit"], [45, "Quiet Friday"], [
    75,
    "Year's end",
  ]] as const;
  for (const [day, summary] of days) {
    const dates = { start: dateOn(firstDay, day), end: dateOn(firstDay, day + 1) };
    script.schedule({ by: boss.key, summary, ...dates, calendar: holidays.id, at });
  }
  return script;
}

/** The first Thursday (00:00 UTC) of the month that follows. */
function firstThursdayAfter(day: number): number {
  const date = new Date(day);
  const first = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
  return first + ((4 - new Date(first).getUTCDay() + 7) % 7) * DAY;
}

const CHANGES = ["cancel", "move", "rename"] as const;

/** Cancels, moves or renames one of the instances of the ten days to come. */
function changeOneOf(
  script: Script,
  random: SeededRandom,
  slot: Slot,
  { at, how }: { at: number; how: typeof CHANGES[number] | undefined },
): void {
  const draw = random.next();
  script.onEvent(slot, at, (agenda: Agenda, id, when) => {
    const coming = instancesOf(agenda.meeting(id), at + 10 * DAY).filter(({ start }) =>
      "instant" in start && start.instant > at
    );
    const one = coming[Math.floor(draw * coming.length)];
    if (one === undefined || "date" in one.start || "date" in one.end) return;
    const later = <T extends { instant: number }>(time: T) => ({ ...time, instant: time.instant + 2 * HOUR });
    if (how === "cancel") agenda.cancelInstance(id, one.start, when);
    else if (how === "move") {
      agenda.changeInstance(id, one.start, { start: later(one.start), end: later(one.end) }, when);
    } else agenda.changeInstance(id, one.start, { summary: `${one.meeting.summary} (bring numbers)` }, when);
  });
}
