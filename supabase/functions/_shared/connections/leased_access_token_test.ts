import assert from "node:assert/strict";
import { createKeyRing } from "../crypto/key_ring.ts";
import { createEgress } from "../http/egress.ts";
import { environmentReader } from "../http/environment.ts";
import { createLog } from "../http/log.ts";
import { createAccessToken } from "./leased_access_token.ts";
import { OAUTH_VARIABLES } from "./oauth_provider.ts";
import { tokenRowStandIn } from "./token_row_stand_in.ts";
import { openToken, type Provider, sealToken } from "./tokens.ts";

const ring = await createKeyRing(btoa(String.fromCharCode(...new Uint8Array(32).fill(1))));
const otherRing = await createKeyRing(
  btoa(String.fromCharCode(...new Uint8Array(32).fill(2))),
  btoa(String.fromCharCode(...new Uint8Array(32).fill(1))),
);
const user_id = "11111111-1111-4111-8111-111111111111";
const id = "22222222-2222-4222-8222-222222222222";
const start = new Date("2026-11-05T10:00:00Z");

type Answer = { status?: number; body: unknown } | "never" | "reset";

/** A provider that answers each refresh as told, the last answer for ever; and one connection with its token. */
async function scene(options: {
  provider?: Provider;
  answers?: Answer[];
  refreshToken?: string | null;
  expiresInSeconds?: number;
  /** Instead of the clock moving on. */
  onPause?: () => unknown;
}) {
  const { provider = "google", refreshToken = "refresh-1", expiresInSeconds } = options;
  let clock = start.getTime();
  const now = () => new Date(clock);
  const sealed = (token: string, field: "access_token" | "refresh_token") =>
    sealToken(ring, token, user_id, provider, field);
  const expires_at = expiresInSeconds === undefined
    ? undefined
    : new Date(clock + expiresInSeconds * 1_000).toISOString();
  const stored = tokenRowStandIn({
    access_token: await sealed("access-1", "access_token"),
    refresh_token: refreshToken === null ? null : await sealed(refreshToken, "refresh_token"),
    ...(expires_at !== undefined && { expires_at }),
  }, now);
  const requests: { url: string; body: string; authorization: string | null }[] = [];
  const answers = [...options.answers ?? []];
  const gate = { open: Promise.resolve() };
  const egress = createEgress({
    log: createLog({ write: () => {} }),
    transport: async (input, init) => {
      const { body } = init ?? {};
      const authorization = new Headers(init?.headers).get("authorization");
      requests.push({ url: String(input), body: typeof body === "string" ? body : "", authorization });
      await gate.open;
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      if (answer === undefined || answer === "reset") throw new TypeError("connection reset");
      if (answer === "never") return await new Promise<Response>(() => {});
      return Response.json(answer.body, { status: answer.status ?? 200 });
    },
  });
  const variables: Record<string, string> = Object.fromEntries(
    ["SLACK", "GOOGLE", "NOTION"].flatMap((prefix) => [
      [`${prefix}_CLIENT_ID`, "client"],
      [`${prefix}_CLIENT_SECRET`, "secret"],
    ]),
  );
  const environment = environmentReader("sync", OAUTH_VARIABLES, (name) => variables[name])();
  const { access_token, refresh_token } = stored.row;
  const tokens = { access_token, refresh_token, expires_at: stored.row.expires_at };
  const worker = (given: { signal?: AbortSignal; keys?: typeof ring } = {}) =>
    createAccessToken({
      database: stored.database,
      ring: given.keys ?? ring,
      egress,
      environment,
      connection: { id, user_id, provider },
      tokens,
      signal: given.signal ?? new AbortController().signal,
      now,
      pause: (milliseconds) => {
        if (options.onPause === undefined) clock += milliseconds;
        else options.onPause();
        return new Promise((resolve) => setTimeout(resolve, 0));
      },
    });
  return { ...stored, worker, requests, gate, pass: (seconds: number) => clock += seconds * 1_000 };
}

const fresh = (token: string, refresh?: string): Answer => ({
  body: { access_token: token, expires_in: 3_599, ...(refresh && { refresh_token: refresh }) },
});
const code = (expected: string) => (error: Error & { code?: string }) => error.code === expected;

Deno.test("a token that has an hour left is handed out without a call of anybody", async () => {
  const { worker, database, requests } = await scene({ expiresInSeconds: 3_600, answers: [] });
  assert.equal(await worker().current(), "access-1");
  assert.deepEqual([database.asked.length, requests.length], [0, 0]);
});

Deno.test("a token is renewed a minute before its end, stored sealed, and not renewed again", async () => {
  const { worker, row, requests, pass } = await scene({
    expiresInSeconds: 120,
    answers: [fresh("access-2")],
  });
  const token = worker();
  assert.equal(await token.current(), "access-1");
  pass(61);
  assert.equal(await token.current(), "access-2");
  assert.equal(await token.current(), "access-2");
  assert.equal(requests.length, 1);
  assert.equal(requests[0]?.url, "https://oauth2.googleapis.com/token");
  const sent = new URLSearchParams(requests[0]?.body);
  assert.equal(sent.get("grant_type"), "refresh_token");
  assert.equal(sent.get("refresh_token"), "refresh-1");
  assert.equal(await openToken(ring, row.access_token, user_id, "google", "access_token"), "access-2");
  assert.equal(row.expires_at, new Date(start.getTime() + (61 + 3_599) * 1_000).toISOString());
});

