import assert from "node:assert/strict";
import { startWorkplace, type Workplace } from "../../../../scripts/local/workplace/workplace.ts";
import { type Page, PlatformError } from "./connector.ts";
import type { Pace, RateBudget } from "./rate_budget.ts";
import { readCursor } from "./slack/slack_cursor.ts";
import {
  connectorTo,
  expected,
  falseDeletes,
  held,
  HOUR,
  openWorkplace,
  sourceOf,
  storeOf,
  talk,
} from "./slack/workplace_channel.ts";
import { workplaceClient } from "./slack/workplace_client.ts";

/** Meters as in Postgres, on the workplace's clock: a sliding window, and a slower pace that was learnt. */
function metersOn(
  { clock }: Workplace,
): RateBudget & { readonly learnt: ReadonlyMap<string, Omit<Pace, "key">> } {
  const learnt = new Map<string, Omit<Pace, "key">>();
  const taken = new Map<string, number[]>();
  const heldUntil = new Map<string, number>();
  const second = 1000;
  return {
    learnt,
    take({ key, ...believed }) {
      const { allowed, periodSeconds } = learnt.get(key) ?? believed;
      const now = clock.now().getTime();
      const before = (taken.get(key) ?? []).filter((at) => at > now - periodSeconds * second);
      const blocking = before.at(-allowed);
      const start = Math.max(
        now,
        heldUntil.get(key) ?? 0,
        before.length < allowed || blocking === undefined ? 0 : blocking + periodSeconds * second,
      );
      if (start > now) {
        const retryAfterSeconds = (start - now) / second;
        return Promise.reject(new PlatformError("rate_limited", "Later", { retryAfterSeconds }));
      }
      taken.set(key, [...before, now]);
      return Promise.resolve();
    },
    holdBack({ key }, seconds, pace) {
      heldUntil.set(key, Math.max(heldUntil.get(key) ?? 0, clock.now().getTime() + seconds * second));
      if (pace) learnt.set(key, pace);
      return Promise.resolve();
    },
  };
}

/** A workplace of the slow cohort that refuses what is too fast, and a ticket that comes back when it may. */
async function openSlowWorkplace() {
  const workplace = await openWorkplace(startWorkplace);
  workplace.slack.rateLimits.enforced = true;
  workplace.slack.rateLimits.cohort = "commercial";
  const meters = metersOn(workplace);
  const client = workplaceClient(workplace, { budget: meters, now: () => workplace.clock.now().getTime() });
  const atWork = connectorTo(workplace, undefined, client);
  for (const { external_id, name } of (await atWork.connector.discover()).people) {
    atWork.directory.set(external_id, name);
  }
  return { workplace, meters, ...atWork };
}

async function ticket(
  { workplace, connector }: Awaited<ReturnType<typeof openSlowWorkplace>>,
  name: string,
  store: ReturnType<typeof storeOf>,
): Promise<Page[]> {
  const pages: Page[] = [];
  for (let turn = 0; turn < 2000; turn += 1) {
    try {
      await store.pass(connector, sourceOf(workplace, name), {
        sameTicket: turn > 0,
        afterPage: (page) => pages.push(page),
      });
      return pages;
    } catch (thrown) {
      if (!(thrown instanceof PlatformError) || thrown.code !== "rate_limited") throw thrown;
      workplace.clock.advance((thrown.retryAfterSeconds ?? 60) * 1000);
    }
  }
  throw new Error("The ticket does not end");
}

Deno.test("the slow cohort is learnt from the first clipped page, and no call is refused from then on", async () => {
  const stage = await openSlowWorkplace();
  await using workplace = stage.workplace;
  const store = storeOf(workplace);
  await ticket(stage, "engineering", store);
  assert.deepEqual(held(store), expected(workplace, "engineering"));
  assert.equal(readCursor(store.cursor).slow, true);
  assert.deepEqual([...stage.meters.learnt.values()], [
    { allowed: 1, periodSeconds: 61 },
    { allowed: 1, periodSeconds: 61 },
  ]);
  // Other channels of the team, in the same minutes, under the same meters.
  for (const name of ["general", "customers"]) await ticket(stage, name, storeOf(workplace));
  assert.equal(workplace.slack.journal.countRateLimited(0), 0);
});

