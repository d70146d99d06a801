/**
 * A worker that is killed at any of its calls while it writes and delivers: before the call had an effect, or after it and
 * before the answer. Whoever goes on, at once or a day later, sends what is missing and nothing twice. What arrived is
 * counted in the journals of the mail provider and of Slack.
 */
import assert from "node:assert/strict";
import type { Egress } from "@shared/http/egress.ts";
import type { Moment } from "../scripts/in_process/mortal.ts";
import { openStageDatabase } from "../scripts/in_process/stage_database.ts";
import { seededRandom } from "../scripts/local/workplace/world/random.ts";
import { say } from "../scripts/postgres/say.ts";
import { faultsOf } from "./delivery_killed/judgement.ts";
import { beginLife, type LifeOptions } from "./delivery_killed/life.ts";

const DAY_HOURS = 24;
const DAY = DAY_HOURS * 60 * 60 * 1000;
/** A day, and an hour in which no provider's key protects any more. */
const outageHours = DAY_HOURS + 1;
/** So much is said that a text of it takes two messages of Slack. */
const things = 30;

/** Of the long tests: KILLS=all kills at every call, before and after; otherwise at so many, and after every call that sends. */
const kills = Deno.env.get("KILLS") === "all" ? Infinity : 16;
const random = seededRandom(5);

const database = await openStageDatabase();
Deno.test.afterAll(() => database.close());

type Kill = readonly [call: number, moment: Moment];
const sends = /^POST .*\/(?:emails|chat\.postMessage)$/;

/** The calls of one undisturbed run, from its ticket to the third accepted delivery. */
const calls = await (async () => {
  await using life = await beginLife({ database });
  await life.say(things);
  await life.run();
  assert.deepEqual(await faultsOf(database, life, 1), [], "without a kill everything arrives once");
  return life.mortal.names;
})();
say(`A text to three destinations takes ${calls.length} calls: ${calls.join(", ")}`);

const everyKill = (names: readonly string[]) =>
  names.flatMap((_, at): Kill[] => [[at + 1, "before"], [at + 1, "after"]]);

/** Kills after every call that sends, and a sample of the others. */
function planned(names: readonly string[], stream: string): Kill[] {
  const all = everyKill(names);
  const vital = all.filter(([call, moment]) => moment === "after" && sends.test(names[call - 1] ?? ""));
  const others = all.filter((kill) => !vital.includes(kill));
  return [...vital, ...random.fork(stream).sample(others, Math.min(others.length, kills))];
}

/** What is wrong after a run that was killed there, and went on after `outageHours`. */
async function killedAt(kill: Kill, options: Omit<LifeOptions, "database"> = {}, again?: Kill) {
  await using life = await beginLife({ database, ...options });
  await life.say(things);
  life.mortal.dieAt(...kill);
  if (again !== undefined) life.mortal.dieAgainAt(...again);
  await life.run();
  // What is left may be less than the calls after which it would have died again.
  assert.ok(life.mortal.deaths > 0);
  return await faultsOf(database, life, 1);
}

const where = ([call, moment]: Kill, names = calls) =>
  `killed ${moment} ${names[call - 1]} (${call} of ${names.length})`;

/** Every fault with the kill that led to it, because one alone rarely tells what is behind it. */
async function faultsOfAll(kills: readonly Kill[], play: (kill: Kill) => Promise<string[]>, names = calls) {
  const faults: string[] = [];
  for (const kill of kills) {
    faults.push(...(await play(kill)).map((fault) => `${where(kill, names)}: ${fault}`));
  }
  return faults;
}

Deno.test("a run has calls that write, that ask the model and that send to each destination", () => {
  assert.ok(calls.length >= 30, `${calls.length} calls`);
  const count = (name: string) => calls.filter((one) => one.endsWith(name)).length;
  assert.deepEqual(
    ["finish_version", "/v1/messages", "/emails", "/chat.postMessage", "finish_delivery"].map(count),
    [1, 2, 1, 4, 3],
  );
});

Deno.test("a worker that is killed at any call of a run is followed by one that sends what is missing, and nothing twice", async () => {
  assert.deepEqual(await faultsOfAll(everyKill(calls), (kill) => killedAt(kill)), []);
});

Deno.test("a worker that sends to three destinations at once and is killed at any call leaves nothing unsent or sent twice", async () => {
  // Which call is the n-th differs from run to run; only that all of them are somebody's last counts.
  const kills = planned(calls, "together").filter(([call]) => call > calls.indexOf("finish_version"));
  assert.deepEqual(await faultsOfAll(kills, (kill) => killedAt(kill, { together: true })), []);
  const late = planned(calls, "together later").filter(([call]) => call > calls.indexOf("finish_version"));
  assert.deepEqual(await faultsOfAll(late, (kill) => killedAt(kill, { together: true, outageHours })), []);
});

Deno.test("when the next worker comes 25 hours later, past the mail provider's key, still nothing is sent twice", async () => {
  const later = (kill: Kill) => killedAt(kill, { outageHours });
  assert.deepEqual(await faultsOfAll(planned(calls, "outage"), later), []);
});

Deno.test("whoever comes back a day later to what may have been sent can die over it, and the third worker still sends nothing twice", async () => {
  // The calls of the second life: it looks for what is out, and sends what is missing.
  const places = everyKill(calls.slice(0, 20));
  for (const kill of [...afterCalls("/emails"), ...afterCalls("/chat.postMessage")]) {
    const again = random.fork(`again ${kill[0]}`).sample(places, Math.min(places.length, kills / 8));
    const twice = (second: Kill) => killedAt(kill, { outageHours }, second);
    assert.deepEqual(await faultsOfAll(again, twice), [], where(kill));
  }
});

