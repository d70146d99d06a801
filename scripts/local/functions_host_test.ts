import assert from "node:assert/strict";
import { FunctionWorker } from "./function_worker.ts";
import { FunctionsHost, type FunctionsHostOptions } from "./functions_host.ts";

// A second deno, to run the same tests on the version that hosted is compatible with.
const deno = Deno.env.get("FUNCTIONS_DENO");
const root = new URL("../../", import.meta.url);
const functions = new URL("./fixtures/", import.meta.url);

function openHost(options: Partial<FunctionsHostOptions> = {}): FunctionsHost & AsyncDisposable {
  const host = new FunctionsHost({
    root,
    functions,
    deno,
    environment: () => ({ GIVEN: "yes" }),
    ...options,
  });
  return Object.assign(host, { [Symbol.asyncDispose]: () => host.close() });
}

function call(host: FunctionsHost, path: string, init?: RequestInit): Promise<Response> {
  const name = path.split(/[/?]/)[0] ?? "";
  return host.fetch(name, new Request(`http://127.0.0.1:54321/functions/v1/${path}`, init));
}

async function code(response: Response): Promise<[number, unknown]> {
  return [response.status, (await response.json()).code];
}

Deno.test("an unmodified index.ts gets method, path, body and its own environment only, in a process that is kept", async () => {
  await using host = openHost();
  const answer = await (await call(host, "probe/echo?a=b", { method: "POST", body: "hello" })).json();
  assert.equal(answer.method, "POST");
  assert.equal(answer.path, "/probe/echo?a=b");
  assert.equal(answer.body, "hello");
  assert.equal(answer.environment.GIVEN, "yes");
  assert.equal(answer.environment.HOME, undefined);
  assert.equal(answer.environment.PATH, undefined);
  const again = await (await call(host, "probe/echo")).json();
  assert.equal(again.pid, answer.pid);
  assert.deepEqual(host.pids("probe"), [answer.pid]);
});

Deno.test("a function may not write, run programs, read elsewhere or reach other hosts", async () => {
  await using host = openHost();
  const answer: Record<string, string> = await (await call(host, "probe/forbidden")).json();
  for (const [what, outcome] of Object.entries(answer)) {
    assert.match(outcome, /NotCapable|PermissionDenied/, what);
  }
});

Deno.test("a default export with fetch serves as well, an unknown function is 404, a broken one 503", async () => {
  await using host = openHost();
  assert.equal(await (await call(host, "default_fetch/x")).text(), "default /default_fetch/x");
  assert.deepEqual(await code(await call(host, "nowhere")), [404, "NOT_FOUND"]);
  assert.deepEqual(await code(await call(host, "..%2f..")), [404, "NOT_FOUND"]);
  const broken = await call(host, "broken");
  assert.equal(broken.status, 503);
  const body = await broken.json();
  assert.equal(body.code, "BOOT_ERROR");
  assert.match(body.message, /broken on purpose/);
});

Deno.test("settled() waits for what runs in waitUntil, and the function's lines are kept, json parsed", async () => {
  await using host = openHost();
  assert.equal((await call(host, "probe/background")).status, 202);
  let settled = false;
  const settling = host.settled().then(() => settled = true);
  await (await call(host, "probe/echo")).text();
  assert.equal(settled, false);
  assert.equal(host.busy("probe").background, 1);
  await (await call(host, "probe/release")).text();
  await settling;
  assert.deepEqual(host.busy("probe"), { requests: 0, background: 0 });
  assert.deepEqual(host.logs.map((line) => line.json ?? line.text), ["plain line", { done: true }]);
});

Deno.test("whoever waits for a busy process asks it at its changes, not without end", async () => {
  await using host = openHost({ wallClockSeconds: 3 });
  const ask = FunctionWorker.prototype.askCounts;
  let asked = 0;
  FunctionWorker.prototype.askCounts = function () {
    asked += 1;
    return ask.call(this);
  };
  try {
    const exited = Promise.withResolvers<void>();
    host.onExit(() => exited.resolve());
    await (await call(host, "probe/background")).text();
    await Promise.all([host.settled(), exited.promise]);
    assert.ok(asked < 20, `asked ${asked} times`);
  } finally {
    FunctionWorker.prototype.askCounts = ask;
  }
});

