import assert from "node:assert/strict";
import { startWorkplace } from "../workplace.ts";
import { OPENING } from "./google_client.ts";

const now = () => OPENING;
const WINDOW = {
  from: new Date(OPENING.getTime() - 28 * 86_400_000),
  to: new Date(OPENING.getTime() + 60 * 86_400_000),
};

Deno.test("one seed gives one world: the same mails, events and tokens, the people and projects of Slack", async () => {
  await using left = await startWorkplace({ seed: "tea", now });
  await using right = await startWorkplace({ seed: "tea", now });
  const world = ({ google: { domain, grant } }: typeof left) => [
    grant.refreshToken,
    grant.account.sub,
    domain.mail.mailboxes.map((mailbox) => [mailbox.historyId, mailbox.truth({ includeSpamTrash: true })]),
    domain.agenda.calendars.map(({ id }) => domain.truth(id, WINDOW)),
  ];
  assert.deepEqual(world(left), world(right));
  assert.deepEqual(left.google.domain.company, left.team.company);
  assert.deepEqual(
    left.google.domain.happenings().map(({ id }) => id),
    left.team.happenings().map(({ id }) => id),
  );
  await using other = await startWorkplace({ seed: "milk", now });
  assert.notDeepEqual(world(other), world(left));
});

Deno.test("an account of the same seed has the same ids in a world of its own", async () => {
  await using workplace = await startWorkplace({ seed: 7, now, days: 7 });
  const { google } = workplace;
  const other = google.addAccount({ seed: 7 }).account;
  const mine = google.grant.account;
  assert.notEqual(other.sub, mine.sub);
  assert.deepEqual(other.mailbox.truth(), mine.mailbox.truth());
  other.domain.mail.send({ from: mine.email, to: [mine.email], subject: "only there", text: "x" });
  assert.equal(other.mailbox.truth().length, mine.mailbox.truth().length + 1);
});

Deno.test("live() lets mail and calendars go on as the clock does, as if the workplace had opened later", async () => {
  await using early = await startWorkplace({ seed: 7, now, days: 7 });
  const later = () => new Date(OPENING.getTime() + 3 * 86_400_000);
  await using late = await startWorkplace({ seed: 7, now: later, days: 10 });
  const held = ({ google: { domain } }: typeof early) =>
    domain.mail.mailboxes.map((mailbox) => mailbox.truth({ includeSpamTrash: true }));
  const before = held(early);
  early.clock.advance(3 * 86_400_000);
  assert.deepEqual(held(early), before);
  early.live();
  assert.deepEqual(held(early), held(late));
  const events = ({ google: { domain } }: typeof early) =>
    domain.agenda.calendars.map(({ id }) => domain.truth(id, WINDOW));
  assert.deepEqual(events(early), events(late));
});

Deno.test("wrong names are mistakes of the test that calls", async () => {
  await using workplace = await startWorkplace({ seed: 7, now, days: 1 });
  const { domain } = workplace.google;
  assert.throws(() => domain.mail.mailbox("nobody"), /nobody called 'nobody'/);
  assert.throws(() => domain.agenda.meeting("made-up"), /no event 'made-up'/);
  assert.throws(() => domain.agenda.calendar("x@y.example"), /no calendar/);
  assert.throws(() => domain.account("x"), /nobody called 'x'/);
});
