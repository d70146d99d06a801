import assert from "node:assert/strict";

const root = new URL("../", import.meta.url);
const cache = await Deno.makeTempDir();
Deno.test.afterAll(() => Deno.remove(cache, { recursive: true }));

// A developer's own keys and database stay out of the test.
const env = {
  YARNNN_CACHE: cache,
  STACK_PORT: "0",
  DATABASE_URL: "",
  ANTHROPIC_API_KEY: "",
  RESEND_API_KEY: "",
  SLACK_CLIENT_ID: "",
  SLACK_BASE_URL: "",
};

function start(script: string, ...args: string[]): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-lock", "--quiet", new URL(script, import.meta.url).pathname, ...args],
    cwd: root,
    env,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

async function sql(text: string): Promise<{ code: number; out: string; errors: string }> {
  const { code, stdout, stderr } = await start("sql.ts", text).output();
  return { code, out: new TextDecoder().decode(stdout), errors: new TextDecoder().decode(stderr) };
}

Deno.test("dev prints what a person needs, sql asks it, and a SIGTERM ends it without a trace", async () => {
  const none = await sql("select 1");
  assert.equal(none.code, 1);
  assert.match(none.errors, /No stack is running here\. Start one with "deno task dev"/);

  const dev = start("dev.ts");
  const output = dev.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let printed = "";
  while (!printed.includes("deno task sql")) {
    const { value, done } = await output.read();
    if (done) {
      throw new Error(`dev ended early: ${printed}${new TextDecoder().decode((await dev.output()).stderr)}`);
    }
    printed += value;
  }
  const url = /REST\s+(http:\/\/127\.0\.0\.1:\d+)\/rest\/v1/.exec(printed)?.[1];
  const key = /Publishable key\s+(sb_publishable_\w+)/.exec(printed)?.[1];
  const token = /Access token\s+(\S+)/.exec(printed)?.[1];
  const inbox = /Inbox\s+(\S+)/.exec(printed)?.[1];
  assert.ok(url && key && token && inbox);
  const me = await fetch(`${url}/auth/v1/user`, {
    headers: { apikey: key, authorization: `Bearer ${token}` },
  });
  assert.equal((await me.json()).email, "demo@yarnnn.example");
  assert.equal((await fetch(inbox).then(async (page) => [page.status, await page.text()]))[0], 200);

  const file = await Deno.stat(`${cache}/local/stack.json`);
  assert.equal((file.mode ?? 0) & 0o777, 0o600);
  const answered = await sql("select 40 + 2 as answer, current_user::text as who");
  assert.equal(answered.out, "answer  who\n──────  ────────\n    42  postgres\n(1 row)\n");
  const wrong = await sql("select nonsense");
  assert.equal(wrong.code, 1);
  assert.match(wrong.errors, /nonsense/);

  dev.kill("SIGTERM");
  while (!(await output.read()).done);
  await dev.stderr.cancel();
  assert.equal((await dev.status).code, 0);
  await assert.rejects(Deno.stat(`${cache}/local/stack.json`), Deno.errors.NotFound);
  await assert.rejects(fetch(url));
});