Deno.test("of texts in a row, each killed twice, in its run and in what came after, every one arrives once and they are numbered without gaps", async () => {
  await using life = await beginLife({ database });
  const places = random.fork("in a row");
  const texts = kills === Infinity ? 30 : 6;
  await life.say(things);
  for (let text = 1; text <= texts; text += 1) {
    const kill: Kill = [places.int(1, calls.length), places.pick(["before", "after"])];
    const again: Kill = [places.int(1, 12), places.pick(["before", "after"])];
    life.mortal.dieAt(...kill);
    life.mortal.dieAgainAt(...again);
    await life.run();
    const faults = await faultsOf(database, life, text);
    assert.deepEqual(faults, [], `text ${text}, ${where(kill)}, and again ${again[1]} the ${again[0]}. call`);
  }
  // All of it was told, so that a run which nobody forces has nothing to say.
  const before = life.mortal.awaits;
  await life.run(false);
  assert.ok(!life.mortal.names.slice(before).includes("POST /v1/messages"), "no model is asked");
  assert.deepEqual(await faultsOf(database, life, texts), []);
});

Deno.test("without the mail's idempotency key a mail arrives twice", async () => {
  const keyless = (reach: Egress): Egress => (input, init) => {
    const headers = new Headers(init?.headers);
    headers.delete("idempotency-key");
    return reach(input, { ...init, headers });
  };
  for (const kill of afterCalls("/emails")) {
    const faults = await killedAt(kill, { around: keyless });
    assert.match(faults.join("\n"), /to the mailbox: 2 mails/, where(kill));
  }
});

Deno.test("without a look at the mails of the past day a mail arrives twice", async () => {
  const blind = (reach: Egress): Egress => async (input, init) =>
    new URL(String(input)).pathname === "/emails" && init?.method === "GET"
      ? Response.json({ object: "list", has_more: false, data: [] })
      : await reach(input, init);
  for (const kill of afterCalls("/emails")) {
    const faults = await killedAt(kill, { outageHours, around: blind });
    assert.match(faults.join("\n"), /to the mailbox: 2 mails/, where(kill));
  }
});

Deno.test("without the metadata by which a post is found again, every part of it is posted twice", async () => {
  const blind = (reach: Egress): Egress => (input, init) =>
    reach(input, {
      ...init,
      ...(typeof init?.body === "string" && {
        body: init.body.replace("include_all_metadata=true", "include_all_metadata=false"),
      }),
    });
  const posts = afterCalls("/chat.postMessage");
  assert.equal(posts.length, 4, "two parts to two destinations");
  for (const [at, kill] of posts.entries()) {
    const faults = await killedAt(kill, { around: blind });
    assert.match(faults.join("\n"), new RegExp(`part ${at % 2 + 1} of 2 was posted 2 times`), where(kill));
  }
});

const afterCalls = (name: string): Kill[] =>
  calls.flatMap((one, at): Kill[] => one.endsWith(name) ? [[at + 1, "after"]] : []);

/** A week of news, and a backtest of it that may be killed. */
async function backtest(kill?: Kill) {
  await using life = await beginLife({ database, frequency: "daily" });
  for (let day = 0; day < 8; day += 1) {
    // On the third day nothing is said: its slot has nothing to tell.
    if (day !== 2) await life.say(3);
    await life.rest(DAY);
  }
  if (kill !== undefined) life.mortal.dieAt(...kill);
  await life.backtest();
  assert.equal(life.mortal.deaths, kill === undefined ? 0 : 1);
  const [played] = await database.query<{ slots: number; missing: number; doubled: number; skipped: number }>(
    `select cardinality(b.slots) as slots,
            (select count(*)::int from unnest(b.slots) s(slot) where not exists (
               select from public.deliverable_versions v where v.backtest_id = b.id and v.as_of = slot and v.status = 'generated')
               and not exists (select from jsonb_array_elements(b.skipped) e where (e ->> 'slot')::timestamptz = slot)) as missing,
            (select count(*)::int from public.deliverable_versions v where v.backtest_id = b.id) + jsonb_array_length(b.skipped) - b.done as doubled,
            jsonb_array_length(b.skipped) as skipped
       from public.deliverable_backtests b where b.user_id = $1`,
    [life.userId],
  );
  const faults = await faultsOf(database, life, 0);
  return { played, faults, names: life.mortal.names };
}

Deno.test("a backtest that is killed at any call plays every slot once, and delivers nothing", async () => {
  const undisturbed = await backtest();
  const slots = undisturbed.played?.slots ?? 0;
  assert.ok(slots >= 7, `${slots} slots`);
  assert.deepEqual(undisturbed.played, { slots, missing: 0, doubled: 0, skipped: 1 });
  assert.deepEqual(undisturbed.faults, []);
  const { names } = undisturbed;
  say(`A backtest of ${slots} slots takes ${names.length} calls`);
  const again = async (kill: Kill) => {
    const { played, faults } = await backtest(kill);
    assert.deepEqual(played, undisturbed.played, where(kill, names));
    return faults;
  };
  assert.deepEqual(await faultsOfAll(planned(names, "backtest"), again, names), []);
});