Deno.test("a second call in a minute that is refused for nearly a minute is a sign of the slow cohort, too", async () => {
  const stage = await openSlowWorkplace();
  await using workplace = stage.workplace;
  const { chat } = workplace.team;
  // Channels of so few messages that no page is clipped.
  for (const name of ["general", "customers", "leadership"]) chat.channel(name).messages.clear();
  const by = workplace.team.company.people[0]?.key ?? "";
  for (const channel of ["general", "customers", "leadership"]) chat.post({ channel, by, text: "Alone" });
  for (const name of ["general", "customers", "leadership"]) await ticket(stage, name, storeOf(workplace));
  assert.equal(workplace.slack.journal.countRateLimited(0), 1);
  assert.equal(stage.meters.learnt.size, 2);
});

Deno.test("a usual app that is refused once is not taken for a slow one", async () => {
  const stage = await openSlowWorkplace();
  await using workplace = stage.workplace;
  workplace.slack.rateLimits.cohort = "marketplace";
  const store = storeOf(workplace);
  workplace.slack.faults.at({
    method: "conversations.replies",
    call: 5,
    fault: { kind: "rate_limited", retryAfter: 60 },
  });
  await ticket(stage, "engineering", store);
  assert.deepEqual(held(store), expected(workplace, "engineering"));
  assert.equal(stage.meters.learnt.size, 0);
  assert.equal(readCursor(store.cursor).slow, false);
});

Deno.test("under the slow cohort a pass is a call for new messages, and reviews take turns in a few", async () => {
  const stage = await openSlowWorkplace();
  await using workplace = stage.workplace;
  const store = storeOf(workplace, "pro");
  await ticket(stage, "engineering", store);
  const perPass: number[] = [];
  for (let pass = 0; pass < 24; pass += 1) {
    const before = workplace.slack.journal.latest;
    workplace.clock.advance(HOUR);
    await ticket(stage, "engineering", store);
    perPass.push(workplace.slack.journal.countByMethod(before)["conversations.history"] ?? 0);
  }
  assert.ok(perPass.every((calls) => calls >= 1 && calls <= 3), perPass.join());
  assert.ok(perPass.filter((calls) => calls === 1).length >= 18, perPass.join());
  assert.equal(workplace.slack.journal.countRateLimited(0), 0);
});

Deno.test("under the slow cohort changes of the last weeks are found in time, and nothing is taken for deleted", async () => {
  const stage = await openSlowWorkplace();
  await using workplace = stage.workplace;
  const store = storeOf(workplace, "free");
  const name = "customers";
  await ticket(stage, name, store);
  talk(workplace, name, 3);
  const { chat } = workplace.team;
  const all = chat.truth(name).filter(({ subtype }) => subtype === undefined);
  const roots = all.filter(({ isReply }) => !isReply);
  const by = workplace.team.company.people[0]?.key ?? "";
  for (const nth of [3, 20, roots.length - 5]) {
    const [edited, deleted, answered] = roots.slice(nth, nth + 3);
    chat.edit({ channel: name, ts: edited?.ts ?? "", text: "Put right" });
    chat.reply({ channel: name, by, threadTs: answered?.ts ?? "", text: "Late" });
    chat.remove({ channel: name, ts: deleted?.ts ?? "" });
  }
  for (let pass = 0; pass < 12; pass += 1) {
    workplace.clock.advance(12 * HOUR);
    await ticket(stage, name, store);
    assert.deepEqual(falseDeletes(store, workplace, name), []);
  }
  assert.deepEqual(held(store), expected(workplace, name));
  assert.equal(workplace.slack.journal.countRateLimited(0), 0);
});

Deno.test("progress rises to the end, and says how long a slow first sync will take", async () => {
  const stage = await openSlowWorkplace();
  await using workplace = stage.workplace;
  const store = storeOf(workplace);
  const began = workplace.clock.now().getTime();
  const seen: { percent: number | null; secondsLeft: number | null; at: number }[] = [];
  const pages = await ticket(stage, "engineering", store);
  for (const { progress } of pages) if (progress) seen.push({ ...progress, at: 0 });
  const took = (workplace.clock.now().getTime() - began) / 1000;
  assert.ok(took > 600, `${took} s`);
  assert.deepEqual(seen.at(-1), { percent: 100, secondsLeft: 0, at: 0 });
  assert.ok(seen.slice(0, -1).every(({ percent }) => percent !== null && percent < 100));
  // After the first tenth of the pages the estimate is of the right size.
  const early = seen[Math.ceil(seen.length / 10)]?.secondsLeft ?? 0;
  assert.ok(early > took / 4 && early < took * 4, `${early} s of ${took} s`);
});
