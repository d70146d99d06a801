import assert from "node:assert/strict";
import { type ChatCompletionRequest, type FixtureResponse, LLMock } from "@copilotkit/aimock";
import type { RpcArguments, RpcResult } from "@shared/db/pipeline_database.ts";
import { type RpcAnswers, rpcStandIn } from "@shared/db/rpc_stand_in.ts";
import { createLog } from "@shared/http/log.ts";
import { PipelineError } from "@shared/http/problem.ts";
import { claimedTicket, queueStandIn } from "@shared/work/queue_stand_in.ts";
import { runTicket, Stopped } from "@shared/work/run_ticket.ts";
import { write } from "../../../scripts/local/emulators/writer.ts";
import { generateDeliverable } from "./generate_deliverable.ts";
import type { Run } from "./run.ts";
import type { FinishedVersion } from "./run_database.ts";
import {
  contentId,
  deliverableId,
  evidenceItem,
  gatheredItem,
  launch,
  legal,
  runOf,
  seenAt,
  userId,
} from "./run_stand_in.ts";

type Answer = (request: ChatCompletionRequest) => FixtureResponse | Promise<FixtureResponse>;
type Found = RpcResult<"search_platform_content">;

const ticket = claimedTicket({ kind: "generate_deliverable", payload: { deliverable_id: deliverableId } });
const usage = { input_tokens: 900, output_tokens: 90 };

/** A row as `pipeline.gather_evidence` returns it. */
const gathered = (n: number, source_id = launch, total = 3) =>
  gatheredItem(n, { source_id, total }) as RpcResult<"gather_evidence">[number];

/** The plausible writer: it searches, reads, and writes a digest of what it was shown. */
const plausible: Answer = (request) => {
  const { content, toolCalls } = write(request);
  return toolCalls === undefined ? { content: content ?? "", usage } : { toolCalls: [...toolCalls], usage };
};

/** What `pipeline.finish_version` is told. */
interface Finished {
  readonly p_ticket: number;
  readonly p_lease: string;
  readonly p_version: FinishedVersion & { readonly usage: Record<string, unknown> };
}

interface Turn {
  readonly run?: Run;
  readonly rows?: RpcResult<"gather_evidence">;
  readonly answer?: Answer;
  readonly database?: RpcAnswers;
  readonly now?: string;
}

/** One turn of a run through the worker's own runtime, with the real SDK against an emulated provider. */
async function turn(options: Turn = {}) {
  const { run = runOf(), rows = [gathered(1), gathered(2), gathered(3, legal)], answer = plausible } =
    options;
  const requests: ChatCompletionRequest[] = [];
  const lines: Record<string, unknown>[] = [];
  const stop = new AbortController();
  const mock = new LLMock({ port: 0, host: "127.0.0.1", strict: true });
  mock.on({ endpoint: "chat" }, (request) => {
    requests.push(request);
    return held.answer(request);
  });
  const held = { answer, stop };
  const database = rpcStandIn({
    begin_version: () => run,
    gather_evidence: () => rows,
    evidence_fingerprint: () => "fingerprint",
    current_evidence: ({ p_items }) =>
      (p_items as { id: string; revision: number }[]).map(({ id, revision }) => ({
        id,
        revision,
        current_revision: revision,
        readable: true,
      })),
    budget_left: () => 5,
    search_platform_content: () => [],
    reserve_spend: () => 1,
    settle_spend: () => undefined,
    finish_version: () => ({}),
    skip_version: () => undefined,
    ...options.database,
  });
  const log = createLog({ level: "debug", write: (line) => lines.push(JSON.parse(line)) });
  const queue = queueStandIn();
  const baseUrl = await mock.start();
  const handlers = {
    generate_deliverable: generateDeliverable({
      environment: {
        ANTHROPIC_API_KEY: "sk-ant-test",
        ANTHROPIC_BASE_URL: baseUrl,
        MODEL_WRITER: "claude-sonnet-5-5",
        MODEL_SPEND_PER_DAY_USD: undefined,
        MODEL_SPEND_PER_RUN_USD: undefined,
      },
      database,
      log,
      // The ordinary way out gives a provider 30 seconds, and a long text takes the model more.
      egress: () => Promise.reject(new Error("The model has a way out of its own")),
    }),
  };
  return {
    held,
    requests,
    database,
    queue,
    lines,
    finished: () => database.argumentsOf("finish_version").map((args) => (args as Finished).p_version),
    outcome: () => lines.find(({ event }) => event === "ticket_ended"),
    async go() {
      try {
        await runTicket({ ...ticket, now: options.now ?? ticket.now }, {
          queue,
          handlers,
          log,
          stop,
          clock: () => 0,
        });
      } finally {
        // Its server closes once the client gives up a connection it keeps, at times 90 seconds later. Nobody waits for that.
        mock.stop().catch(() => {});
      }
      return this;
    },
  };
}
const taken = async (options: Turn = {}) => await (await turn(options)).go();
const raising = (code: string) => () => {
  throw new PipelineError({ code, message: code, status: 400 });
};
/** On Deno 2.1 a closed HTTP server of Node's leaves an interval behind, which is the emulator's and not ours. */
const test = (name: string, fn: () => Promise<void>) =>
  Deno.test({ name, fn, sanitizeOps: false, sanitizeResources: false });
