import assert from "node:assert/strict";
import { z } from "zod";
import { createEgress } from "@shared/http/egress.ts";
import { createLog } from "@shared/http/log.ts";
import { PipelineError } from "@shared/http/problem.ts";
import type { GoogleFault } from "../../../../../scripts/local/workplace/google/faults.ts";
import { startWorkplace, type Workplace } from "../../../../../scripts/local/workplace/workplace.ts";
import { PlatformError, type SyncErrorCode } from "../connector.ts";
import { createGoogleClient, type GoogleClient, isTooLarge } from "./google_client.ts";
import { refusalOf } from "./google_refusal.ts";
import { workplaceClient } from "./workplace_client.ts";

const OPENING = new Date("2026-11-05T10:00:00Z");
const calendars = z.object({ items: z.array(z.object({ id: z.string() })) });
const labels = z.object({ labels: z.array(z.object({ id: z.string() })) });
const pace = { key: "calendar:sub", allowed: 600, periodSeconds: 61 };

async function openWorkplace(): Promise<Workplace> {
  const workplace = await startWorkplace({ seed: 7, now: () => OPENING, days: 2 });
  workplace.google.quotas.enforced = false;
  return workplace;
}

const list = (client: GoogleClient) =>
  client.get("/calendar/v3/users/me/calendarList", { maxResults: 5 }, calendars, { pace });

async function errorOf(call: Promise<unknown>): Promise<PlatformError> {
  try {
    await call;
  } catch (thrown) {
    if (thrown instanceof PlatformError) return thrown;
    throw thrown;
  }
  throw new Error("The call was not refused");
}

/** A client whose requests end in `answer`, and where they went. */
function clientTo(answer: (url: URL, token: string) => Response, maxResponseBytes?: number) {
  const urls: URL[] = [];
  const egress = createEgress({
    log: createLog({ write: () => {} }),
    ...(maxResponseBytes !== undefined && { maxResponseBytes }),
    transport: (input, init) => {
      const url = new URL(String(input));
      urls.push(url);
      return Promise.resolve(answer(url, new Headers(init?.headers).get("authorization") ?? ""));
    },
  });
  const held: number[] = [];
  const client = createGoogleClient({
    egress,
    accessToken: { current: () => Promise.resolve("one"), renewed: () => Promise.resolve("two") },
    budget: {
      take: () => Promise.resolve(),
      holdBack: (_, seconds) => Promise.resolve(void held.push(seconds)),
    },
    signal: new AbortController().signal,
  });
  return { client, urls, held };
}

Deno.test("a call is paid for under its own meter, and its answer is read by the schema", async () => {
  await using workplace = await openWorkplace();
  const client = workplaceClient(workplace);
  assert.ok((await list(client)).items.length > 2);
  const read = await client.get("/gmail/v1/users/me/labels", {}, labels, {
    pace: { ...pace, key: "gmail:sub" },
    units: 5,
  });
  assert.ok(read.labels.some(({ id }) => id === "INBOX"));
  assert.deepEqual(client.taken, [{ key: "calendar:sub", units: undefined }, { key: "gmail:sub", units: 5 }]);
});

Deno.test("each API is called at its own host, ids and lists encoded", async () => {
  const { client, urls } = clientTo(() => Response.json({ items: [], labels: [] }));
  await client.get(
    `/calendar/v3/calendars/${encodeURIComponent("de#holiday@x")}/events`,
    {
      syncToken: "a+b/c=",
      pageToken: undefined,
    },
    calendars,
    { pace },
  );
  await client.get("/gmail/v1/users/me/messages", { labelIds: ["INBOX", "A&B"] }, labels, { pace });
  assert.deepEqual(urls.map(String), [
    "https://www.googleapis.com/calendar/v3/calendars/de%23holiday%40x/events?syncToken=a%2Bb%2Fc%3D",
    "https://gmail.googleapis.com/gmail/v1/users/me/messages?labelIds=INBOX&labelIds=A%26B",
  ]);
});

