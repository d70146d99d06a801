import type { WorkplaceClock } from "../world/clock.ts";
import type { SeededRandom } from "../world/random.ts";
import type { Address } from "./mail.ts";
import {
  type Answer,
  type EventTime,
  instanceId,
  instancesOf,
  instantOfTime,
  type Meeting,
  stampOf,
} from "./meeting.ts";

const DAY = 86_400_000;
/** How far ahead a series is expanded: Google stops somewhere, we after two years. */
export const HORIZON = 730 * DAY;
/** Sync tokens die when Google pleases; here after thirty days, or on demand. */
const TOKEN_LIFETIME = 30 * DAY;

/** What a calendar is; `holidays` and `group` belong to nobody. */
export interface GoogleCalendar {
  id: string;
  summary: string;
  /** IANA zone. */
  zone: string;
  kind: "primary" | "group" | "holidays";
  meetings: Map<string, Meeting>;
  /** The calendar's version at the latest change of each event. */
  changed: Map<string, number>;
  version: number;
  /** How long its sync tokens live, in milliseconds. */
  tokenLifetime: number;
  /** Counts how often all of its sync tokens were ended. */
  tokenEpoch: number;
  /** Version of the calendar lists at which it came or went. */
  listed: number;
  deleted: boolean;
}

/** An event to put into calendars. */
export interface Scheduling {
  /** Key or e-mail address of the organizer. */
  by: string;
  summary: string;
  start: EventTime;
  end: EventTime;
  description?: string;
  location?: string;
  /** RRULE lines. */
  recurrence?: readonly string[];
  /** Keys or addresses of who is invited, the organizer apart. */
  attendees?: readonly (string | Address)[];
  visibility?: Meeting["visibility"];
  status?: "confirmed" | "tentative";
  /** The calendar (id) it is made in; the organizer's own if left out. */
  calendar?: string;
  /** When it is made; the workplace's present if left out. */
  at?: Date;
}

export type Edit = Partial<Pick<Meeting, "summary" | "description" | "location" | "visibility" | "status">>;
export type Times = Pick<Meeting, "start" | "end">;

/** The calendars of one company, and how events come and change. Wrong names throw: mistakes of the test. */
export class Agenda {
  readonly calendars: GoogleCalendar[] = [];
  readonly #address: (who: string | Address) => Address;
  readonly #clock: WorkplaceClock;
  readonly #random: SeededRandom;
  #listVersion = 1;

  constructor(address: (who: string | Address) => Address, random: SeededRandom, clock: WorkplaceClock) {
    this.#address = address;
    this.#random = random;
    this.#clock = clock;
  }

  /** Version of the calendar lists: grows when a calendar comes or goes. */
  get listVersion(): number {
    return this.#listVersion;
  }

  /** Opens a calendar; one that is neither a person's nor `holidays` is in everyone's list. */
  open(calendar: Pick<GoogleCalendar, "summary" | "zone" | "kind"> & { id?: string }): GoogleCalendar {
    const id = calendar.id ?? `c_${this.#random.characters(26).toLowerCase()}@group.calendar.google.com`;
    const opened: GoogleCalendar = {
      ...calendar,
      id,
      meetings: new Map(),
      changed: new Map(),
      version: 1,
      tokenLifetime: TOKEN_LIFETIME,
      tokenEpoch: 1,
      listed: ++this.#listVersion,
      deleted: false,
    };
    this.calendars.push(opened);
    return opened;
  }

  /** Takes a calendar away from everyone. */
  close(id: string): void {
    const calendar = this.calendar(id);
    calendar.deleted = true;
    calendar.listed = ++this.#listVersion;
  }

