import assert from "node:assert/strict";
import { createEgress, type Egress, type EgressOptions } from "./egress.ts";
import { createLog } from "./log.ts";
import { hostileAddresses } from "./hostile_addresses.ts";
import { PipelineError } from "./problem.ts";

function collectingLog() {
  const lines: string[] = [];
  return { lines, log: createLog({ level: "debug", write: (line) => lines.push(line) }) };
}

/** Serves on loopback for one test, with an egress that may reach it. */
async function withServer(
  handler: (request: Request) => Response | Promise<Response>,
  body: (egress: Egress, base: string, lines: string[]) => Promise<void>,
  options: Partial<EgressOptions> = {},
) {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, handler);
  const base = `http://127.0.0.1:${server.addr.port}`;
  const { lines, log } = collectingLog();
  try {
    await body(createEgress({ overrides: [base], log, ...options }), base, lines);
  } finally {
    await server.shutdown();
  }
}

const codeOf = (code: string) => (error: unknown) => error instanceof PipelineError && error.code === code;

Deno.test("no hostile address is ever handed to the network, and neither error nor log repeats it", async () => {
  const { lines, log } = collectingLog();
  let sent = 0;
  const transport: Egress = () => {
    sent += 1;
    return Promise.resolve(new Response());
  };
  const egress = createEgress({ overrides: ["http://127.0.0.1:4010"], log, transport });
  for (const address of hostileAddresses) {
    await assert.rejects(() => egress(address), (error: unknown) => {
      assert.ok(error instanceof PipelineError && error.code === "egress_refused", address);
      return address.length < 9 || !JSON.stringify(error.problem).includes(address);
    });
  }
  assert.equal(sent, 0);
  assert.equal(lines.length, hostileAddresses.length);
  assert.doesNotMatch(lines.join(), /evil|169\.254|kong/);
});

Deno.test("a provider's answer arrives whole, and the log says host, operation, status and bytes only", async () => {
  await withServer(
    async (request) => {
      assert.equal(request.headers.get("authorization"), "Bearer xoxb-CANARY");
      return Response.json({ echo: await request.text() }, { status: 201, headers: { "x-quota": "5" } });
    },
    async (egress, base, lines) => {
      const answer = await egress(`${base}/api/chat.postMessage?token=CANARY`, {
        method: "POST",
        headers: { authorization: "Bearer xoxb-CANARY" },
        body: "body CANARY",
      });
      assert.equal(answer.status, 201);
      assert.equal(answer.headers.get("x-quota"), "5");
      assert.deepEqual(await answer.json(), { echo: "body CANARY" });
      assert.equal(lines.length, 1);
      const line = JSON.parse(lines[0] ?? "");
      assert.equal(line.operation, "/api/chat.postMessage");
      assert.equal(line.status, 201);
      assert.equal(line.bytes, 22);
      assert.doesNotMatch(lines.join(), /CANARY/);
    },
  );
});

Deno.test("a Request object is carried with its method, headers and body", async () => {
  await withServer(
    async (request) =>
      new Response(`${request.method} ${request.headers.get("x-a")} ${await request.text()}`),
    async (egress, base) => {
      const request = new Request(`${base}/x`, { method: "PUT", headers: { "x-a": "1" }, body: "hello" });
      assert.equal(await (await egress(request)).text(), "PUT 1 hello");
    },
  );
});

Deno.test("a redirect is not followed, wherever it leads", async () => {
  const asked: string[] = [];
  await withServer((request) => {
    asked.push(new URL(request.url).pathname);
    const location = new URL(request.url).searchParams.get("to") ?? "";
    return new Response("CANARY", { status: 302, headers: { location } });
  }, async (egress, base) => {
    for (
      const to of ["http://169.254.169.254/", "https://evil.example/", "/elsewhere", `${base}/elsewhere`]
    ) {
      const asking = egress(`${base}/start?to=${encodeURIComponent(to)}`, { redirect: "follow" });
      await assert.rejects(asking, codeOf("egress_redirected"));
    }
    assert.deepEqual(asked, ["/start", "/start", "/start", "/start"]);
  });
});

