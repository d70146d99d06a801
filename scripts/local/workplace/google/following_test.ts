import assert from "node:assert/strict";
import { startWorkplace, type Workplace } from "../workplace.ts";
import { GoogleClient, type Item, OPENING } from "./google_client.ts";

const DAY = 86_400_000;

/** A workplace without quotas and its client; `later` lets the story go on and renews the token. */
async function open(): Promise<
  { workplace: Workplace; client: GoogleClient; later: (days: number) => void }
> {
  const workplace = await startWorkplace({ seed: 7, now: () => OPENING });
  const { google, clock } = workplace;
  google.quotas.enforced = false;
  const client = new GoogleClient(workplace);
  const later = (days: number) => {
    clock.advance(days * DAY);
    workplace.live();
    client.token = google.grants.accessToken(google.grant);
  };
  return { workplace, client, later };
}

Deno.test("who follows the history of a mailbox through two weeks of story holds its truth", async () => {
  const { workplace, client, later } = await open();
  await using _open = workplace;
  const { mailbox } = workplace.google.grant.account;
  const held = new Map<string, string[]>();
  const take = async (id: string) => {
    const { status, body } = await client.gmail(`messages/${id}`, { format: "minimal" });
    if (status === 404) held.delete(id);
    else held.set(id, (body.labelIds ?? []).sort());
  };
  let historyId = (await client.gmail("profile")).body.historyId ?? "";
  const all = await client.pages((pageToken) =>
    client.gmail("messages", { includeSpamTrash: true, maxResults: 50, pageToken })
  );
  for (const { id } of all.pages.flatMap(({ messages = [] }) => messages)) await take(id);
  const kinds = new Set<string>();
  for (const days of [1, 3, 6, 4]) {
    later(days);
    const startHistoryId = historyId;
    const { pages, last } = await client.pages((pageToken) =>
      client.gmail("history", { startHistoryId, maxResults: 20, pageToken })
    );
    for (
      const { messagesAdded, messagesDeleted, labelsAdded, labelsRemoved } of pages.flatMap((page) =>
        page.history ?? []
      )
    ) {
      for (
        const [kind, told] of Object.entries({ messagesAdded, messagesDeleted, labelsAdded, labelsRemoved })
      ) {
        if (told !== undefined) kinds.add(kind);
        for (const { message } of told ?? []) await take(message.id);
      }
    }
    historyId = last.historyId ?? "";
    const truth = mailbox.truth({ includeSpamTrash: true }).map(({ id, labelIds }) => [id, labelIds]);
    assert.deepEqual([...held].sort(), truth.sort());
  }
  assert.deepEqual([...kinds].sort(), ["labelsAdded", "labelsRemoved", "messagesAdded", "messagesDeleted"]);
  later(8);
  assert.equal((await client.gmail("history", { startHistoryId: historyId })).status, 404);
});

Deno.test("who follows the sync tokens of every calendar through two weeks of story holds their truth", async () => {
  const { workplace, client, later } = await open();
  await using _open = workplace;
  const { domain } = workplace.google;
  const window = { from: new Date(OPENING.getTime() - 7 * DAY), to: new Date(OPENING.getTime() + 30 * DAY) };
  const within = ({ start, end }: Item) =>
    Date.parse(end?.dateTime ?? end?.date ?? "") > window.from.getTime() &&
    Date.parse(start?.dateTime ?? start?.date ?? "") < window.to.getTime();
  const entries = (await client.get("/calendar/v3/users/me/calendarList")).body.items ?? [];
  const calendars = await Promise.all(entries.map(async ({ id }) => {
    const bounds = { timeMin: window.from.toISOString(), timeMax: window.to.toISOString() };
    const first = await client.pages((pageToken) =>
      client.events(id, { ...bounds, singleEvents: true, maxResults: 10, pageToken })
    );
    const held = new Map(first.pages.flatMap(({ items = [] }) => items).map((item) => [item.id, item]));
    return { id, held, token: first.last.nextSyncToken ?? "" };
  }));
  let cancelled = 0;
  for (const days of [1, 3, 6, 4]) {
    later(days);
    for (const calendar of calendars) {
      const { pages, last } = await client.pages((pageToken) =>
        client.events(calendar.id, {
          singleEvents: true,
          syncToken: calendar.token,
          maxResults: 10,
          pageToken,
        })
      );
      for (const item of pages.flatMap(({ items = [] }) => items)) {
        if (item.status === "cancelled") cancelled += calendar.held.delete(item.id) ? 1 : 0;
        else calendar.held.set(item.id, item);
      }
      calendar.token = last.nextSyncToken ?? "";
      // Whole days at the window's edge depend on the calendar's zone: they are left out on both sides.
      const timed = [...calendar.held.values()].filter((item) =>
        item.start?.dateTime !== undefined && within(item)
      );
      const truth = domain.truth(calendar.id, window).filter(({ isAllDay }) => !isAllDay);
      const shown = timed.map(({ id, start, end }) => ({ id, start, end }));
      assert.deepEqual(
        shown.sort((left, right) => (left.id < right.id ? -1 : 1)),
        truth.map(({ id, start, end }) => ({ id, start, end })).sort((
          left,
          right,
        ) => (left.id < right.id ? -1 : 1)),
      );
    }
  }
  assert.ok(cancelled > 0);
});
