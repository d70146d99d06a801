import { instantOf, wallOf } from "../world/zone.ts";
import type { Address } from "./mail.ts";
import { occurrences } from "./recurrence.ts";

/** When something begins or ends: an instant with the zone it was made in, or a whole day. */
export type EventTime = { instant: number; zone: string } | { date: string };

export type Answer = "needsAction" | "accepted" | "declined" | "tentative";

export interface Attendee extends Address {
  answer: Answer;
}

/** An event as everyone invited has it; each of their calendars lists it under the same id. */
export interface Meeting {
  /** Unique in a calendar only. */
  id: string;
  summary: string;
  description: string;
  location: string;
  start: EventTime;
  /** After the last moment; of whole days, the day after the last. */
  end: EventTime;
  /** RRULE lines of a series; empty on everything else. */
  recurrence: readonly string[];
  status: "confirmed" | "tentative" | "cancelled";
  organizer: Address;
  attendees: readonly Attendee[];
  visibility: "default" | "private";
  /** Epoch milliseconds. */
  created: number;
  updated: number;
  /** Ids of the calendars that list it. */
  calendarIds: readonly string[];
  /** Set on an instance that differs from its series: which series, and when it would have begun. */
  exception?: { series: Meeting; originalStart: EventTime };
  /** Instances that a change of the series did away with. */
  dropped: Map<string, EventTime>;
}

/** One instance of a series, or a single event. */
export interface Instance {
  id: string;
  meeting: Meeting;
  start: EventTime;
  end: EventTime;
  status: Meeting["status"];
  /** On instances of a series. */
  originalStart?: EventTime;
}

/** The instant of a time; whole days begin at midnight of the calendar's zone. */
export function instantOfTime(time: EventTime, zone: string): number {
  return "date" in time ? instantOf(Date.parse(time.date), zone) : time.instant;
}

/** `20261105T090000Z`, or `20261105` for a whole day: how an instance's id ends. */
export function stampOf(time: EventTime): string {
  if ("date" in time) return time.date.replaceAll("-", "");
  return new Date(time.instant).toISOString().replace(/\.\d+/, "").replace(/[-:]/g, "");
}

/** The id of the instance that began, or would have begun, at a time. */
export function instanceId(series: Meeting, originalStart: EventTime): string {
  return `${series.id}_${stampOf(originalStart)}`;
}

/** A single event or a changed instance as an instance. */
export function instanceOf(meeting: Meeting): Instance {
  const { id, start, end, status, exception } = meeting;
  return { id, meeting, start, end, status, ...(exception && { originalStart: exception.originalStart }) };
}

/**
 * The instances of a series that begin by an instant, the changed ones left as the rule has them. The wall
 * clock of the series' zone is kept when summer time begins or ends.
 */
export function instancesOf(series: Meeting, until: number): Instance[] {
  const { start, end } = series;
  const shifted = (time: EventTime, wall: number): EventTime =>
    "date" in time
      ? { date: new Date(wall).toISOString().slice(0, 10) }
      : { instant: instantOf(wall, time.zone), zone: time.zone };
  const wallAt = (time: EventTime) =>
    "date" in time ? Date.parse(time.date) : wallOf(time.instant, time.zone);
  const zone = "date" in start ? "Etc/UTC" : start.zone;
  const length = "date" in start || "date" in end ? wallAt(end) - wallAt(start) : end.instant - start.instant;
  const walls = occurrences({
    start: wallAt(start),
    recurrence: series.recurrence,
    end: wallOf(until, zone),
    instantOf: (wall) => instantOf(wall, zone),
  });
  return walls.map((wall): Instance => {
    const begin = shifted(start, wall);
    const finish: EventTime = "date" in begin
      ? shifted(end, wall + length)
      : { instant: begin.instant + length, zone: "zone" in end ? end.zone : begin.zone };
    const id = instanceId(series, begin);
    return { id, meeting: series, start: begin, end: finish, status: series.status, originalStart: begin };
  });
}
