/** Every type of deliverable, written over the whole pipeline from what four platforms hold, and the ways a run can end. */
import assert from "node:assert/strict";
import { connectByConsent } from "../scripts/local/consent.ts";
import { write } from "../scripts/local/emulators/writer.ts";
import { definitions } from "../supabase/functions/execute-deliverable/deliverable_types/definitions.ts";
import {
  defaultConfigOf,
  jsonSchemaOf,
} from "../supabase/functions/execute-deliverable/deliverable_types/json_schema.ts";
import { type Newcomer, openScene } from "./scene.ts";

// With accounts that nobody of another test has connected: a real Postgres keeps their rows.
const scene = await openScene({ workplace: { seed: crypto.randomUUID(), days: 10 } });
Deno.test.afterAll(() => scene.stack.close());
const { stack, mail, pipeline, model, workplace } = scene;
// How fast the platforms let themselves be read is proven elsewhere.
workplace.google.quotas.enforced = false;
workplace.notion.rateLimits.enforced = false;

interface Version {
  readonly id: string;
  readonly purpose: string;
  readonly status: string;
  readonly draft_content: string | null;
  readonly model: string | null;
  readonly coverage: readonly { readonly platform: string; readonly name: string }[];
  readonly usage: Record<string, number>;
  readonly as_of: string;
  readonly platforms: readonly string[];
}

/** A person of the largest plan with everything connected and synced. */
async function everything(): Promise<Newcomer> {
  const email = `${crypto.randomUUID()}@yarnnn.example`;
  const { userId, accessToken } = await stack.signUp(email, "a long password");
  await stack.database.query("update public.workspaces set tier = 'pro' where owner_id = $1", [userId]);
  const person = { userId, email, client: stack.client(accessToken) };
  for (const provider of ["slack", "google", "notion"] as const) {
    await connectByConsent({ functionsUrl: stack.functionsUrl, accessToken, provider });
  }
  await scene.crank(person);
  return person;
}

async function order(
  person: Newcomer,
  deliverable_type: string,
  more: Record<string, unknown> = {},
): Promise<string> {
  const { data, error } = await person.client.from("deliverables").insert({
    title: `My ${deliverable_type}`,
    deliverable_type,
    ...more,
  }).select("id").single();
  if (error !== null) throw new Error(`${deliverable_type} was refused: ${error.message}`);
  return data.id;
}

const run = async (person: Newcomer, deliverable: string, forced = false) => {
  await pipeline.call("run_deliverable", {
    p_deliverable: deliverable,
    p_user: person.userId,
    p_forced: forced,
  });
  await scene.crank(person);
};

const versionsOf = (deliverable: string) =>
  stack.database.query<Version & Record<string, unknown>>(
    `select v.id, v.purpose::text, v.status::text, v.draft_content, v.model, v.coverage, v.usage, v.as_of::text,
       array(select distinct c.platform::text from public.version_citations n join public.platform_content c on c.id = n.content_id
              where n.version_id = v.id order by 1) as platforms
       from public.deliverable_versions v where v.deliverable_id = $1 order by v.created_at, v.as_of`,
    [deliverable],
  );
const lastRun = async (deliverable: string) =>
  await scene.row<{ status: string; message: string | null }>(
    "select status, message from public.deliverable_runs where deliverable_id = $1 order by ticket_id desc limit 1",
    [deliverable],
  );

const person = await everything();

Deno.test("the database checks the settings of each type as the functions read them", async () => {
  const rows = await stack.database.query<
    { deliverable_type: string; config_schema: unknown; default_config: unknown }
  >("select deliverable_type, config_schema, default_config from public.deliverable_types order by 1");
  const ours = [...definitions].map(([deliverable_type, definition]) => ({
    deliverable_type,
    config_schema: jsonSchemaOf(definition),
    default_config: defaultConfigOf(definition),
  })).toSorted((a, b) => a.deliverable_type < b.deliverable_type ? -1 : 1);
  assert.deepEqual(rows, JSON.parse(JSON.stringify(ours)));
});