  /** The calendar with this id, or of the person with this key. */
  calendar(idOrKey: string): GoogleCalendar {
    const found = this.calendars.find(({ id }) => id === idOrKey) ??
      this.calendars.find(({ id }) => id === this.#address(idOrKey).email);
    if (found === undefined) throw new Error(`There is no calendar '${idOrKey}' in this workplace`);
    return found;
  }

  /** The event with this id. */
  meeting(id: string): Meeting {
    const found = this.calendars.map(({ meetings }) => meetings.get(id)).find((one) => one !== undefined);
    if (found === undefined) throw new Error(`There is no event '${id}' in this workplace`);
    return found;
  }

  /** Makes an event in the organizer's calendar and in those of everyone of the company who is invited. */
  schedule(scheduling: Scheduling): Meeting {
    const organizer = this.#address(scheduling.by);
    const attendees = (scheduling.attendees ?? []).map((one) => ({
      ...this.#address(one),
      answer: "needsAction" as Answer,
    }));
    if (attendees.length > 0) attendees.unshift({ ...organizer, answer: "accepted" });
    const own = this.calendars.filter(({ id }) => attendees.some(({ email }) => email === id));
    const made = this.calendar(scheduling.calendar ?? scheduling.by);
    const at = (scheduling.at ?? this.#clock.now()).getTime();
    const meeting: Meeting = {
      // Google's alphabet of event ids: base32hex.
      id: this.#random.characters(26, "0123456789abcdefghijklmnopqrstuv"),
      summary: scheduling.summary,
      description: scheduling.description ?? "",
      location: scheduling.location ?? "",
      start: scheduling.start,
      end: scheduling.end,
      recurrence: scheduling.recurrence ?? [],
      status: scheduling.status ?? "confirmed",
      organizer,
      attendees,
      visibility: scheduling.visibility ?? "default",
      created: at,
      updated: at,
      calendarIds: [...new Set([made.id, ...own.map(({ id }) => id)])],
      dropped: new Map(),
    };
    this.#list(meeting);
    return meeting;
  }

  /** Changes what an event says. */
  edit(id: string, change: Edit, at?: Date): Meeting {
    return this.#change(this.meeting(id), change, at);
  }

  /** Moves an event; a series with all its instances. */
  move(id: string, times: Times, at?: Date): Meeting {
    return this.#change(this.meeting(id), times, at);
  }

  /** Changes the repetition of a series. */
  repeat(id: string, recurrence: readonly string[], at?: Date): Meeting {
    return this.#change(this.meeting(id), { recurrence }, at);
  }

  /** Someone answers an invitation. */
  respond(id: string, who: string, answer: Answer, at?: Date): Meeting {
    const { email } = this.#address(who);
    const meeting = this.meeting(id);
    const attendees = meeting.attendees.map((one) => one.email === email ? { ...one, answer } : one);
    return this.#change(meeting, { attendees }, at);
  }

  /** Cancels an event for everyone; a series with all its instances. */
  cancel(id: string, at?: Date): Meeting {
    const meeting = this.meeting(id);
    for (const exception of this.exceptionsOf(meeting)) {
      if (exception.status !== "cancelled") this.#change(exception, { status: "cancelled" }, at);
    }
    return this.#change(meeting, { status: "cancelled" }, at);
  }

  /** Cancels one instance of a series, named by when it begins by the rule. */
  cancelInstance(seriesId: string, originalStart: EventTime, at?: Date): Meeting {
    return this.changeInstance(seriesId, originalStart, { status: "cancelled" }, at);
  }

  /** Changes or moves one instance of a series, named by when it begins by the rule. */
  changeInstance(
    seriesId: string,
    originalStart: EventTime,
    change: Edit & Partial<Times> | { status: "cancelled" },
    at?: Date,
  ): Meeting {
    const series = this.meeting(seriesId);
    const id = instanceId(series, originalStart);
    const known = this.exceptionsOf(series).find((one) => one.id === id);
    if (known !== undefined) return this.#change(known, change, at);
    const until = instantOfTime(originalStart, "Etc/UTC") + DAY;
    const regular = instancesOf(series, until).find((one) => one.id === id);
    if (regular === undefined) {
      throw new Error(`The series '${seriesId}' has no instance at ${stampOf(originalStart)}`);
    }
    const { start, end } = regular;
    const made = (at ?? this.#clock.now()).getTime();
    const exception = { series, originalStart: start };
    const meeting: Meeting = {
      ...series,
      id,
      start,
      end,
      recurrence: [],
      exception,
      updated: made,
      dropped: new Map(),
    };
    Object.assign(meeting, change);
    this.#list(meeting);
    return meeting;
  }

  /** Ends all sync tokens of a calendar: the next events.list with one answers 410. */
  expireSyncTokens(calendarId: string): void {
    this.calendar(calendarId).tokenEpoch += 1;
  }

  /** The instances of a series that were changed or cancelled one by one. */
  exceptionsOf(series: Meeting): Meeting[] {
    const { meetings } = this.calendar(series.calendarIds[0] ?? "");
    return [...meetings.values()].filter(({ exception }) => exception?.series === series);
  }

  #change(meeting: Meeting, change: Partial<Meeting>, at: Date | undefined): Meeting {
    const until = this.#clock.now().getTime() + HORIZON;
    const moves = meeting.recurrence.length > 0 && ("start" in change || "recurrence" in change);
    const before = moves ? instancesOf(meeting, until) : [];
    Object.assign(meeting, change, { updated: (at ?? this.#clock.now()).getTime() });
    if (moves) {
      const after = new Set(instancesOf(meeting, until).map(({ id }) => id));
      for (const { id, start } of before) if (!after.has(id)) meeting.dropped.set(id, start);
      for (const id of after) meeting.dropped.delete(id);
      // What was changed one by one goes when its series no longer has that time.
      for (const exception of this.exceptionsOf(meeting)) {
        if (!after.has(exception.id) && exception.status !== "cancelled") {
          this.#change(exception, { status: "cancelled" }, at);
        }
      }
    }
    this.#list(meeting);
    return meeting;
  }

  /** Notes an event, or a change of it, in every calendar that has it. */
  #list(meeting: Meeting): void {
    for (const calendarId of meeting.calendarIds) {
      const calendar = this.calendar(calendarId);
      calendar.meetings.set(meeting.id, meeting);
      calendar.changed.set(meeting.id, ++calendar.version);
    }
  }
}