Deno.test("fifty workers at once make one call, and every one of them gets the new token", async () => {
  const answered = Promise.withResolvers<void>();
  let waiting = 0;
  const { worker, gate, requests, row } = await scene({
    provider: "notion",
    answers: [fresh("access-2", "refresh-2"), { status: 400, body: { error: "invalid_grant" } }],
    // The provider answers when all the others have asked in vain.
    onPause: () => ++waiting === 49 && answered.resolve(),
  });
  gate.open = answered.promise;
  const all = Promise.all(Array.from({ length: 50 }, () => worker().renewed("access-1")));
  assert.deepEqual(new Set(await all), new Set(["access-2"]));
  assert.equal(requests.length, 1);
  assert.equal(
    await openToken(ring, row.refresh_token ?? "", user_id, "notion", "refresh_token"),
    "refresh-2",
  );
});

Deno.test("callers of one worker share one renewal, and who comes late gets its token", async () => {
  const { worker, requests, database } = await scene({ answers: [fresh("access-2")] });
  const token = worker();
  const tokens = await Promise.all([token.renewed("access-1"), token.renewed("access-1")]);
  assert.deepEqual([...tokens, await token.renewed("access-1")], ["access-2", "access-2", "access-2"]);
  assert.equal(requests.length, 1);
  assert.equal(database.argumentsOf("begin_token_refresh").length, 1);
});

Deno.test("a refused refresh token marks the connection once, for everybody", async () => {
  const { worker, marked, row, requests } = await scene({
    answers: [{
      status: 400,
      body: { error: "invalid_grant", error_description: "Token has been revoked." },
    }],
  });
  for (let n = 0; n < 3; n += 1) await assert.rejects(worker().renewed("access-1"), code("needs_reauth"));
  assert.deepEqual([marked(), row.status, requests.length], [1, "needs_reauth", 1]);
});

Deno.test("Slack's refusal in an answer of 200 is one as well, and its rotation stores both new tokens", async () => {
  const refused = await scene({
    provider: "slack",
    answers: [{ body: { ok: false, error: "invalid_refresh_token" } }],
  });
  await assert.rejects(refused.worker().renewed("access-1"), code("needs_reauth"));
  const rotated = await scene({
    provider: "slack",
    expiresInSeconds: 30,
    answers: [{
      body: {
        ok: true,
        access_token: "xoxe-2",
        refresh_token: "xoxe-r2",
        expires_in: 43_200,
        token_type: "bot",
      },
    }],
  });
  assert.equal(await rotated.worker().current(), "xoxe-2");
  assert.equal(
    await openToken(ring, rotated.row.refresh_token ?? "", user_id, "slack", "refresh_token"),
    "xoxe-r2",
  );
});

Deno.test("a token that nothing can renew needs its person, who is told once", async () => {
  const { worker, marked, requests } = await scene({ provider: "slack", refreshToken: null, answers: [] });
  assert.equal(await worker().current(), "access-1");
  for (let n = 0; n < 2; n += 1) await assert.rejects(worker().renewed("access-1"), code("needs_reauth"));
  assert.deepEqual([marked(), requests.length], [1, 0]);
});

Deno.test("a provider that is down, limits, or refuses our app never costs the connection", async () => {
  const cases: [Answer, string][] = [
    [{ status: 503, body: "busy" }, "provider_down"],
    ["reset", "provider_down"],
    [{ status: 200, body: { hello: "world" } }, "provider_down"],
    [{ status: 429, body: {} }, "rate_limited"],
    [{ status: 401, body: { error: "invalid_client" } }, "provider_app_refused"],
  ];
  for (const [answer, expected] of cases) {
    const { worker, marked, row, pass, requests } = await scene({ answers: [answer, fresh("access-2")] });
    await assert.rejects(worker().renewed("access-1"), code(expected));
    // Whoever asks right behind does not hammer; a little later somebody tries again.
    await assert.rejects(worker().renewed("access-1"), code("provider_down"));
    assert.equal(requests.length, 1);
    pass(6);
    assert.equal(await worker().renewed("access-1"), "access-2");
    assert.deepEqual([marked(), row.status], [0, "active"]);
  }
});

Deno.test("after a worker that died with the lease, another renews when the lease is over", async () => {
  const { worker, row, requests } = await scene({ answers: [fresh("access-2")] });
  row.lease = crypto.randomUUID();
  row.leaseUntil = start.getTime() + 15_000;
  assert.equal(await worker().renewed("access-1"), "access-2");
  assert.equal(requests.length, 1);
});

Deno.test("who waits too long for another gives up without harm", async () => {
  const { worker, row, marked } = await scene({ answers: [fresh("access-2")] });
  row.lease = crypto.randomUUID();
  row.leaseUntil = start.getTime() + 60_000;
  await assert.rejects(worker().renewed("access-1"), code("provider_down"));
  assert.equal(marked(), 0);
});

Deno.test("who stops waiting leaves the renewal to end by itself, so that the new token is not lost", async () => {
  const { worker, gate, row } = await scene({ answers: [fresh("access-2", "refresh-2")] });
  const answered = Promise.withResolvers<void>();
  gate.open = answered.promise;
  const stopped = new AbortController();
  const waiting = worker({ signal: stopped.signal }).renewed("access-1");
  setTimeout(() => stopped.abort(new DOMException("the lease was lost", "AbortError")), 5);
  await assert.rejects(waiting, { name: "AbortError" });
  answered.resolve();
  const token = await worker().renewed("access-1");
  assert.equal(token, "access-2");
  assert.equal(await openToken(ring, row.access_token, user_id, "google", "access_token"), "access-2");
});

Deno.test("a token that was only sealed anew under another key is no new token", async () => {
  const { worker, row, requests } = await scene({ answers: [fresh("access-2")] });
  row.access_token = await sealToken(otherRing, "access-1", user_id, "google", "access_token");
  assert.equal(await worker({ keys: otherRing }).renewed("access-1"), "access-2");
  assert.equal(requests.length, 1);
});
