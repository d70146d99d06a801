/** Every route that `/openapi.json` declares, before strangers and before hostile input. */
import assert from "node:assert/strict";
import { SignJWT } from "jose";
import { openScene } from "./scene.ts";

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly security?: readonly Record<string, unknown>[];
  readonly parameters: readonly { name: string; in: string; schema?: { enum?: unknown[] } }[];
  readonly hasBody: boolean;
}

/** Routes that look after themselves: a browser on its way back, a sender's own signature, the link in a mail. */
const OPEN = [
  "get /api/integrations/{provider}/callback",
  "post /api/webhooks/slack",
  "post /api/webhooks/resend",
  "get /api/unsubscribe/{token}",
  "post /api/unsubscribe/{token}",
];
/** So that the events of mail get as far as their signature. */
const env = { RESEND_WEBHOOK_SECRET: `whsec_${btoa("a secret of this test, shared")}` };

const hostile: readonly unknown[] = [
  "",
  "x",
  "' or 1=1 --",
  "../../etc/passwd",
  "${7*7}",
  "%00",
  "\u202e\u0007",
  "𝕏".repeat(200),
  "0",
  "-1",
  "1e309",
  "NaN",
  "null",
  "9".repeat(40),
  "3c9a1c1e-6a0b-4d3e-8f57-0a3f3f6d1b11",
];
const bodies: readonly string[] = [
  "",
  "{",
  "null",
  "[]",
  '"x"',
  "{}",
  '{"__proto__":{"admin":true}}',
  '{"source_ids":{"a":1},"source_id":[],"scope":"x","days":-1,"platform":"evil","confirmation":1}',
  '{"source_ids":["\\u0000"],"confirmation":"\\ud800"}',
  JSON.stringify({ source_ids: Array.from({ length: 5_000 }, () => "C") }),
  JSON.stringify({
    source_id: "3c9a1c1e-6a0b-4d3e-8f57-0a3f3f6d1b11",
    days: 1e308,
    items: 1e308,
    scope: { days: 1e308 },
  }),
  JSON.stringify({
    schedule: { frequency: "cron", cron: "* * * * *" },
    weeks: 1e308,
    force: "yes",
    title: "\n",
  }),
  JSON.stringify({ schedule: { frequency: "monthly", day: 1e300 }, title: "x", prompt: "x" }),
  JSON.stringify({ schedule: { frequency: "once", at: "9999-99-99T99:99" }, title: "x", prompt: "x" }),
  JSON.stringify({ schedule: { frequency: "daily", times: Array.from({ length: 24 }, () => "٩:00") } }),
  JSON.stringify({ schedule: { frequency: "weekly", day: ["monday", "ﬁ"], timezone: "../../etc" } }),
  JSON.stringify({ final_content: "x".repeat(100_000), feedback_notes: "", verdict: "delivered" }),
  "[".repeat(50_000),
];

async function operationsOf(api: string): Promise<Operation[]> {
  const document = await (await fetch(`${api}/openapi.json`)).json();
  return Object.entries(document.paths as Record<string, Record<string, Record<string, unknown>>>).flatMap(
    ([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        method,
        path,
        security: operation.security as Operation["security"],
        parameters: (operation.parameters ?? []) as Operation["parameters"],
        hasBody: operation.requestBody !== undefined,
      })),
  );
}

/** The route's address with each parameter as `fill` says, and every declared query parameter. */
function addressOf(
  functionsUrl: string,
  { path, parameters }: Operation,
  fill: (name: string) => string,
): string {
  const place = path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(fill(name)) || "_");
  const query = new URLSearchParams(
    parameters.filter((one) => one.in === "query").map(({ name }) => [name, fill(name)]),
  );
  return `${functionsUrl}${place}?${query}`;
}

