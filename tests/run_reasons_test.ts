/**
 * Whatever keeps a text from being written, the run ends in a state that its person can see, with a reason in words and a
 * code; what was read stays to be told, and nothing is delivered meanwhile.
 */
import assert from "node:assert/strict";
import type { ModelReply, ModelRequest } from "../scripts/local/emulators/model.ts";
import { dictateSlack } from "./dictated_slack.ts";
import { type Newcomer, openScene } from "./scene.ts";

const scene = await openScene();
Deno.test.afterAll(() => scene.stack.close());
const { stack, mail, model, pipeline } = scene;
const writer = model.answer;

const refusal = (status: number, type: string, message: string): ModelReply => ({
  error: { type, message },
  status,
});

interface Trouble {
  readonly name: string;
  readonly answer: (request: ModelRequest) => ModelReply;
  /** How the run ends, or what it waits for. */
  readonly status: string;
  readonly says: RegExp;
  /** It waits and goes on by itself; the others end and can be run again. */
  readonly waits?: true;
}

const TROUBLES: readonly Trouble[] = [
  {
    name: "a model that was retired",
    answer: () => refusal(404, "not_found_error", "model: claude-sonnet-4-20250514"),
    status: "model_unavailable",
    says: /is not available; it may have been retired/,
  },
  {
    name: "a key that the provider does not accept",
    answer: () => refusal(401, "authentication_error", "invalid x-api-key"),
    status: "model_key_refused",
    says: /does not accept our key/,
  },
  {
    name: "an account without credit",
    answer: () =>
      refusal(400, "invalid_request_error", "Your credit balance is too low to access the Anthropic API."),
    status: "model_out_of_credit",
    says: /./,
  },
  {
    name: "a provider that fails again and again",
    answer: () => refusal(500, "api_error", "Internal server error"),
    status: "model_unreachable",
    says: /problem of its own/,
  },
  {
    name: "an overloaded model",
    answer: () => refusal(529, "overloaded_error", "Overloaded"),
    status: "model_overloaded",
    says: /overloaded/,
    waits: true,
  },
  {
    name: "a rate limit",
    answer: () => refusal(429, "rate_limit_error", "This request would exceed your rate limit"),
    status: "model_overloaded",
    says: /rate limit/,
    waits: true,
  },
  {
    name: "narration instead of a briefing",
    answer: () => ({ content: "Let me check that for you." }),
    status: "draft_empty",
    says: /ended without a text/,
  },
  {
    name: "a shrug instead of a briefing",
    answer: () => ({ content: "It was a calm week." }),
    status: "draft_too_short",
    says: /words, which is no briefing/,
  },
];

for (const { name, answer, status, says, waits } of TROUBLES) {
  Deno.test(`${name}: the run says so in words, nothing is delivered, and once it is over the same news is told`, async () => {
    const { person, deliverable } = await settle();
    model.answer = answer;
    await run(person, deliverable, waits);
    model.answer = writer;
    const stopped = await latest(person, deliverable);
    assert.equal(stopped.status, status, JSON.stringify(stopped));
    assert.match(stopped.message, says);
    assert.equal(stopped.state, waits ? "queued" : "dead");
    assert.equal(mailsOf(person), 0);
    const { data: notices } = await person.client.from("notifications").select("message");
    assert.equal(notices?.length, waits ? 0 : 1, "whoever has to act is told, once");
    if (!waits) assert.match(notices?.[0]?.message, says);

    await run(person, deliverable);
    assert.equal((await latest(person, deliverable)).status, "generated");
    assert.equal(mailsOf(person), 1);
  });
}

Deno.test("a day's budget that is used up defers the run to the next day, and says so", async () => {
  const { person, deliverable } = await settle();
  await stack.database.query(
    `insert into pipeline.llm_usage (user_id, purpose, model, reserved_usd, cost_usd, settled_at) values ($1, 'write_deliverable', 'm', 0.5, 0.5, now())`,
    [person.userId],
  );
  await run(person, deliverable, true);
  const deferred = await latest(person, deliverable);
  assert.deepEqual([deferred.state, deferred.status], ["queued", "deferred_budget"]);
  assert.match(deferred.message, /today's model budget/);
  const { waits } = await scene.row<{ waits: boolean }>(
    "select run_at > clock_timestamp() and run_at <= clock_timestamp() + interval '1 day' as waits from pipeline.work_tickets where user_id = $1 and kind = 'generate_deliverable'",
    [person.userId],
  );
  assert.ok(waits, "until after midnight UTC");
});

Deno.test("an empty workspace, and one without any source, cost no model call and say what there is to do", async () => {
  const person = await scene.signUp();
  const deliverable = await scene.order(person, "Nothing yet");
  const before = model.requests().length;
  await run(person, deliverable);
  const nowhere = await latest(person, deliverable);
  assert.deepEqual([nowhere.state, nowhere.status], ["done", "skipped_empty"]);
  assert.match(nowhere.message, /none of its sources is connected and selected/);

  await dictateSlack(scene, person.userId, ["general"]);
  await run(person, deliverable);
  const silent = await latest(person, deliverable);
  assert.deepEqual([silent.state, silent.status], ["done", "skipped_empty"]);
  assert.match(silent.message, /hold nothing/);
  assert.equal(model.requests().length, before);
  assert.equal(mailsOf(person), 0);
});

/** A person with one channel of news, and a digest of it. */
async function settle(): Promise<{ person: Newcomer; deliverable: string }> {
  const person = await scene.signUp();
  const slack = await dictateSlack(scene, person.userId, ["general"]);
  const at = new Date(Date.now() - 60 * 60 * 1000);
  await slack.store(
    "general",
    ["The launch moves to Friday.", "Legal signs on Thursday."].map((text, nth) => ({
      id: `m${nth}`,
      text,
      at,
    })),
  );
  return { person, deliverable: await scene.order(person, "What happened") };
}

/** Runs it to its end, or `once`: until it waits for something. */
async function run(person: Newcomer, deliverable: string, once = false): Promise<void> {
  await pipeline.call("run_deliverable", { p_deliverable: deliverable, p_user: person.userId });
  if (once) await stack.settle();
  else await scene.crank(person);
}

interface Seen {
  readonly state: string;
  readonly status: string;
  readonly message: string;
}

/** As its person sees the newest run. */
async function latest(person: Newcomer, deliverable: string): Promise<Seen> {
  const { data } = await person.client.from("deliverable_runs").select("state, status, message")
    .eq("deliverable_id", deliverable).order("ticket_id", { ascending: false }).limit(1).single();
  if (data === null) throw new Error("The person sees no run");
  return data;
}

const mailsOf = ({ email }: Newcomer) => mail.accepted.filter(({ to }) => to.includes(email)).length;
