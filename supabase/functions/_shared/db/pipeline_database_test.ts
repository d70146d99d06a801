import assert from "node:assert/strict";
import { createEgress, type Egress } from "../http/egress.ts";
import { createLog } from "../http/log.ts";
import { PipelineError } from "../http/problem.ts";
import { createPipelineDatabase, type PipelineDatabase } from "./pipeline_database.ts";

type Answer = (request: Request) => Response | Promise<Response>;

/** A stand-in of PostgREST on loopback for one test, with our client before it. */
async function withDatabase(
  answer: Answer,
  body: (database: PipelineDatabase, lines: string[], url: string) => Promise<void>,
) {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, answer);
  const url = `http://127.0.0.1:${server.addr.port}`;
  const lines: string[] = [];
  const log = createLog({ level: "debug", write: (line) => lines.push(line) });
  const fetch = createEgress({ log, overrides: [url] });
  try {
    await body(createPipelineDatabase({ url, secretKey: "sb_secret_CANARY", fetch }), lines, url);
  } finally {
    await server.shutdown();
  }
}

async function failureOf(call: Promise<unknown>): Promise<PipelineError> {
  try {
    await call;
  } catch (thrown) {
    if (thrown instanceof PipelineError) return thrown;
    throw thrown;
  }
  throw new Error("The call did not fail");
}

const ask = (database: PipelineDatabase, signal?: AbortSignal) =>
  database.call("claim", { p_wake_up: "33333333-3333-4333-8333-333333333333", p_again: true }, signal);

/** What PostgREST makes of an error that SQL raised. */
const refusal = (status: number, body: unknown): Answer => () => Response.json(body, { status });

Deno.test("a call goes to the function of schema pipeline with the service's key, and its answer comes back", async () => {
  await withDatabase(async (request) => {
    const url = new URL(request.url);
    assert.equal(`${request.method} ${url.pathname}`, "POST /rest/v1/rpc/claim");
    assert.equal(request.headers.get("content-profile"), "pipeline");
    assert.equal(request.headers.get("apikey"), "sb_secret_CANARY");
    return Response.json([{ asked: await request.json() }]);
  }, async (database, lines) => {
    assert.deepEqual(await ask(database), [{
      asked: { p_wake_up: "33333333-3333-4333-8333-333333333333", p_again: true },
    }]);
    assert.doesNotMatch(lines.join(), /CANARY/);
  });
});

Deno.test("a function that returns nothing answers null", async () => {
  await withDatabase(
    () => new Response(null, { status: 204 }),
    async (database) => {
      assert.equal(await database.call("hold_back", { p_key: "a", p_seconds: 1 }), null);
    },
  );
});

Deno.test("an error that our SQL raised comes through with its code, status, sentence and hint", async () => {
  const raised = { code: "lease_lost", message: "Its lease was lost.", details: null, hint: "Stop." };
  await withDatabase(refusal(409, raised), async (database) => {
    const { problem } = await failureOf(ask(database));
    assert.deepEqual(problem, {
      code: "lease_lost",
      message: "Its lease was lost.",
      status: 409,
      hint: "Stop.",
    });
  });
  const bare = { code: "unknown_ticket", message: "There is no such ticket.", details: null, hint: null };
  await withDatabase(refusal(404, bare), async (database) => {
    const { problem } = await failureOf(ask(database));
    assert.deepEqual(problem, { code: "unknown_ticket", message: "There is no such ticket.", status: 404 });
  });
});

Deno.test("facts that our SQL raised along come through, and how long to wait", async () => {
  const raised = {
    code: "sync_too_soon",
    message: "Synced a minute ago.",
    details: '{"retry_after_seconds": 840}',
  };
  await withDatabase(refusal(429, raised), async (database) => {
    const error = await failureOf(ask(database));
    assert.deepEqual([error.details, error.retryAfterSeconds], [{ retry_after_seconds: 840 }, 840]);
  });
  for (const details of ["half a {", "{half", "[1]", 7]) {
    await withDatabase(refusal(429, { ...raised, details }), async (database) => {
      const error = await failureOf(ask(database));
      assert.deepEqual([error.code, error.details, error.retryAfterSeconds], [
        "sync_too_soon",
        undefined,
        undefined,
      ]);
    });
  }
});

