/** Calendar: what the company's first person can read, with events made at every age to move, change and cancel. */
import type { GoogleDomain } from "../local/workplace/google/domain.ts";
import type { TruthEvent } from "../local/workplace/google/calendar_truth.ts";
import type { EventTime, Meeting } from "../local/workplace/google/meeting.ts";
import { googleSide } from "./google_grant.ts";
import { AGES, openWorkplace, type PlatformWorld, type WorldOptions } from "./platform_world.ts";
import type { WantedItem } from "./verdict.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const ZONE = "Europe/Berlin";
/** What a person's sync keeps of a calendar (the seed's F1). */
const WINDOW = { before: 7 * DAY, after: 14 * DAY };

interface Standing {
  readonly edited: Meeting;
  readonly moved: Meeting;
  readonly cancelled: Meeting;
  readonly answered: Meeting;
  readonly series: Meeting;
  readonly seriesCancelled: Meeting;
  readonly instances: readonly EventTime[];
}

export async function openCalendarWorld(options: WorldOptions): Promise<PlatformWorld> {
  const { time, ages = AGES } = options;
  const { workplace, close } = await openWorkplace(options);
  const { google } = workplace;
  const { domain, grant: { account } } = google;
  const owner = account.person.key;
  const friend = domain.company.people.find(({ key, active }) => key !== owner && active)?.key ?? "";
  const side = googleSide(workplace);
  // Whole minutes, as people make appointments; the API tells no milliseconds.
  const opening = Math.floor(time.now().getTime() / 60_000) * 60_000;
  const standing = ages.map((age, number) => layOut(domain, { owner, friend, opening, age, number }));
  return {
    platform: "calendar",
    workplace,
    journal: google.journal,
    get grant() {
      return side.grant;
    },
    regrant: side.regrant,
    inject: side.inject,
    change(age) {
      const changing = standing.filter((_, number) => age === undefined || number === age);
      for (const one of changing) changeAll(domain, one, friend);
      // Not all of them: more than a fifth gone at once would be held back.
      for (const { seriesCancelled } of changing.slice(0, 3)) domain.agenda.cancel(seriesCancelled.id);
      if (age !== undefined) return;
      schedule(domain, {
        by: owner,
        friend,
        summary: "Made after the first sync",
        start: opening + 30 * HOUR,
      });
    },
    wanted: (selected) => {
      const now = time.now().getTime();
      // Wider than the window: what was in it may still be held.
      const around = { from: new Date(now - 60 * DAY), to: new Date(now + 60 * DAY) };
      return [...selected].flatMap((id) => {
        const isFreeBusy = domain.sharesFreeBusy(domain.agenda.calendar(id), account);
        return domain.truth(id, around).map((event) => wantedEvent(event, now, isFreeBusy));
      });
    },
    [Symbol.asyncDispose]: close,
  };
}

function schedule(
  { agenda }: GoogleDomain,
  event: {
    by: string;
    friend: string;
    summary: string;
    start: number;
    at?: Date;
    recurrence?: readonly string[];
  },
): Meeting {
  return agenda.schedule({
    by: event.by,
    summary: event.summary,
    description: `${event.summary}: what to prepare`,
    location: "Room 4",
    start: { instant: event.start, zone: ZONE },
    end: { instant: event.start + HOUR, zone: ZONE },
    attendees: [event.friend],
    ...(event.at && { at: event.at }),
    ...(event.recurrence && { recurrence: event.recurrence }),
  });
}

/** One event an hour from some days on, so that each age has its own days: past ones, today and to come. */
function layOut(
  domain: GoogleDomain,
  { owner, friend, opening, age, number }: {
    owner: string;
    friend: string;
    opening: number;
    age: number;
    number: number;
  },
): Standing {
  const at = new Date(opening - age);
  const from = opening + (number * 2 - 3) * DAY;
  const make = (hours: number, summary: string, recurrence?: readonly string[]) =>
    schedule(domain, {
      by: owner,
      friend,
      summary: `${summary} ${number}`,
      start: from + hours * HOUR,
      at,
      ...(recurrence && { recurrence }),
    });
  const series = make(5, "Every day for a while", ["RRULE:FREQ=DAILY;COUNT=8"]);
  const wall = from + 5 * HOUR;
  return {
    edited: make(1, "Agenda to follow"),
    moved: make(2, "Soon to be moved"),
    cancelled: make(3, "Soon to be cancelled"),
    answered: make(4, "Will you come"),
    series,
    seriesCancelled: make(6, "Every day, not for long", ["RRULE:FREQ=DAILY;COUNT=2"]),
    instances: [1, 2].map((day) => ({ instant: wall + day * DAY, zone: ZONE })),
  };
}

function changeAll({ agenda }: GoogleDomain, one: Standing, friend: string): void {
  agenda.edit(one.edited.id, { summary: "Budget review", description: "Bring your figures" });
  if ("instant" in one.moved.start) {
    const start = { instant: one.moved.start.instant + DAY, zone: ZONE };
    agenda.move(one.moved.id, { start, end: { instant: start.instant + HOUR, zone: ZONE } });
  }
  agenda.cancel(one.cancelled.id);
  agenda.respond(one.answered.id, friend, "accepted");
  const [first, second] = one.instances;
  if (first) agenda.cancelInstance(one.series.id, first);
  if (second) agenda.changeInstance(one.series.id, second, { summary: "Only today by phone" });
}

/** @param isFreeBusy its owner shows when they are busy and no word of it */
function wantedEvent(event: TruthEvent, now: number, isFreeBusy: boolean): WantedItem {
  // A pass counts its window from its own beginning, and whole days from a zone's midnight.
  const margin = event.isAllDay ? DAY : HOUR;
  const isInside = event.endsAt > now - WINDOW.before + margin &&
    event.startsAt < now + WINDOW.after - margin;
  return {
    key: `${event.calendarId}/${event.id}`,
    sources: [event.calendarId],
    says: isFreeBusy ? [] : [event.summary, event.location, ...readable(event.description)],
    ...(!event.isAllDay && { at: event.startsAt }),
    ...(!isInside && { optional: true }),
  };
}

/** Descriptions may be HTML: their lines as a person reads them. */
function readable(description: string): string[] {
  return description.replace(/<[^>]*>/g, "\n").replaceAll("&lt;", "<").replaceAll("&gt;", ">")
    .replaceAll("&nbsp;", " ").replaceAll("&amp;", "&").split(/\n+/).map((line) => line.trim());
}
