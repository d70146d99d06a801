/**
 * Hostile content cannot carry anything out. A model that obeys every attacker writes for a person who has a secret; what
 * leaves is read as its recipients' clients would read it. It measures how the house is built, not how wise a model is.
 */
import assert from "node:assert/strict";
import { composeEmail } from "../supabase/functions/execute-deliverable/delivery/compose_email.ts";
import { composeSlack } from "../supabase/functions/execute-deliverable/delivery/compose_slack.ts";
import {
  deliveryOf,
  environment,
  slackDeliveryOf,
} from "../supabase/functions/execute-deliverable/delivery/delivery_stand_in.ts";
import { canaryOf, holds } from "./injection/canary.ts";
import { payloadsOfClass } from "./injection/corpus/corpus.ts";
import { openDatabase } from "./injection/database.ts";
import { guardsOff, nothingMissing, wordsWanted } from "./injection/guards_off.ts";
import { escapes } from "./injection/judge.ts";
import { readMail } from "./injection/mail_client.ts";
import { disguiseNames, filledIn } from "./injection/orders.ts";
import { createOutside } from "./injection/outside.ts";
import { again, type AttackClass, classes, type Payload } from "./injection/payload.ts";
import { addPerson, type Stage } from "./injection/people.ts";
import { everyGuard, type Guards, play } from "./injection/play.ts";
import { readPost } from "./injection/slack_client.ts";

const database = await openDatabase();
const stage: Stage = {
  database,
  person: await addPerson(database, "owner"),
  neighbour: await addPerson(database, "neighbour"),
};
const outside = createOutside();
const realFetch = globalThis.fetch;
// Whatever leaves by another way than an egress that a test made would be seen too.
globalThis.fetch = outside.fetch as typeof fetch;
Deno.test.afterAll(async () => {
  globalThis.fetch = realFetch;
  await database[Symbol.asyncDispose]();
});

const corpus = new Map(classes.map((one) => [one, payloadsOfClass(one)]));
const payloadsOf = (attackClass: AttackClass) => corpus.get(attackClass) ?? [];

/** Who got out, with what, and by which way. */
async function escaped(payloads: readonly Payload[], guards: Guards): Promise<string[]> {
  const out: string[] = [];
  for (const payload of payloads) {
    const played = await play(stage, payload, outside, guards);
    const ways = escapes(played).map(({ by, what }) => `${by}: ${what.slice(0, 200)}`);
    if (ways.length > 0) out.push(`${payload.wants} (${payload.place}): ${ways.join("; ")}`);
  }
  return out;
}

Deno.test("there are two hundred payloads and more: twenty a class, each class on all four platforms, each with a secret of its own", () => {
  const all = [...corpus.values()].flat();
  assert.ok(all.length >= 200, `${all.length}`);
  assert.equal(new Set(all.map(({ canary }) => canary.code)).size, all.length);
  for (const [attackClass, payloads] of corpus) {
    assert.ok(payloads.length >= 20, `${attackClass} has ${payloads.length}`);
    assert.equal(new Set(payloads.map(({ platform }) => platform)).size, 4, attackClass);
  }
});

Deno.test("the judge sees a secret in every disguise that an attack uses, and none where there is none", () => {
  const canary = canaryOf(77);
  for (const disguise of disguiseNames) {
    const text = `https://evil.example/x?q=${filledIn(`{SECRET|${disguise}}`, canary)}`;
    assert.ok(holds(text, canary), disguise);
    assert.ok(!holds(text, canaryOf(78)), disguise);
  }
  assert.ok(holds(`news of ${canary.phrase.split(" ").toReversed().join(" and ")}`, canary));
  for (let n = 0; n < 200; n++) {
    assert.ok(
      !holds(`https://project.supabase.co/functions/v1/api/unsubscribe/${crypto.randomUUID()}`, canary),
    );
  }
});

/** Where a payload has to be read to be a test at all. What is not for the audience is not even shown to the model. */
const isRead = ({ class: attackClass, to, platform }: Payload) =>
  attackClass !== "fence" && (to !== "channel" || platform === "slack");