const asText = (request: ChatCompletionRequest | undefined) => JSON.stringify(request?.messages);

test("a run gathers, lets the agent look things up and write, and ends with a checked text and all it rests on", async () => {
  const found: Found = [{
    ...evidenceItem(9, { content: "The vendor confirmed Thursday for the launch in writing." }),
    title: null,
    author: "Bo",
    permalink: null,
    source_name: "#launch",
    content_type: "message",
    retained: false,
    score: 2,
  }];
  const { requests, database, queue, finished, outcome } = await taken({
    database: { search_platform_content: () => found },
  });
  assert.equal(requests.length, 3, "two rounds of looking up, and the text");
  assert.equal(outcome()?.["outcome"], "done");
  assert.deepEqual(queue.told, [
    ["save", 1, { step: "gathered", items: 3 }],
    ["save", 1, { step: "written", items: 3 }],
  ]);
  assert.deepEqual(database.argumentsOf("begin_version"), [{ p_ticket: 1, p_lease: ticket.lease_token }]);

  const [ended, ...more] = finished();
  assert.ok(ended !== undefined && more.length === 0);
  const [told] = database.argumentsOf("finish_version") as Finished[];
  assert.deepEqual([told?.p_ticket, told?.p_lease, ended.version_id, ended.model], [
    1,
    ticket.lease_token,
    runOf().version.id,
    "claude-sonnet-5-5",
  ]);
  assert.deepEqual([ended.fingerprint, ended.scope_until, ended.sources], [
    "fingerprint",
    "2026-11-23T09:00:00.000Z",
    [launch, legal],
  ]);
  assert.match(
    ended.draft,
    /^## Highlights\n.*\[1\]\.\n[^]*“We decided to move launch number 1 to Thursday/,
  );
  assert.doesNotMatch(ended.draft, /\[e\d/);
  assert.deepEqual(ended.shown, [1, 2, 3, 9].map(contentId));
  const { citations } = ended;
  assert.deepEqual(citations.map(({ number }) => number), citations.map((_, at) => at + 1));
  assert.ok(
    citations.length >= 3 && citations.every(({ content_id }) => ended.shown.includes(content_id ?? "")),
  );
  assert.deepEqual(ended.coverage, [
    {
      platform: "slack",
      name: "#launch",
      synced_at: "2026-11-23T09:02:00+00:00",
      error: null,
      behind_seconds: null,
    },
    {
      platform: "slack",
      name: "#legal",
      synced_at: "2026-11-23T09:02:00+00:00",
      error: null,
      behind_seconds: null,
    },
  ]);
  const { duration_ms, cost_usd, ...figures } = ended.usage as Record<string, number>;
  assert.ok(
    Number.isInteger(duration_ms) && Math.abs((cost_usd ?? 0) - 3 * (900 * 3 + 90 * 15) / 1e6) < 1e-9,
  );
  assert.deepEqual(figures, {
    calls: 3,
    input_tokens: 2700,
    output_tokens: 270,
    cache_read_tokens: 0,
    cache_write_tokens: 0,
    tool_calls: 2,
    items_shown: 4,
    items_new: 3,
    web_searches: 0,
    web_queries_refused: {},
    repaired: 0,
    repeats: 0,
    unverified: 0,
    refused: { unknown_id: 0, stale_revision: 0, not_readable: 0, quote_not_in_source: 0, uncited: 0 },
  });
});

test("every call is booked on the run's person and ticket, before and after", async () => {
  const { database } = await taken();
  const names = database.asked.map(({ name }) => name).filter((name) => name.endsWith("_spend"));
  assert.deepEqual(names, Array(3).fill(["reserve_spend", "settle_spend"]).flat());
  for (const reserved of database.argumentsOf("reserve_spend") as RpcArguments<"reserve_spend">[]) {
    assert.deepEqual([reserved.p_user, reserved.p_ticket, reserved.p_purpose], [
      userId,
      1,
      "write_deliverable",
    ]);
    assert.ok(reserved.p_usd > 0);
  }
});

test("the model sees the assignment and the items, and searches where the run may read", async () => {
  const { requests, database } = await taken({
    run: runOf({ deliverable: { description: "For the board." } }),
  });
  const first = asText(requests[0]);
  assert.match(first, /For the board\./);
  for (const n of [1, 2, 3]) assert.ok(first.includes(`launch number ${n} to Thursday`));
  const [searched] = database.argumentsOf("search_platform_content") as RpcArguments<
    "search_platform_content"
  >[];
  assert.deepEqual([searched?.p_user, searched?.p_sources], [userId, [launch, legal]]);
});

test("what the budget left out is neither shown, citable nor retained", async () => {
  const rows = Array.from(
    { length: 90 },
    (_, n) => ({ ...gathered(n, launch, 90), content: `word${n} `.repeat(400) }),
  );
  const forging: Answer = () => ({
    content:
      "The launch moved to Thursday after the call with the vendor, and everybody who was there agreed to that day at once [e1] [e80].",
    usage,
  });
  const { finished } = await taken({ rows, answer: forging });
  const [ended] = finished();
  const shown = ended?.shown.length ?? 0;
  assert.ok(shown > 30 && shown < 60, `${shown}`);
  assert.deepEqual(
    ended?.citations.map(({ number, content_id, revision }) => [number, content_id, revision]),
    [
      [1, ended?.shown[0], 1],
    ],
  );
  const { refused, items_new, items_shown } = ended?.usage ?? {};
  assert.equal((refused as Record<string, number>)["unknown_id"], 1);
  assert.deepEqual([items_new, items_shown], [90, shown]);
});

test("without a source, and without anything in a first run's period, the run is skipped_empty and no model is asked", async () => {
  for (const options of [{ run: runOf({ sources: [] }) }, { rows: [] }]) {
    const { requests, database, outcome, finished } = await taken(options);
    assert.deepEqual([requests.length, finished().length], [0, 0]);
    assert.equal(outcome()?.["outcome"], "skipped_empty");
    const [skipped] = database.argumentsOf("skip_version") as RpcArguments<"skip_version">[];
    assert.deepEqual([skipped?.p_ticket, skipped?.p_lease, skipped?.p_reason], [
      1,
      ticket.lease_token,
      "skipped_empty",
    ]);
    assert.deepEqual(database.argumentsOf("reserve_spend"), []);
  }
});

test("with nothing new since the last version the run is skipped_unchanged and no model is asked", async () => {
  const { requests, database, outcome } = await taken({
    run: runOf({ seen: seenAt("2026-11-22T09:00:00+00:00") }),
    rows: [],
  });
  assert.equal(requests.length, 0);
  assert.equal(outcome()?.["outcome"], "skipped_unchanged");
  assert.equal(database.argumentsOf("skip_version").length, 1);
});

test("an overloaded model makes the ticket wait as long as it says, and costs no attempt", async () => {
  const overloaded: Answer = () => ({
    error: { message: "Slow down", type: "rate_limit_error" },
    status: 429,
    retryAfter: 11,
  });
  const { queue, requests, finished } = await taken({ answer: overloaded });
  assert.deepEqual(queue.with("yield"), [[
    "yield",
    1,
    { step: "gathered", items: 3 },
    11,
    "model_overloaded",
  ]]);
  assert.deepEqual([queue.with("fail"), requests.length, finished().length], [[], 1, 0]);
});

test("a run over its budget waits for midnight UTC as deferred_budget, and no model is asked", async () => {
  for (
    const [now, seconds] of [
      ["2026-11-23T09:00:00+00:00", 15 * 3600],
      ["2026-11-23T23:59:59.5+00:00", 1],
      ["2026-11-23T00:00:00+00:00", 24 * 3600],
      ["2026-11-23T01:30:00+05:30", 4 * 3600],
    ] as const
  ) {
    const { queue, requests } = await taken({ now, database: { reserve_spend: raising("budget_exceeded") } });
    assert.deepEqual(queue.with("yield").map((told) => told.slice(3)), [[seconds, "deferred_budget"]], now);
    assert.equal(requests.length, 0);
  }
});

for (
  const [what, answer, code] of [
    ["declines", () => ({ content: "I cannot help with that.", finishReason: "refusal" }), "model_declined"],
    [
      "was retired",
      () => ({ error: { message: "model: x", type: "not_found_error" }, status: 404 }),
      "model_unavailable",
    ],
    [
      "does not take our key",
      () => ({ error: { message: "no", type: "authentication_error" }, status: 401 }),
      "model_key_refused",
    ],
  ] as const satisfies readonly (readonly [string, Answer, string])[]
) {
  test(`a model that ${what} ends the run for good, with its reason`, async () => {
    const { queue, finished, requests } = await taken({ answer });
    const [failed] = queue.with("fail");
    assert.equal((failed?.[2] as { code: string }).code, code);
    assert.equal((failed?.[3] as { final: boolean }).final, true);
    assert.deepEqual([queue.with("fail").length, requests.length, finished().length], [1, 1, 0]);
  });
}

test("a deliverable that is gone, of an unknown type or with a wrong setting ends its run for good, unpaid", async () => {
  const cases: [Turn, string][] = [
    [{ database: { begin_version: raising("unknown_deliverable") } }, "unknown_deliverable"],
    [{ run: runOf({ deliverable: { deliverable_type: "horoscope" } }) }, "type_not_available"],
    [{ run: runOf({ deliverable: { type_config: { max_items: -1 } } }) }, "type_config_invalid"],
  ];
  for (const [options, code] of cases) {
    const { queue, requests } = await taken(options);
    const [, , problem, how] = queue.with("fail")[0] ?? [];
    assert.deepEqual([(problem as { code: string }).code, (how as { final: boolean }).final], [code, true]);
    assert.equal(requests.length, 0);
  }
});

for (
  const [what, answer, code] of [
    ["a shrug", () => ({ content: "Let me check the channels first [e1]." }), "draft_too_short"],
    [
      "twenty marks that are no words",
      () => ({ content: "- 1 - 2 - 3 - 4 - 5 - 6 - 7 - 8 - 9 - 0" }),
      "draft_too_short",
    ],
    ["nothing", () => ({ content: " " }), "draft_empty"],
    ["half a text", () => ({ content: "## Highl", finishReason: "length" }), "draft_too_long"],
    [
      "a fault of its own",
      () => ({ error: { message: "oops", type: "api_error" }, status: 500 }),
      "model_unreachable",
    ],
  ] as const satisfies readonly (readonly [string, Answer, string])[]
) {
  test(`${what} instead of a briefing is never delivered, and the run is tried again`, async () => {
    const { queue, finished } = await taken({ answer });
    const [, , problem, how] = queue.with("fail")[0] ?? [];
    assert.deepEqual([(problem as { code: string }).code, (how as { final: boolean }).final], [code, false]);
    assert.equal(finished().length, 0);
  });
}

test("a briefing in a script without blanks is long enough by its words", async () => {
  const briefing =
    "発売は木曜日に延期されました。法務部は契約書をまだ確認していません。請求書は十月から未払いのままです。";
  const { finished } = await taken({ answer: () => ({ content: `${briefing} [e1]`, usage }) });
  assert.equal(finished()[0]?.draft, `${briefing} [1]`);
});

test("whoever lost the lease while the model wrote ends quietly: the other worker speaks for the ticket", async () => {
  const { queue, outcome } = await taken({ database: { finish_version: raising("lease_lost") } });
  assert.equal(outcome()?.["outcome"], "lease_lost");
  assert.deepEqual([queue.with("fail"), queue.with("yield"), queue.with("finish")], [[], [], []]);
});

test("a run that is stopped while the model writes hands its ticket back with what it had reached", async () => {
  const running = await turn();
  const free = Promise.withResolvers<FixtureResponse>();
  running.held.answer = () => {
    running.held.stop.abort(new Stopped("deadline"));
    return free.promise;
  };
  const ended = running.go();
  running.held.stop.signal.addEventListener("abort", () => free.resolve({ content: "too late" }));
  await ended;
  assert.deepEqual(running.queue.with("yield"), [["yield", 1, { step: "gathered", items: 3 }, 0]]);
  assert.equal(running.finished().length, 0);
  const settled = running.database.argumentsOf("settle_spend") as RpcArguments<"settle_spend">[];
  assert.ok(settled.every(({ p_estimated }) => p_estimated), "what may be billed is booked as an estimate");
});

test("a second turn after a crash begins the same version and ends it once", async () => {
  const first = await taken({ database: { finish_version: raising("database_unreachable") } });
  assert.equal((first.queue.with("fail")[0]?.[3] as { final: boolean }).final, false);
  const second = await taken();
  assert.deepEqual(second.database.argumentsOf("begin_version"), first.database.argumentsOf("begin_version"));
  assert.equal(second.finished()[0]?.draft, first.finished()[0]?.draft);
  assert.deepEqual(second.finished()[0]?.citations, first.finished()[0]?.citations);
});