Deno.test("an error of Postgres or PostgREST is named by its code only; its text may quote rows", async () => {
  for (const [status, code] of [[409, "23505"], [400, "22P02"], [401, "PGRST301"], [500, "57014"]] as const) {
    const foreign = {
      code,
      message: 'value "CANARY" breaks it',
      details: "Key (mail)=(CANARY)",
      hint: "CANARY",
    };
    await withDatabase(refusal(status, foreign), async (database, lines) => {
      const { problem } = await failureOf(ask(database));
      assert.equal(problem.code, "database_refused");
      assert.equal(problem.status, 500);
      assert.deepEqual(problem.details, { sqlstate: code });
      assert.doesNotMatch(JSON.stringify(problem) + lines.join(), /CANARY/);
    });
  }
});

Deno.test("a gateway that answers for a database it cannot reach means that it is unknown what happened", async () => {
  for (const status of [502, 503, 504]) {
    await withDatabase(
      () => new Response("<html>CANARY</html>", { status, headers: { "content-type": "text/html" } }),
      async (database) => {
        const { problem } = await failureOf(ask(database));
        assert.equal(problem.code, "database_unreachable");
        assert.equal(problem.status, 503);
        assert.doesNotMatch(JSON.stringify(problem), /CANARY/);
      },
    );
  }
});

Deno.test("a refusal without any code is not taken for one of ours", async () => {
  for (const body of [{ message: "no Route matched" }, "lost", null]) {
    await withDatabase(refusal(403, body), async (database) => {
      assert.equal((await failureOf(ask(database))).code, "database_refused", JSON.stringify(body));
    });
  }
});

Deno.test("nobody listens, half an answer, and a body that is no JSON are all database_unreachable", async () => {
  let url = "";
  await withDatabase(() => new Response(), async (_, __, own) => {
    url = own;
    await Promise.resolve();
  });
  const log = createLog({ write: () => {} });
  const fetch = createEgress({ log, overrides: [url] });
  const closed = createPipelineDatabase({ url, secretKey: "sb_secret_x", fetch });
  assert.equal((await failureOf(ask(closed))).code, "database_unreachable");

  const half = () => new Response('[{"id": 1', { headers: { "content-type": "application/json" } });
  await withDatabase(half, async (database) => {
    const error = await failureOf(ask(database));
    assert.equal(error.code, "database_unreachable");
    assert.equal(error.status, 503);
  });

  const reset: Egress = () =>
    Promise.resolve(
      new Response(
        new ReadableStream({
          pull(controller) {
            controller.error(new TypeError("error reading a body from connection: CANARY"));
          },
        }),
      ),
    );
  const cut = createPipelineDatabase({
    url,
    secretKey: "sb_secret_x",
    fetch: createEgress({ log, overrides: [url], transport: reset }),
  });
  const { problem } = await failureOf(ask(cut));
  assert.equal(problem.code, "database_unreachable");
  assert.doesNotMatch(JSON.stringify(problem), /CANARY/);
});

Deno.test("an abort before or during a call is thrown as it was given, not as a failure of the database", async () => {
  const reason = new Error("deadline");
  const arrived = Promise.withResolvers<void>();
  const stop = new AbortController();
  const gone = Promise.withResolvers<void>();
  await withDatabase(async () => {
    arrived.resolve();
    await gone.promise;
    return new Response();
  }, async (database) => {
    const call = ask(database, stop.signal);
    await arrived.promise;
    stop.abort(reason);
    await assert.rejects(call, (thrown) => thrown === reason);
    await assert.rejects(ask(database, AbortSignal.abort(reason)), (thrown) => thrown === reason);
    gone.resolve();
  });
});