const refusals: readonly [status: number, reason: string, ours: SyncErrorCode, final: boolean][] = [
  [403, "rateLimitExceeded", "rate_limited", false],
  [403, "userRateLimitExceeded", "rate_limited", false],
  [403, "quotaExceeded", "rate_limited", false],
  [403, "dailyLimitExceeded", "rate_limited", false],
  [429, "rateLimitExceeded", "rate_limited", false],
  [403, "insufficientPermissions", "access_denied", true],
  [403, "forbidden", "access_denied", true],
  [404, "notFound", "not_found", true],
  [410, "fullSyncRequired", "internal", false],
  [400, "invalid", "internal", false],
  [500, "backendError", "provider_down", false],
  [503, "backendError", "provider_down", false],
];

Deno.test("Google's refusals come in our categories, only what a person must mend is final, and the reason stays known", async () => {
  await using workplace = await openWorkplace();
  const client = workplaceClient(workplace);
  for (const [status, reason, ours, final] of refusals) {
    workplace.google.faults.clear();
    workplace.google.faults.at({ call: 1, fault: { kind: "google_error", status, reason } });
    const error = await errorOf(list(client));
    const { status: told, reason: why } = refusalOf(error) ?? {};
    assert.deepEqual([error.code, error.final, told, why], [ours, final, status, reason]);
    assert.doesNotMatch(error.message, /planned/);
  }
  assert.deepEqual(client.heldBack.map(({ seconds }) => seconds), [60, 60, 60, 3600, 60]);
});

Deno.test("a Retry-After is kept to, as a number or as a date, and everybody is held back for as long", async () => {
  await using workplace = await openWorkplace();
  const client = workplaceClient(workplace);
  for (const status of [403, 429] as const) {
    workplace.google.faults.at({ call: 1, fault: { kind: "rate_limited", status, retryAfter: 37 } });
    const error = await errorOf(list(client));
    assert.deepEqual([error.code, error.retryAfterSeconds], ["rate_limited", 37]);
  }
  assert.deepEqual(client.heldBack, [
    { key: "calendar:sub", seconds: 37 },
    { key: "calendar:sub", seconds: 37 },
  ]);
  const headers = {
    date: "Thu, 05 Nov 2026 10:00:00 GMT",
    "retry-after": "Thu, 05 Nov 2026 10:01:30 GMT",
  };
  for (
    const [own, seconds] of [[headers, 90], [{ "retry-after": "soon" }, 60], [
      { "retry-after": "0" },
      1,
    ]] as const
  ) {
    const { client, held } = clientTo(() => new Response("", { status: 429, headers: own }));
    assert.equal((await errorOf(list(client))).retryAfterSeconds, seconds);
    assert.deepEqual(held, [seconds]);
  }
});

Deno.test("an expired access token is renewed once and nobody notices", async () => {
  await using workplace = await openWorkplace();
  const client = workplaceClient(workplace);
  workplace.google.faults.at({ call: 1, fault: { kind: "expired_token" } });
  assert.ok((await list(client)).items.length > 2);
  assert.equal(client.renewals(), 1);
  assert.deepEqual(workplace.google.journal.calls().map(({ status }) => status), [401, 200]);
  await list(client);
  assert.equal(client.renewals(), 1);
});

Deno.test("a revoked grant asks to be reconnected, and neither the error nor the log holds a token", async () => {
  await using workplace = await openWorkplace();
  const client = workplaceClient(workplace);
  workplace.google.faults.at({ call: 1, fault: { kind: "revoked_token" } });
  const error = await errorOf(list(client));
  assert.deepEqual([error.code, error.final], ["needs_reauth", true]);
  assert.doesNotMatch(JSON.stringify([error.problem, client.lines]), /ya29/);
});

