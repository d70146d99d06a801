import assert from "node:assert/strict";
import { type RpcStandIn, rpcStandIn } from "../db/rpc_stand_in.ts";
import type { PipelineDatabase } from "../db/pipeline_database.ts";
import { createEgress, type Egress } from "../http/egress.ts";
import { createLog } from "../http/log.ts";
import { PipelineError } from "../http/problem.ts";
import { createModel, type Model, type ModelRequest } from "./model.ts";
import { costOf, mostItCanCost, mostItCanHaveCost } from "./prices.ts";

const name = "claude-sonnet-5-5";
const userId = "22222222-2222-4222-8222-222222222222";
const request: ModelRequest = { max_tokens: 100, messages: [{ role: "user", content: "What is new?" }] };
const usage = {
  input_tokens: 1000,
  output_tokens: 200,
  cache_read_input_tokens: 5000,
  cache_creation_input_tokens: 400,
};
const message = (parts: Record<string, unknown> = {}) =>
  Response.json({
    id: "msg_1",
    type: "message",
    role: "assistant",
    model: name,
    content: [{ type: "text", text: "Nothing." }],
    stop_reason: "end_turn",
    stop_sequence: null,
    usage,
    ...parts,
  });
const refusal = (status: number, headers: Record<string, string> = {}) =>
  Response.json({ type: "error", error: { type: "some_error", message: "a private text" } }, {
    status,
    headers,
  });

interface Provider {
  readonly model: Model;
  readonly database: RpcStandIn;
  /** The bodies that the provider received. */
  readonly asked: Record<string, unknown>[];
  readonly lines: Record<string, unknown>[];
  /** The names of the database's functions and "provider", in the order in which they were called. */
  readonly order: string[];
}

interface ProviderOptions {
  readonly reserve?: () => number;
  readonly settle?: () => undefined;
  readonly left?: () => number;
  readonly caps?: { readonly dayUsd?: number; readonly runUsd?: number };
  readonly clock?: () => number;
  readonly transport?: Egress;
  /** What happens just before the ledger is asked. */
  readonly beforeCall?: (rpc: string) => void;
}

/** A provider on loopback, a model that talks to it, and a ledger. */
async function withProvider(
  answer: (request: Request) => Response | Promise<Response>,
  body: (provider: Provider) => Promise<void>,
  options: ProviderOptions = {},
) {
  const asked: Record<string, unknown>[] = [];
  const lines: Record<string, unknown>[] = [];
  const order: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (asking) => {
    order.push("provider");
    asked.push(await asking.clone().json());
    return await answer(asking);
  });
  const database = rpcStandIn({
    reserve_spend: () => {
      order.push("reserve_spend");
      return options.reserve?.() ?? 7;
    },
    settle_spend: () => {
      order.push("settle_spend");
      return options.settle?.();
    },
    budget_left: options.left ?? (() => 0.4),
  });
  const log = createLog({ write: (line) => lines.push(JSON.parse(line)) });
  const watched: PipelineDatabase = {
    call: (rpc, args, signal) => {
      options.beforeCall?.(rpc);
      return database.call(rpc, args, signal);
    },
  };
  const baseUrl = `http://127.0.0.1:${server.addr.port}`;
  const egress = createEgress({
    log,
    overrides: [baseUrl],
    ...(options.transport && { transport: options.transport }),
  });
  const { caps, clock } = options;
  const model = createModel({
    name,
    apiKey: "sk-ant-test",
    baseUrl,
    egress,
    database: watched,
    log,
    ...(caps && { caps }),
    ...(clock && { clock }),
  }, { userId, ticketId: 3, purpose: "write_deliverable" });
  try {
    await body({ model, database, asked, lines, order });
  } finally {
    await server.shutdown();
  }
}

const never = () => new AbortController().signal;

const json = { headers: { "content-type": "application/json" } };

async function problemOf(asking: Promise<unknown>): Promise<PipelineError> {
  const thrown = await asking.then(() => assert.fail("it answered"), (error: unknown) => error);
  assert.ok(thrown instanceof PipelineError, String(thrown));
  return thrown;
}