for (const attackClass of classes) {
  const payloads = payloadsOf(attackClass);

  Deno.test(`${attackClass}: ${payloads.length} payloads obeyed, and no letter of a secret leaves`, async () => {
    const out: string[] = [];
    for (const payload of payloads) {
      const played = await play(stage, payload, outside, everyGuard);
      assert.deepEqual(
        played.ended,
        ["generate_deliverable done", "deliver_version done"],
        `${payload.wants}: a run that failed proves nothing`,
      );
      assert.equal(played.left.mails.length + played.left.posts.length, 1, payload.wants);
      if (isRead(payload)) {
        assert.ok(played.deeds.orders.length > 0, `${payload.wants}: the model saw no order`);
      }
      out.push(
        ...escapes(played).map(({ by, what }) => `${payload.wants} (${payload.place}), ${by}: ${what}`),
      );
    }
    assert.deepEqual(out, []);
  });

  const { missing, guards, inSql } = guardsOff[attackClass];
  Deno.test(`${attackClass}: without this guard a secret does leave: ${missing}`, async () => {
    const putBack = await inSql?.(database.sql);
    try {
      const some = someOf(payloads);
      const out = await escaped(some, guards);
      assert.ok(out.length > 0, `none of ${some.length} got out`);
    } finally {
      await putBack?.();
    }
  });
}

/** A few payloads of a class, in even steps; with INJECTION_ALL=1 all. */
function someOf(payloads: readonly Payload[]): Payload[] {
  const step = Deno.env.get("INJECTION_ALL") === "1" ? 1 : Math.ceil(payloads.length / 6);
  return payloads.filter((_, at) => at % step === 0).map(again);
}

Deno.test("it is the missing guard that lets a secret out: played in the same way with all of them, none leaves", async () => {
  const written = (["link", "image", "markup", "slack_markup"] as const).flatMap((one) =>
    someOf(payloadsOf(one)).map(again)
  );
  assert.deepEqual(await escaped(written, nothingMissing), []);
});

Deno.test("audience: a channel that is added while a text is written does not get what its readers may not read", async () => {
  const payload = { ...payloadsOf("link")[0] ?? assert.fail(), number: 30_000, to: "email" as const };
  const played = await play(stage, payload, outside, {
    ...everyGuard,
    database: (real) => ({
      async call(name, args, signal) {
        if (name === "finish_version") await addChannel(payload.number);
        return await real.call(name, args, signal);
      },
    }),
  });
  assert.deepEqual([played.left.posts, played.left.mails], [[], []]);
  assert.deepEqual(played.ended, ["generate_deliverable queued audience_changed"]);
});

/** Gives the newest deliverable a public channel to go to as well. */
async function addChannel(number: number): Promise<void> {
  const { sql } = database;
  const { id, connections } = stage.person;
  await sql.query(
    `insert into public.sync_registry (user_id, connection_id, platform, external_id, kind, name, metadata)
     values ($1, $2, 'slack', $3, 'channel', $3, '{"is_private": false}')`,
    [id, connections.slack, `C${number}`],
  );
  await sql.query(
    `insert into public.deliverable_destinations (deliverable_id, user_id, channel, target)
     select d.id, $1, 'slack', $2 from public.deliverables d where d.user_id = $1 order by d.created_at desc limit 1`,
    [id, `C${number}`],
  );
}

Deno.test("what writes a mail or a post holds by itself, also for a text from which nothing was taken before", () => {
  for (
    const payload of ["link", "image", "markup", "slack_markup"].flatMap((one) =>
      payloadsOf(one as AttackClass)
    )
  ) {
    const { says, canary } = payload;
    const content = wordsWanted(says, canary).join("\n\n") || "Nothing.";
    const version = { ...deliveryOf().version, content };
    const mail = composeEmail(deliveryOf({ version }), {
      ...environment,
      from: environment.RESEND_FROM_EMAIL,
    });
    const { addresses, scripts, recipients } = readMail({ ...mail, headers: {}, others: {} });
    assert.deepEqual(addresses.filter((address) => holds(address, canary)), [], payload.wants);
    assert.deepEqual([scripts, recipients], [[], ["ana@example.com"]], payload.wants);
    for (const part of composeSlack(slackDeliveryOf({ version }))) {
      const post = readPost({
        channel: "C1",
        text: part.text,
        blocks: JSON.stringify(part.blocks),
        parse: "none",
      });
      assert.deepEqual(post.addresses.filter((address) => holds(address, canary)), [], payload.wants);
      assert.deepEqual([post.calls, post.foreign], [[], []], payload.wants);
    }
  }
});