Deno.test("a token that is refused right after its renewal is dead: two calls, not a third", async () => {
  const tokens: string[] = [];
  const { client } = clientTo((_, token) => {
    tokens.push(token);
    return Response.json({ error: { code: 401, errors: [{ reason: "authError" }] } }, { status: 401 });
  });
  assert.equal((await errorOf(list(client))).code, "needs_reauth");
  assert.deepEqual(tokens, ["Bearer one", "Bearer two"]);
});

Deno.test("a renewal that fails for another reason is thrown as it is", async () => {
  const trouble = new PipelineError({ code: "token_unreadable", message: "No key.", status: 500 });
  const client = createGoogleClient({
    egress: () => Promise.reject(new Error("nothing was to be called")),
    accessToken: { current: () => Promise.reject(trouble), renewed: () => Promise.reject(trouble) },
    budget: { take: () => Promise.resolve(), holdBack: () => Promise.resolve() },
    signal: new AbortController().signal,
  });
  await assert.rejects(list(client), (thrown) => thrown === trouble);
});

Deno.test("whatever breaks on the way is provider_down after one try", async () => {
  await using workplace = await openWorkplace();
  const client = workplaceClient(workplace);
  const faults: readonly GoogleFault[] = [
    { kind: "http_status", status: 500 },
    { kind: "http_status", status: 502 },
    // Not in Google's form: something in between, which cannot know that a calendar is gone.
    { kind: "http_status", status: 404 },
    { kind: "http_status", status: 403 },
    { kind: "connection_reset" },
    { kind: "truncated_json" },
    { kind: "empty_200" },
  ];
  for (const fault of faults) {
    workplace.google.faults.clear();
    const before = workplace.google.journal.latest;
    workplace.google.faults.at({ call: 1, fault });
    const error = await errorOf(list(client));
    assert.deepEqual([error.code, error.final], ["provider_down", false], JSON.stringify(fault));
    assert.doesNotMatch(error.message, /upstream|items/);
    assert.equal(workplace.google.journal.latest, before + 1);
  }
  assert.deepEqual(client.heldBack, []);
});

Deno.test("an answer that does not come is provider_down when its time is over", async () => {
  const silent = createEgress({
    log: createLog({ write: () => {} }),
    timeoutMs: 20,
    transport: (_, init) =>
      new Promise((_resolve, reject) =>
        init?.signal?.addEventListener("abort", () => reject(init.signal?.reason))
      ),
  });
  const client = createGoogleClient({
    egress: silent,
    accessToken: { current: () => Promise.resolve("one"), renewed: () => Promise.resolve("two") },
    budget: { take: () => Promise.resolve(), holdBack: () => Promise.resolve() },
    signal: new AbortController().signal,
  });
  const error = await errorOf(list(client));
  assert.deepEqual([error.code, isTooLarge(error)], ["provider_down", false]);
});

Deno.test("an answer of another shape or without an end is provider_down, and quotes nothing of it", async () => {
  const other = clientTo(() => Response.json({ items: [{ id: 5, summary: "CANARY" }] }));
  const error = await errorOf(list(other.client));
  assert.equal(error.code, "provider_down");
  assert.doesNotMatch(JSON.stringify(error.problem), /CANARY/);
  assert.equal(isTooLarge(error), false);
  const large = clientTo(() => Response.json({ items: [{ id: "x".repeat(2000) }] }), 1000);
  const tooLarge = await errorOf(list(large.client));
  assert.deepEqual([tooLarge.code, isTooLarge(tooLarge)], ["provider_down", true]);
});

Deno.test("a stop during a call is thrown as it was given, and none is made after it", async () => {
  await using workplace = await openWorkplace();
  const stop = new AbortController();
  const client = workplaceClient(workplace, { signal: stop.signal });
  const reason = new Error("deadline");
  workplace.google.faults.at({ call: 1, before: () => stop.abort(reason) });
  await assert.rejects(list(client), (thrown) => thrown === reason);
  await assert.rejects(list(client), (thrown) => thrown === reason);
  assert.equal(workplace.google.journal.latest, 1);
});