for (
  const [type, platforms, heading] of [
    ["slack_channel_digest", ["slack"], /^## Highlights/],
    [
      "gmail_inbox_brief",
      ["gmail"],
      /^## (Urgent|To do|To know|Waiting for)|\n## (Urgent|To do|To know|Waiting for)/,
    ],
    ["notion_page_summary", ["notion"], /## (Changes|New|Done|Open)/],
    ["weekly_calendar_preview", ["calendar"], /^## Week overview/],
    ["meeting_prep", ["calendar", "slack", "gmail", "notion"], /## /],
    ["status_report", ["slack", "gmail", "calendar", "notion"], /^## Summary/],
    ["research_brief", ["slack", "gmail", "calendar", "notion"], /## /],
    ["custom", ["slack", "gmail", "calendar", "notion"], /./],
  ] as const
) {
  Deno.test(`a ${type} is written from its own platforms, cites them and is delivered`, async () => {
    const deliverable = await order(person, type);
    const before = mail.accepted.filter(({ to }) => to.includes(person.email)).length;
    await run(person, deliverable, true);
    const [version, ...more] = await versionsOf(deliverable);
    const { status, message } = await lastRun(deliverable);
    assert.ok(version !== undefined && more.length === 0, `${status}: ${message}`);
    assert.equal(version.status, "delivered");
    assert.match(version.draft_content ?? "", heading);
    assert.ok(version.platforms.length > 0, "it cites something");
    for (const platform of version.platforms) {
      assert.ok(platforms.some((one) => one === platform), `${type} cites ${platform}`);
    }
    assert.ok((version.usage["cost_usd"] ?? 0) > 0 && (version.usage["items_shown"] ?? 0) > 0);
    assert.equal(mail.accepted.filter(({ to }) => to.includes(person.email)).length, before + 1);
    await person.client.from("deliverables").update({ status: "archived" }).eq("id", deliverable);
  });
}

Deno.test("a report across platforms draws on more than one, and covers all of them", async () => {
  const deliverable = await order(person, "weekly_status");
  await run(person, deliverable);
  const [version] = await versionsOf(deliverable);
  assert.ok((version?.platforms.length ?? 0) > 1, `${version?.platforms}`);
  assert.deepEqual(
    new Set(version?.coverage.map(({ platform }) => platform)),
    new Set(["slack", "gmail", "calendar", "notion"]),
  );
});

Deno.test("nothing new: skipped with a reason, or a sign of life without a model, or a text on demand", async () => {
  const deliverable = await order(person, "slack_channel_digest");
  await run(person, deliverable);
  const calls = model.requests().length;
  await run(person, deliverable);
  assert.deepEqual(await lastRun(deliverable), {
    status: "skipped_unchanged",
    message: "nothing is new in its sources since the last version",
  });
  await person.client.from("deliverables").update({ when_unchanged: "heartbeat" }).eq("id", deliverable);
  await run(person, deliverable);
  assert.equal(model.requests().length, calls, "no model was asked");
  const [, alive, ...none] = await versionsOf(deliverable);
  assert.deepEqual([alive?.status, alive?.model, none.length], ["delivered", null, 0]);
  assert.match(alive?.draft_content ?? "", /^Nothing new in #\w+.* since \w+ \d\d:\d\d\.$/);
  await run(person, deliverable, true);
  const [, , asked] = await versionsOf(deliverable);
  assert.match(asked?.draft_content ?? "", /^## Highlights/);
});

Deno.test("a preview is written and neither numbered nor delivered, and the run after it tells the same", async () => {
  const deliverable = await order(person, "gmail_inbox_brief");
  const mails = mail.accepted.length;
  await pipeline.call("preview_deliverable", { p_deliverable: deliverable, p_user: person.userId });
  await scene.crank(person);
  const [preview] = await versionsOf(deliverable);
  assert.deepEqual([preview?.purpose, preview?.status, mail.accepted.length], [
    "preview",
    "generated",
    mails,
  ]);
  await run(person, deliverable);
  const [, live] = await versionsOf(deliverable);
  assert.deepEqual([live?.purpose, live?.status, live?.draft_content], [
    "live",
    "delivered",
    preview?.draft_content,
  ]);
});

Deno.test("a backtest plays the slots of past weeks as of then: word for word what live runs write at those instants", async () => {
  // As if everything had been connected all along.
  await stack.database.query(
    "update public.platform_content set stored_at = source_timestamp, changed_at = source_timestamp where user_id = $1",
    [person.userId],
  );
  // What a live run searches for today it would not have found then; so nobody looks anything up.
  const { answer } = model;
  model.answer = (request) => write({ messages: request.messages });
  try {
    const daily = { schedule: { frequency: "daily", time: "08:00" } };
    const deliverable = await order(person, "slack_channel_digest", daily);
    const { backtest_id, slots } = await pipeline.call("start_backtest", {
      p_deliverable: deliverable,
      p_user: person.userId,
      p_weeks: 1,
    }) as { backtest_id: string; slots: string[] };
    const mails = mail.accepted.length;
    await scene.crank(person);
    const backtest = await scene.row<
      { status: string; done: number; skipped: { slot: string }[]; cost: number }
    >(
      "select status::text, done, skipped, cost_usd::float as cost from public.deliverable_backtests where id = $1",
      [backtest_id],
    );
    assert.deepEqual([backtest.status, backtest.done, mail.accepted.length], ["done", slots.length, mails]);
    const played = await versionsOf(deliverable);
    assert.equal(played.length + backtest.skipped.length, slots.length);
    assert.ok(played.length >= 4 && backtest.cost > 0, `${played.length} written for $${backtest.cost}`);

    const live = await order(person, "slack_channel_digest", daily);
    for (const slot of slots) {
      await stack.database.query("select pipeline.move_clock($1::timestamptz - now())", [slot]);
      await run(person, live);
    }
    await stack.database.query("select pipeline.move_clock('0')");
    const written = await versionsOf(live);
    assert.deepEqual(
      played.map(({ draft_content }) => draft_content),
      written.map(({ draft_content }) => draft_content),
    );
    assert.ok(new Set(written.map(({ draft_content }) => draft_content)).size > 1);
  } finally {
    model.answer = answer;
  }
});

Deno.test("an empty workspace ends in a reason that a person understands, and research is written all the same", async () => {
  const newcomer = await scene.signUp();
  const digest = await order(newcomer, "slack_channel_digest");
  await run(newcomer, digest);
  assert.deepEqual(await lastRun(digest), {
    status: "skipped_empty",
    message: "none of its sources is connected and selected",
  });
  const research = await order(newcomer, "research_brief", {
    type_config: { subjects: ["Postgres in production"] },
  });
  await run(newcomer, research);
  const [version] = await versionsOf(research);
  assert.equal(version?.status, "delivered", (await lastRun(research)).message ?? "");
});