Deno.test("a call is reserved at the most it can cost, made, and settled at what it did cost", async () => {
  const keys: (string | null)[] = [];
  const answering = ({ headers }: Request) => {
    keys.push(headers.get("authorization"));
    return message();
  };
  await withProvider(answering, async ({ model, database, asked, order }) => {
    const answer = await model.ask(request, never());
    assert.deepEqual(keys, ["Bearer sk-ant-test"]);
    assert.deepEqual(answer.content, [{ type: "text", text: "Nothing." }]);
    assert.deepEqual(order, ["reserve_spend", "provider", "settle_spend"]);
    assert.deepEqual(asked, [{ ...request, model: name }]);
    assert.deepEqual(database.argumentsOf("reserve_spend"), [{
      p_user: userId,
      p_ticket: 3,
      p_purpose: "write_deliverable",
      p_model: name,
      p_usd: mostItCanCost(name, { bytes: JSON.stringify(request).length, maxOutputTokens: 100 }),
    }]);
    assert.deepEqual(database.argumentsOf("settle_spend"), [{
      p_id: 7,
      p_usd: costOf(name, { input: 1000, output: 200, cacheRead: 5000, cacheWrite: 400 }),
      p_input: 1000,
      p_output: 200,
      p_cache_read: 5000,
      p_cache_write: 400,
    }]);
  });
});

Deno.test("what was spent adds up over the calls of a run, and is logged without a word of the text", async () => {
  await withProvider(() => message(), async ({ model, lines }) => {
    await model.ask(request, never());
    await model.ask(request, never());
    const cost = costOf(name, { input: 1000, output: 200, cacheRead: 5000, cacheWrite: 400 });
    assert.deepEqual(model.spent, {
      calls: 2,
      costUsd: 2 * cost,
      searches: 0,
      input: 2000,
      output: 400,
      cacheRead: 10_000,
      cacheWrite: 800,
    });
    const called = lines.filter(({ event }) => event === "model_called");
    assert.equal(called.length, 2);
    assert.deepEqual([called[0]?.["cache_read_tokens"], called[0]?.["cost_usd"]], [5000, cost]);
    assert.doesNotMatch(JSON.stringify(lines), /What is new|Nothing\./);
  });
});

Deno.test("a provider that counts no cache is booked without one", async () => {
  const plain = { usage: { input_tokens: 10, output_tokens: 5 } };
  await withProvider(() => message(plain), async ({ model, database }) => {
    await model.ask(request, never());
    const [settled] = database.argumentsOf("settle_spend");
    assert.deepEqual(settled, {
      p_id: 7,
      p_usd: (10 * 3 + 5 * 15) / 1e6,
      p_input: 10,
      p_output: 5,
      p_cache_read: 0,
      p_cache_write: 0,
    });
  });
});

Deno.test("a reservation counts bytes, so that a text in Chinese reserves more than one in English", async () => {
  const ask = (content: string): ModelRequest => ({ max_tokens: 100, messages: [{ role: "user", content }] });
  await withProvider(() => message(), async ({ model, database }) => {
    await model.ask(ask("a".repeat(3000)), never());
    await model.ask(ask("発".repeat(3000)), never());
    const [english, chinese] = database.argumentsOf("reserve_spend") as { p_usd: number }[];
    // A token a character is what such a text costs at least; all of it may be written to the cache.
    const tokens = { input: 0, output: 100, cacheRead: 0, cacheWrite: 3000 };
    assert.ok((chinese?.p_usd ?? 0) >= costOf(name, tokens));
    assert.ok((chinese?.p_usd ?? 0) > (english?.p_usd ?? 0));
  });
});

Deno.test("over the day's budget no call is made at all", async () => {
  const reserve = () => {
    throw new PipelineError({ code: "budget_exceeded", message: "spent", status: 402 });
  };
  await withProvider(() => message(), async ({ model, asked, database }) => {
    assert.equal((await problemOf(model.ask(request, never()))).code, "budget_exceeded");
    assert.deepEqual(asked, []);
    assert.deepEqual(database.argumentsOf("settle_spend"), []);
    assert.equal(model.spent.calls, 0);
  }, { reserve });
});

for (
  const [status, headers, code, wait] of [
    [429, { "retry-after": "17" }, "model_overloaded", 17],
    [429, {}, "model_overloaded", 30],
    [429, { "retry-after": "soon" }, "model_overloaded", 30],
    [529, { "retry-after": "4" }, "model_overloaded", 4],
    [529, {}, "model_overloaded", 30],
    [503, {}, "model_overloaded", 30],
    [404, {}, "model_unavailable", undefined],
    [401, {}, "model_key_refused", undefined],
    [403, {}, "model_key_refused", undefined],
    [400, {}, "model_refused", undefined],
    [402, {}, "model_out_of_credit", undefined],
    [413, {}, "material_too_long", undefined],
    [422, {}, "model_refused", undefined],
    [429, { "retry-after": "999999" }, "model_overloaded", 3600],
  ] as const
) {
  const header = "retry-after" in headers ? ` and Retry-After ${headers["retry-after"]}` : "";
  Deno.test(`${status}${header} is ${code}, asked once, and its reservation is released`, async () => {
    await withProvider(() => refusal(status, headers), async ({ model, asked, database }) => {
      const problem = await problemOf(model.ask(request, never()));
      assert.deepEqual([problem.code, problem.retryAfterSeconds], [code, wait]);
      assert.doesNotMatch(problem.message, /private text/);
      assert.equal(asked.length, 1);
      assert.deepEqual(database.argumentsOf("settle_spend"), [{
        p_id: 7,
        p_usd: 0,
        p_input: 0,
        p_output: 0,
        p_cache_read: 0,
        p_cache_write: 0,
      }]);
      assert.equal(model.spent.calls, 0);
    });
  });
}

