import assert from "node:assert/strict";

/** Deno 2.1.4 takes its port from nowhere but the code, and 2.9.6 takes this one too. */
const program = `
const serve = Deno.serve;
Deno.serve = (handler) => serve({
  hostname: "127.0.0.1", port: 0, onListen: ({ port }) => console.log("port " + port),
}, handler);
await import(${JSON.stringify(new URL("./index.ts", import.meta.url).href)});
`;

/** The function in a process of its own, with these variables and no others. */
function serveFunction(variables: Record<string, string>) {
  const kept = ["HOME", "PATH", "DENO_DIR", "XDG_CACHE_HOME", "DENO_TLS_CA_STORE"].flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  });
  const root = new URL("../../../", import.meta.url).pathname;
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-lock",
      "--quiet",
      "--allow-net=127.0.0.1",
      "--allow-env",
      "--allow-sys",
      "--allow-read",
      "-",
    ],
    cwd: root,
    clearEnv: true,
    env: { ...Object.fromEntries(kept), ...variables },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  return child;
}

async function portOf(child: Deno.ChildProcess): Promise<{ port: string; rest: Promise<string> }> {
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    text += value ?? "";
    const port = /port (\d+)\n/.exec(text)?.[1];
    if (port !== undefined) {
      const rest = async () => {
        for (;;) {
          const next = await reader.read();
          if (next.done) return text;
          text += next.value;
        }
      };
      return { port, rest: rest() };
    }
    if (done) throw new Error(`The function did not start: ${await new Response(child.stderr).text()}`);
  }
}

Deno.test("without its environment the function starts, and its first answer names every variable that is missing", async () => {
  const child = serveFunction({ SUPABASE_URL: "http://127.0.0.1:9", WAKE_UP_SECRET: "CANARY" });
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(program));
  await writer.close();
  const { port, rest } = await portOf(child);
  const answer = await fetch(`http://127.0.0.1:${port}/sync`, { method: "POST", body: "{}" });
  assert.equal(answer.status, 503);
  assert.equal(answer.headers.get("content-type"), "application/json; charset=utf-8");
  const problem = await answer.json();
  assert.equal(problem.code, "environment_incomplete");
  assert.deepEqual(problem.details.variables.toSorted(), [
    "INTEGRATION_ENCRYPTION_KEY",
    "SUPABASE_SECRET_KEYS",
    "WAKE_UP_SECRET",
  ]);
  assert.match(problem.message, /'sync'.*SUPABASE_SECRET_KEYS is missing.*WAKE_UP_SECRET is shorter/s);
  child.kill("SIGKILL");
  const [printed, complained] = await Promise.all([rest, new Response(child.stderr).text(), child.status]);
  const log = printed + complained;
  assert.match(log, /"event":"function_cannot_start","function":"sync"/);
  assert.doesNotMatch(JSON.stringify(problem) + log, /CANARY/);
});