Deno.test("a provider that does not answer in time is given up, before and during its answer", async () => {
  const held: ReadableStreamDefaultController<Uint8Array>[] = [];
  const release = Promise.withResolvers<Response>();
  await withServer((request) => {
    if (new URL(request.url).pathname === "/silent") return release.promise;
    return new Response(
      new ReadableStream({
        start(controller) {
          held.push(controller);
          controller.enqueue(new TextEncoder().encode("half"));
        },
      }),
    );
  }, async (egress, base, lines) => {
    await assert.rejects(() => egress(`${base}/silent`), codeOf("egress_timeout"));
    const half = await egress(`${base}/half`);
    await assert.rejects(() => half.text(), codeOf("egress_timeout"));
    assert.equal(lines.filter((line) => line.includes('"error_code":"egress_timeout"')).length, 2);
    release.resolve(new Response());
    for (const controller of held) {
      try {
        controller.close();
      } catch { /* the server noticed first that nobody listens */ }
    }
  }, { timeoutMs: 150 });
});

Deno.test("the caller's signal ends the request and its reason is thrown unchanged", async () => {
  const release = Promise.withResolvers<Response>();
  const reached = Promise.withResolvers<void>();
  await withServer(() => {
    reached.resolve();
    return release.promise;
  }, async (egress, base) => {
    const controller = new AbortController();
    const reason = new Error("lease lost");
    const asking = egress(`${base}/x`, { signal: controller.signal });
    await reached.promise;
    controller.abort(reason);
    await assert.rejects(() => asking, (error) => error === reason);
    await assert.rejects(
      () => egress(`${base}/x`, { signal: controller.signal }),
      (error) => error === reason,
    );
    release.resolve(new Response());
  });
});

Deno.test("an answer above the size limit is cut off, whether or not its size was announced", async () => {
  const big = "x".repeat(5_000);
  await withServer((request) => {
    if (new URL(request.url).pathname === "/announced") return new Response(big);
    const encoder = new TextEncoder();
    let sent = 0;
    return new Response(
      new ReadableStream({
        pull(controller) {
          if (sent++ < 50) controller.enqueue(encoder.encode("y".repeat(100)));
          else controller.close();
        },
      }),
    );
  }, async (egress, base) => {
    const announced = async () => await (await egress(`${base}/announced`)).text();
    await assert.rejects(announced, codeOf("egress_answer_too_large"));
    const streamed = await egress(`${base}/streamed`);
    await assert.rejects(() => streamed.text(), codeOf("egress_answer_too_large"));
  }, { maxResponseBytes: 1_000 });
});

Deno.test("a closed port and a broken answer are named as unreachable, with the cause kept aside", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const base = `http://127.0.0.1:${listener.addr.port}`;
  const { log } = collectingLog();
  const egress = createEgress({ overrides: [base], log });
  const breaking = (async () => {
    const connection = await listener.accept();
    await connection.read(new Uint8Array(1024));
    await connection.write(new TextEncoder().encode("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf"));
    connection.close();
    listener.close();
  })();
  const half = await egress(`${base}/x`);
  await assert.rejects(() => half.text(), codeOf("egress_unreachable"));
  await breaking;
  await assert.rejects(() => egress(`${base}/x`), (error: unknown) => {
    assert.ok(error instanceof PipelineError && error.code === "egress_unreachable");
    return error.cause instanceof Error;
  });
});

Deno.test("an answer without a body, and one that is not read, leave nothing behind", async () => {
  await withServer(
    (request) =>
      new URL(request.url).pathname === "/none" ? new Response(null, { status: 204 }) : new Response("text"),
    async (egress, base) => {
      assert.equal((await egress(`${base}/none`, { method: "DELETE" })).status, 204);
      await (await egress(`${base}/unread`)).body?.cancel();
    },
  );
});