Deno.test("a rejected background promise is told on stderr and does not end the process", async () => {
  await using host = openHost();
  await (await call(host, "probe/rejected")).text();
  await host.settled();
  assert.equal((await call(host, "probe/echo")).status, 200);
  assert.match(
    host.logs.map((line) => line.text).join("\n"),
    /waitUntil was rejected: Error: in the background/,
  );
});

Deno.test("a process killed while it answers is 546 to the caller, an exit to listeners, and the next call has a new one", async () => {
  await using host = openHost();
  const first = await (await call(host, "probe/echo")).json();
  const exits: unknown[] = [];
  host.onExit((exit) => exits.push([exit.pid, exit.signal, exit.reason]));
  const [answer, killed] = await Promise.all([
    call(host, "probe/never"),
    until(() => host.busy("probe").requests === 1).then(() => host.kill("probe")),
  ]);
  assert.equal(killed, 1);
  assert.deepEqual(await code(answer), [546, "WORKER_LIMIT"]);
  assert.deepEqual(exits, [[first.pid, "SIGKILL", "killed"]]);
  const second = await (await call(host, "probe/echo")).json();
  assert.notEqual(second.pid, first.pid);
});

Deno.test("with several processes an idle one answers, else a new one, else the least busy; each is killed by itself", async () => {
  await using host = openHost({ processes: 2 });
  const pidOf = async (answer: Promise<Response>): Promise<number> => (await (await answer).json()).pid;
  const first = await pidOf(call(host, "probe/echo"));
  await host.settled();
  assert.equal(await pidOf(call(host, "probe/echo")), first, "one that is idle is enough");
  await host.settled();
  const hanging = call(host, "probe/never");
  await until(() => host.busy("probe").requests === 1);
  let otherEnded = false;
  const hangingToo = call(host, "probe/never").finally(() => otherEnded = true);
  await until(() => host.pids("probe").length === 2);
  const [, second = 0] = host.pids("probe");
  assert.ok([first, second].includes(await pidOf(call(host, "probe/echo"))), "there is no third");
  assert.deepEqual(host.pids("probe"), [first, second]);
  Deno.kill(first, "SIGKILL");
  assert.deepEqual(await code(await hanging), [546, "WORKER_LIMIT"]);
  assert.deepEqual(host.pids("probe"), [second]);
  assert.equal(otherEnded, false, "the other goes on");
  await host.kill("probe");
  await hangingToo;
});

Deno.test("no response within the idle timeout is 504", async () => {
  await using host = openHost({ idleTimeoutSeconds: 0.5 });
  assert.deepEqual(await code(await call(host, "probe/never")), [504, "IDLE_TIMEOUT"]);
});

Deno.test("after half its wall clock a process gets no new request; idle it ends early, busy it is told at 90 % and killed at the end", async () => {
  await using host = openHost({ wallClockSeconds: 3 });
  const exits: [number, string][] = [];
  host.onExit((exit) => exits.push([exit.pid, exit.reason]));
  const first = await (await call(host, "probe/echo")).json();
  await until(() => exits.length === 1);
  assert.deepEqual(exits, [[first.pid, "idle"]]);
  assert.deepEqual(host.logs.map((line) => line.json), [{ event: "beforeunload", reason: "early_drop" }]);

  await (await call(host, "probe/background")).text();
  await until(() => exits.length === 2);
  assert.equal(exits[1]?.[1], "wall_clock");
  assert.deepEqual(host.logs.at(-1)?.json, { event: "beforeunload", reason: "wall_clock" });
});

Deno.test("an endless loop is killed at the wall clock", async () => {
  await using host = openHost({ wallClockSeconds: 2 });
  assert.deepEqual(await code(await call(host, "probe/spin")), [546, "WORKER_LIMIT"]);
});

/** Looks again until it holds: the tests above wait for other processes, which no injected clock moves. */
async function until(holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error("Waited 20 s in vain");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