Deno.test("a refusal keeps its reason when its reservation cannot be released", async () => {
  const settle = () => {
    throw new PipelineError({ code: "database_unreachable", message: "gone", status: 503 });
  };
  await withProvider(() => refusal(529), async ({ model }) => {
    assert.equal((await problemOf(model.ask(request, never()))).code, "model_overloaded");
  }, { settle });
});

Deno.test("a provider that fails may have billed the call, so its reservation stands until it expires", async () => {
  await withProvider(() => refusal(500), async ({ model, order }) => {
    assert.equal((await problemOf(model.ask(request, never()))).code, "model_unreachable");
    assert.deepEqual(order, ["reserve_spend", "provider"]);
  });
});

Deno.test("a gateway's 408, 409, 499 and 504 say nothing about the request, and its reservation stands", async () => {
  for (const status of [408, 409, 499, 504]) {
    await withProvider(() => refusal(status), async ({ model, order }) => {
      assert.equal((await problemOf(model.ask(request, never()))).code, "model_unreachable");
      assert.deepEqual(order, ["reserve_spend", "provider"]);
    });
  }
});

for (
  const [status, error, code] of [
    [400, {
      message:
        "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade.",
    }, "model_out_of_credit"],
    [400, {
      message: "You have reached your specified API usage limits. You will regain access on 2026-12-01.",
    }, "model_out_of_credit"],
    [
      429,
      { message: "Limit.", details: { error_code: "contract_spend_limit_reached" } },
      "model_out_of_credit",
    ],
    [429, { message: "Limit.", details: { error_code: "ramp_limit_exceeded" } }, "model_overloaded"],
    [400, { message: "prompt is too long: 345320 tokens > 199999 maximum" }, "material_too_long"],
    [400, {
      message: "input length and `max_tokens` exceed context limit: 199000 + 4000 > 200000",
    }, "material_too_long"],
    [400, { message: "On hold.", details: { error_code: "organization_on_hold" } }, "model_key_refused"],
    [400, { message: "messages.1.content: Field required" }, "model_refused"],
  ] as const
) {
  Deno.test(`${status} with "${error.message}" is ${code}, and costs nothing`, async () => {
    const answer = () =>
      Response.json({ type: "error", error: { type: "invalid_request_error", ...error } }, { status });
    await withProvider(answer, async ({ model, database }) => {
      const problem = await problemOf(model.ask(request, never()));
      assert.equal(problem.code, code);
      assert.ok(problem.hint, "a person learns what to do");
      assert.deepEqual(
        database.argumentsOf("settle_spend").map((args) => (args as { p_usd: number }).p_usd),
        [0],
      );
    });
  });
}

Deno.test("half an answer was written and may be billed; of a broken connection nobody knows, and its reservation stands", async () => {
  const half: Egress = async (input, init) => {
    await (await fetch(input, init)).body?.cancel();
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('{"id": "msg_1", "content": ['));
        controller.error(new TypeError("connection reset by peer"));
      },
    });
    return new Response(body, { headers: { "content-type": "application/json" } });
  };
  await withProvider(() => message(), async ({ model, order }) => {
    assert.equal((await problemOf(model.ask(request, never()))).code, "model_unreachable");
    assert.deepEqual(order, ["reserve_spend", "provider", "settle_spend"]);
  }, { transport: half });

  const reset: Egress = () => Promise.reject(new TypeError("connection reset by peer"));
  await withProvider(() => message(), async ({ model, order }) => {
    assert.equal((await problemOf(model.ask(request, never()))).code, "model_unreachable");
    assert.deepEqual(order, ["reserve_spend"]);
  }, { transport: reset });
});

Deno.test("an answer that did not come in our time is being written and may be billed", async () => {
  const slow: Egress = () =>
    Promise.reject(new PipelineError({ code: "egress_timeout", message: "too slow", status: 504 }));
  await withProvider(() => message(), async ({ model, database }) => {
    assert.equal((await problemOf(model.ask(request, never()))).code, "model_unreachable");
    const [settled] = database.argumentsOf("settle_spend") as { p_usd: number; p_estimated: boolean }[];
    assert.ok(settled?.p_estimated && settled.p_usd > 0);
  }, { transport: slow });
});

