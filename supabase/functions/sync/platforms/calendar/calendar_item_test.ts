import assert from "node:assert/strict";
import { event as eventAnswer } from "./calendar_answers.ts";
import { itemOf, placeEvent } from "./calendar_item.ts";

const OWN = "mika@example.com";
const view = { calendarId: OWN, zone: "Europe/Berlin", isPrimary: true, ownEmail: OWN };
const hour = {
  start: { dateTime: "2026-11-05T14:00:00+01:00", timeZone: "Europe/Berlin" },
  end: { dateTime: "2026-11-05T15:00:00+01:00", timeZone: "Europe/Berlin" },
};

function read(raw: Record<string, unknown>, own: Partial<typeof view> = {}) {
  const placed = placeEvent(eventAnswer.parse({ id: "e1", status: "confirmed", ...hour, ...raw }), view.zone);
  return placed && itemOf(placed, { ...view, ...own });
}

Deno.test("an item says what a person reads: when, where, who, how they answered, how to join, and the words", () => {
  const item = read({
    summary: "Budget\n review",
    description:
      "<p>Bring &amp; compare:</p><ul><li>figures</li><li>plans</li></ul><a href='https://x.example'>Doc</a>",
    location: "Room 4",
    updated: "2026-11-01T08:00:00.123Z",
    htmlLink: "https://www.google.com/calendar/event?eid=1",
    recurringEventId: "series",
    organizer: { email: "ana@example.com", displayName: "Ana" },
    attendees: [
      { email: "ana@example.com", displayName: "Ana", organizer: true, responseStatus: "accepted" },
      { email: OWN, self: true, responseStatus: "declined" },
      { email: "room@resource.calendar.google.com", resource: true, responseStatus: "accepted" },
    ],
    conferenceData: {
      entryPoints: [{ entryPointType: "phone", uri: "tel:+49" }, {
        entryPointType: "video",
        uri: "https://meet.google.com/abc",
      }],
    },
  });
  assert.equal(
    item?.content,
    [
      "Budget review",
      "When: Thu, 5 Nov 2026, 14:00–15:00 (Europe/Berlin)",
      "Where: Room 4",
      "Organizer: Ana <ana@example.com>",
      "Attendees: Ana <ana@example.com> (accepted), mika@example.com (declined)",
      "Join: https://meet.google.com/abc",
      "",
      "Bring & compare:",
      "",
      "- figures",
      "- plans",
      "",
      "Doc",
    ].join("\n"),
  );
  assert.deepEqual([item.title, item.thread_id, item.author, item.is_user_authored], [
    "Budget review",
    "series",
    "Ana",
    false,
  ]);
  assert.deepEqual([item.source_timestamp, item.edited_at, item.keep_until], [
    "2026-11-05T13:00:00.000Z",
    "2026-11-01T08:00:00.123Z",
    "2026-11-06T14:00:00.000Z",
  ]);
  assert.equal(item.metadata["my_response"], "declined");
  assert.equal(item.permalink, "https://www.google.com/calendar/event?eid=1");
});

Deno.test("whole days begin at the calendar's midnight and end a day after the last, whatever zone the event names", () => {
  const item = read({
    summary: "Off",
    start: { date: "2026-10-24", timeZone: "Asia/Tokyo" },
    end: { date: "2026-10-26" },
  });
  assert.match(item?.content ?? "", /When: Sat, 24 Oct 2026 – Sun, 25 Oct 2026 \(all day\)/);
  assert.equal(item?.source_timestamp, "2026-10-23T22:00:00.000Z");
  // Summer time ended in between: the second midnight is an hour later.
  assert.equal(item?.keep_until, "2026-10-26T23:00:00.000Z");
  assert.deepEqual([item?.metadata["start"], item?.metadata["end"], item?.metadata["all_day"]], [
    "2026-10-24",
    "2026-10-26",
    true,
  ]);
});

Deno.test("birthdays, where somebody works, what is cancelled and what has no time are no items; absences are", () => {
  for (const eventType of ["birthday", "workingLocation"]) assert.equal(read({ eventType }), undefined);
  for (const eventType of ["default", "focusTime", "outOfOffice", "fromGmail"]) {
    assert.ok(read({ eventType }));
  }
  assert.equal(read({ status: "cancelled" }), undefined);
  assert.equal(read({ start: undefined }), undefined);
  assert.equal(read({ start: { dateTime: "tomorrow" } }), undefined);
  // Without an offset it would take place at a time of this machine's.
  assert.equal(read({ start: { dateTime: "2026-11-05T14:00:00" } }), undefined);
});

Deno.test("an event without an end, or with one before its beginning, is a moment or a day", () => {
  assert.equal(read({ end: undefined })?.keep_until, "2026-11-06T13:00:00.000Z");
  assert.equal(read({ end: { dateTime: "2020-01-01T00:00:00Z" } })?.keep_until, "2026-11-06T13:00:00.000Z");
  assert.equal(
    read({ start: { date: "2026-11-05" }, end: undefined })?.keep_until,
    "2026-11-06T23:00:00.000Z",
  );
});

Deno.test("a crowd is named by ten and counted, fifty are kept with their answers", () => {
  const attendees = Array.from({ length: 130 }, (_, number) => ({
    email: `p${number}@example.com`,
    responseStatus: "needsAction",
  }));
  const item = read({ attendees });
  assert.match(item?.content ?? "", /p9@example\.com \(no answer\) and 120 more/);
  assert.equal(item?.metadata["attendee_count"], 130);
  assert.ok(Array.isArray(item?.metadata["attendees"]) && item.metadata["attendees"].length === 50);
});

Deno.test("in a shared calendar, self is the calendar and not the person", () => {
  const team = "team@group.calendar.google.com";
  const own = { calendarId: team, isPrimary: false };
  const organizer = { email: team, displayName: "Team", self: true };
  const theirs = read({ organizer, creator: { email: "ana@example.com" } }, own);
  assert.deepEqual([theirs?.author, theirs?.is_user_authored], ["ana@example.com", false]);
  const mine = read({ organizer, creator: { email: "MIKA@example.com" } }, own);
  assert.deepEqual([mine?.author_id, mine?.is_user_authored], ["MIKA@example.com", true]);
  const invited = read(
    { organizer, attendees: [{ email: team, self: true, responseStatus: "accepted" }] },
    own,
  );
  assert.equal(invited?.metadata["my_response"], null);
});

Deno.test("hostile fields are bounded or left out, and never make the page unreadable", () => {
  const item = read({
    summary: "x".repeat(100_000),
    location: ["not", "a", "text"],
    description: "<b>".repeat(30_000) + "end",
    htmlLink: "javascript:alert(1)",
    hangoutLink: "http://plain.example",
    attendees: "everybody",
    updated: "never",
    organizer: { email: 5 },
    visibility: { a: 1 },
  });
  assert.equal(item?.title?.length, 1000);
  assert.ok((item?.content.length ?? 0) <= 20_000);
  assert.deepEqual([item?.permalink, item?.edited_at, item?.metadata["visibility"]], [null, null, "default"]);
  assert.doesNotMatch(item?.content ?? "", /Join|Where|Attendees/);
});
