import assert from "node:assert/strict";
import { createApp } from "./app.ts";
import { contextStandIn, SERVICE_KEY } from "./context_stand_in.ts";

const open = () => createApp(contextStandIn({ variables: { ALLOWED_ORIGINS: "https://beta.example" } }));

async function refusal(answer: Response | Promise<Response>) {
  const { status, headers, body } = await (async () => {
    const given = await answer;
    return { status: given.status, headers: given.headers, body: await given.json() };
  })();
  assert.equal(headers.get("content-type"), "application/json; charset=utf-8");
  assert.equal(typeof body.message, "string");
  return { status, code: body.code, headers, body };
}

Deno.test("an unknown address is 404 in JSON, a known one with another method is 405 and names its methods", async () => {
  const app = open();
  const unknown = await refusal(app.request("/api/nowhere"));
  assert.deepEqual([unknown.status, unknown.code], [404, "no_such_route"]);
  const other = await refusal(app.request("/api/openapi.json", { method: "DELETE" }));
  assert.deepEqual([other.status, other.code, other.headers.get("allow")], [
    405,
    "method_not_allowed",
    "GET",
  ]);
});

Deno.test("a body that is too large is refused with 413, one with a NUL or half a pair with 400", async () => {
  const app = open();
  const send = (body: string, path = "/api/nowhere") =>
    refusal(app.request(path, { method: "POST", body, headers: { "content-type": "application/json" } }));
  assert.equal((await send(JSON.stringify("x".repeat(300_000)))).status, 413);
  assert.equal((await send('{"a":"\\u0000"}')).code, "unstorable_text");
  assert.equal((await send('{"a":"\\ud800"}')).code, "unstorable_text");
  assert.equal((await send('{"\\uDC00":1}')).code, "unstorable_text");
  assert.equal((await send("[".repeat(100_000) + "]".repeat(100_000))).status < 500, true);
  assert.equal((await send("{}", "/api/nowhere?a=%00")).code, "unstorable_text");
  // The characters backslash, u, 0, 0, 0, 0 and whole pairs are text like any other.
  assert.equal((await send('{"a":"\\\\u0000 \\ud83d\\ude00"}')).code, "no_such_route");
});

Deno.test("only pages of the allowed origins may read an answer", async () => {
  const app = open();
  const origin = async (from: string, method = "GET") => {
    const headers = { origin: from, "access-control-request-method": "POST" };
    const answer = await app.request("/api/openapi.json", { method, headers });
    await answer.body?.cancel();
    return answer.headers.get("access-control-allow-origin");
  };
  assert.equal(await origin("https://app.example"), "https://app.example");
  assert.equal(await origin("https://beta.example", "OPTIONS"), "https://beta.example");
  assert.equal(await origin("https://app.example.evil.example"), null);
  assert.equal(await origin("https://evil.example", "OPTIONS"), null);
  assert.equal(await origin("null"), null);
});

Deno.test("every answer forbids caching, framing and guessing its type, and carries the id under which it was logged", async () => {
  const context = contextStandIn();
  const answer = await createApp(context).request("/api/nowhere", { headers: { "x-request-id": "mine" } });
  await answer.body?.cancel();
  assert.equal(answer.headers.get("cache-control"), "no-store");
  assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
  assert.match(answer.headers.get("content-security-policy") ?? "", /frame-ancestors 'none'/);
  const id = answer.headers.get("x-request-id") ?? "";
  const line = JSON.parse(context.lines.at(-1) ?? "{}");
  assert.deepEqual([line.event, line.request_id, line.status], ["request_answered", id, 404]);
});

Deno.test("the service key and nothing like it opens what is for admins", async () => {
  const { hasServiceKey } = await import("@shared/auth/service_key.ts");
  const keys = { default: SERVICE_KEY, other: "sb_secret_other" };
  const sent = (headers: Record<string, string>) =>
    hasServiceKey(new Request("https://project.supabase.co/", { headers }), keys);
  assert.equal(await sent({ apikey: SERVICE_KEY }), true);
  assert.equal(await sent({ authorization: "Bearer sb_secret_other" }), true);
  assert.equal(await sent({ apikey: SERVICE_KEY + "x" }), false);
  assert.equal(await sent({ apikey: "" }), false);
  assert.equal(await sent({}), false);
});

Deno.test("/openapi.json is valid OpenAPI 3.1 that says who may call what", async () => {
  const answer = await open().request("/api/openapi.json");
  const document = await answer.json();
  assert.equal(answer.status, 200);
  assert.equal(document.openapi, "3.1.0");
  assert.deepEqual(Object.keys(document.components.securitySchemes), ["person", "service"]);
});