Deno.test("an answer that is not the provider's ends as model_unreachable, not as a fault of ours", async () => {
  for (const strange of [new Response("<html>"), Response.json({}), new Response("{", json)]) {
    await withProvider(() => strange, async ({ model, order }) => {
      assert.equal((await problemOf(model.ask(request, never()))).code, "model_unreachable");
      assert.deepEqual(order, ["reserve_spend", "provider", "settle_spend"]);
    });
  }
});

Deno.test("a caller that stops during the answer gets its own reason, and what it can have cost by then is booked", async () => {
  const stop = new AbortController();
  const [reached, free] = [Promise.withResolvers<void>(), Promise.withResolvers<Response>()];
  const answer = () => {
    reached.resolve();
    return free.promise;
  };
  const times = [5000, 5200];
  await withProvider(answer, async ({ model, order, database }) => {
    const asking = model.ask(request, stop.signal);
    asking.catch(() => {});
    await reached.promise;
    const reason = new Error("the isolate's time is up");
    stop.abort(reason);
    await assert.rejects(asking, reason);
    free.resolve(message());
    assert.deepEqual(order, ["reserve_spend", "provider", "settle_spend"]);
    assert.equal(model.spent.calls, 0);
    const size = { bytes: JSON.stringify(request).length, maxOutputTokens: 100 };
    const [settled] = database.argumentsOf("settle_spend") as { p_usd: number; p_estimated: boolean }[];
    assert.deepEqual([settled?.p_usd, settled?.p_estimated], [mostItCanHaveCost(name, size, 0.2), true]);
    assert.ok((settled?.p_usd ?? 0) < mostItCanCost(name, size), "not all that it might have written");
  }, { clock: () => times.shift() ?? 5200 });
});

Deno.test("what is left of the budget is asked of the database, for the run and with the caps of the environment", async () => {
  const caps = { dayUsd: 3, runUsd: 1 };
  await withProvider(() => message(), async ({ model, database }) => {
    assert.deepEqual(await model.budget(never()), { leftUsd: 0.4, dearestUsd: 0 });
    await model.ask(request, never());
    assert.deepEqual(await model.budget(never()), { leftUsd: 0.4, dearestUsd: model.reservationOf(request) });
    const payer = { p_user: userId, p_ticket: 3, p_cap_usd: 3, p_run_cap_usd: 1 };
    assert.deepEqual(database.argumentsOf("budget_left"), [payer, payer]);
    assert.deepEqual(
      (database.argumentsOf("reserve_spend") as Record<string, unknown>[]).map((args) =>
        args["p_run_cap_usd"]
      ),
      [1],
    );
  }, { caps });
});

Deno.test("a budget that cannot be read is unknown, and stops nobody", async () => {
  const left = () => {
    throw new PipelineError({ code: "database_unreachable", message: "gone", status: 503 });
  };
  await withProvider(() => message(), async ({ model }) => {
    assert.equal(await model.budget(never()), undefined);
  }, { left });
});

Deno.test("web searches within a call are reserved at the most, and booked with their fee", async () => {
  const search = { type: "web_search_20250305" as const, name: "web_search" as const, max_uses: 2 };
  const searched = {
    usage: { ...usage, server_tool_use: { web_search_requests: 2, web_fetch_requests: 0 } },
  };
  await withProvider(() => message(searched), async ({ model, database }) => {
    const withSearch: ModelRequest = { ...request, tools: [search] };
    assert.ok(model.reservationOf(withSearch) > model.reservationOf(request) + 2 * 0.01);
    await model.ask(withSearch, never());
    const [settled] = database.argumentsOf("settle_spend") as { p_usd: number; p_searches: number }[];
    const tokens = { input: 1000, output: 200, cacheRead: 5000, cacheWrite: 400 };
    assert.deepEqual([settled?.p_usd, settled?.p_searches], [costOf(name, tokens) + 0.02, 2]);
    assert.equal(model.spent.searches, 2);
  });
});

Deno.test("a caller that stops when the answer is there already does not keep it from being booked", async () => {
  const stop = new AbortController();
  const beforeCall = (rpc: string) => {
    if (rpc === "settle_spend") stop.abort(new Error("too late"));
  };
  await withProvider(() => message(), async ({ model, database }) => {
    await model.ask(request, stop.signal);
    assert.ok(stop.signal.aborted);
    assert.equal(database.argumentsOf("settle_spend").length, 1);
  }, { beforeCall });
});

Deno.test("a worker that vanishes between call and booking leaves the reservation and no cost", async () => {
  const settle = (): undefined => {
    throw new Error("killed");
  };
  await withProvider(() => message(), async ({ model, database }) => {
    await assert.rejects(model.ask(request, never()), /killed/);
    assert.equal(database.argumentsOf("reserve_spend").length, 1);
  }, { settle });
});