Deno.test("no route lets a stranger in: nobody, a forged token, a foreign one, an expired one, an app's, the publishable key", async () => {
  await using scene = await openScene({ env });
  const { stack } = scene;
  const operations = await operationsOf(`${stack.functionsUrl}/api`);
  assert.ok(operations.length > 10, "the routes are declared");
  const seconds = Math.floor(Date.now() / 1_000);
  const { userId } = await stack.signUp(`${crypto.randomUUID()}@yarnnn.example`, "a long password");
  const sign = (claims: Record<string, unknown>, secret = stack.jwtSecret) =>
    new SignJWT({ sub: userId, aud: "authenticated", role: "authenticated", exp: seconds + 600, ...claims })
      .setProtectedHeader({ alg: "HS256", typ: "JWT" }).sign(new TextEncoder().encode(secret));
  const strangers: [string, Record<string, string>, number][] = [
    ["nobody", {}, 401],
    [
      "a forger",
      { authorization: `Bearer ${await sign({}, "another secret of somebody, long enough")}` },
      401,
    ],
    [
      "a foreign project",
      { authorization: `Bearer ${await sign({ iss: "https://evil.example/auth/v1" })}` },
      401,
    ],
    ["yesterday's token", { authorization: `Bearer ${await sign({ exp: seconds - 60 })}` }, 401],
    ["an app", { authorization: `Bearer ${await sign({ client_id: "claude" })}` }, 403],
    ["the anonymous role", { authorization: `Bearer ${await sign({ role: "anon" })}` }, 401],
    [
      "the service's role in a token",
      { authorization: `Bearer ${await sign({ role: "service_role" })}` },
      401,
    ],
    ["a browser", { apikey: stack.publishableKey, authorization: `Bearer ${stack.publishableKey}` }, 401],
  ];
  const letIn: string[] = [];
  for (const operation of operations) {
    const name = `${operation.method} ${operation.path}`;
    if (OPEN.includes(name)) continue;
    const address = addressOf(
      stack.functionsUrl,
      operation,
      (name) => name === "provider" ? "slack" : userId,
    );
    for (const [who, headers, expected] of strangers) {
      const answer = await fetch(address, {
        method: operation.method.toUpperCase(),
        headers: { ...headers, "content-type": "application/json" },
        ...(operation.hasBody && { body: "{}" }),
      });
      await answer.body?.cancel();
      if (answer.status !== expected) letIn.push(`${name} answers ${answer.status} to ${who}`);
    }
  }
  assert.deepEqual(letIn, []);
});

Deno.test("no input of a signed-in person makes a route fail: it is refused with a code, and says what to do", async () => {
  await using scene = await openScene({ env });
  const { stack } = scene;
  const { accessToken } = await stack.signUp(`${crypto.randomUUID()}@yarnnn.example`, "a long password");
  const faults: string[] = [];
  let asked = 0;
  const ask = async (operation: Operation, address: string, body?: string, key?: string) => {
    asked += 1;
    const answer = await fetch(address, {
      method: operation.method.toUpperCase(),
      redirect: "manual",
      headers: {
        "content-type": "application/json",
        ...(key === undefined ? { authorization: `Bearer ${accessToken}` } : { apikey: key }),
      },
      ...(body !== undefined && operation.method !== "get" && { body }),
    });
    const text = await answer.text();
    const refused = answer.status >= 400;
    const code = refused ? /"code":"[a-z_]+"/.test(text) && /"message":"/.test(text) : true;
    if (answer.status >= 500 || !code || /at \w+ \(|\.ts:\d/.test(text)) {
      faults.push(
        `${operation.method} ${address.slice(0, 160)} ${body?.slice(0, 60)}: ${answer.status} ${
          text.slice(0, 200)
        }`,
      );
    }
  };
  for (const operation of await operationsOf(`${stack.functionsUrl}/api`)) {
    const known = (name: string) =>
      name === "provider" ? "slack" : name === "platform" ? "gmail" : "3c9a1c1e-6a0b-4d3e-8f57-0a3f3f6d1b11";
    for (const value of hostile) {
      await ask(operation, addressOf(stack.functionsUrl, operation, () => String(value)), "{}");
      const inQuery = (name: string) => operation.path.includes(`{${name}}`) ? known(name) : String(value);
      await ask(operation, addressOf(stack.functionsUrl, operation, inQuery), "{}");
    }
    for (const body of operation.hasBody ? bodies : []) {
      await ask(operation, addressOf(stack.functionsUrl, operation, known), body);
    }
    await ask(operation, addressOf(stack.functionsUrl, operation, known), "{}", stack.secretKey);
  }
  assert.deepEqual(faults, []);
  assert.ok(asked > 400, `${asked} requests`);
});
