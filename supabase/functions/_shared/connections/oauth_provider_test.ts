import assert from "node:assert/strict";
import { createEgress } from "../http/egress.ts";
import { environmentReader } from "../http/environment.ts";
import { createLog } from "../http/log.ts";
import { createOAuthProvider, OAUTH_VARIABLES } from "./oauth_provider.ts";
import type { Provider } from "./tokens.ts";

type Sent = { path: string; body: string; authorization: string | null };

/** A provider that gives one answer to everything. */
function open(provider: Provider, answer: () => Response) {
  const sent: Sent[] = [];
  const environment = environmentReader(
    "api",
    OAUTH_VARIABLES,
    (name) => name.endsWith("_CLIENT_ID") ? "id" : name.endsWith("_SECRET") ? "secret" : undefined,
  )();
  const egress = createEgress({
    log: createLog({ write: () => {} }),
    transport: (input, init) => {
      const { body } = init ?? {};
      sent.push({
        path: new URL(String(input)).pathname,
        body: typeof body === "string" ? body : "",
        authorization: new Headers(init?.headers).get("authorization"),
      });
      return Promise.resolve(answer());
    },
  });
  return { oauth: createOAuthProvider(provider, environment, egress), sent };
}

const code = (expected: string) => (error: Error & { code?: string }) => error.code === expected;
const json = (body: unknown, status = 200) => () => Response.json(body, { status });

Deno.test("a grant that has ended already is revoked like one that has not", async () => {
  const answers: [Provider, () => Response][] = [
    ["slack", json({ ok: true, revoked: true })],
    ["slack", json({ ok: false, error: "token_revoked" })],
    ["slack", json({ ok: false, error: "account_inactive" })],
    ["google", json({})],
    ["google", json({ error: "invalid_token" }, 400)],
    ["notion", json({})],
    ["notion", json({ object: "error", status: 401, code: "unauthorized" }, 401)],
  ];
  for (const [provider, answer] of answers) {
    const { oauth, sent } = open(provider, answer);
    await oauth.revoke({ accessToken: "token" });
    assert.equal(sent.length, 1);
  }
});

Deno.test("what a provider says when it did not revoke is never taken for done", async () => {
  const answers: [Provider, () => Response, string][] = [
    ["slack", json({ ok: false, error: "fatal_error" }), "provider_down"],
    ["slack", json({ ok: false, error: "ratelimited" }), "rate_limited"],
    ["google", json({ error: "server_error" }, 503), "provider_down"],
    ["google", json({ error: "invalid_request" }, 400), "provider_down"],
    ["notion", json({ error: "invalid_client" }, 401), "provider_app_refused"],
    ["notion", () => new Response("<html>", { status: 502 }), "provider_down"],
  ];
  for (const [provider, answer, expected] of answers) {
    await assert.rejects(open(provider, answer).oauth.revoke({ accessToken: "token" }), code(expected));
  }
});

Deno.test("Notion gives the workspace, its bot and its owner, to the app that proves itself by HTTP Basic", async () => {
  const { oauth, sent } = open(
    "notion",
    json({
      access_token: "ntn_1",
      refresh_token: "nrt_1",
      token_type: "bearer",
      bot_id: "b1",
      workspace_id: "w1",
      workspace_name: null,
      workspace_icon: null,
      owner: { type: "user", user: { id: "u1", name: "Ann", person: { email: "ann@example.com" } } },
      duplicated_template_id: null,
    }),
  );
  const grant = await oauth.exchange("c", { redirectUri: "https://api.example/callback", codeVerifier: "v" });
  assert.deepEqual(grant, {
    accessToken: "ntn_1",
    refreshToken: "nrt_1",
    scopes: [],
    accountId: "w1",
    accountName: "Notion",
    metadata: { workspace_id: "w1", bot_id: "b1", owner_id: "u1", email: "ann@example.com" },
  });
  assert.equal(sent[0]?.path, "/v1/oauth/token");
  assert.equal(sent[0]?.authorization, `Basic ${btoa("id:secret")}`);
  assert.deepEqual(JSON.parse(sent[0]?.body ?? ""), {
    grant_type: "authorization_code",
    code: "c",
    redirect_uri: "https://api.example/callback",
  });
});

Deno.test("Google's boxes that were left unticked cost what they stand for and no more", () => {
  const { oauth } = open("google", json({}));
  const api = "https://www.googleapis.com/auth";
  const verdict = (scopes: string[]) => {
    const { platforms, missing } = oauth.judgeScopes(["openid", ...scopes]);
    return [platforms, missing.map(({ scope }) => scope)];
  };
  assert.deepEqual(verdict([`${api}/gmail.readonly`, `${api}/calendar.readonly`]), [
    ["gmail", "calendar"],
    [],
  ]);
  assert.deepEqual(verdict([`${api}/gmail.readonly`]), [["gmail"], [`${api}/calendar.readonly`]]);
  assert.deepEqual(verdict([`${api}/calendar.readonly`]), [["calendar"], [`${api}/gmail.readonly`]]);
  assert.deepEqual(verdict([`${api}/gmail.modify`, `${api}/calendar`]), [["gmail", "calendar"], []]);
  assert.deepEqual(verdict([])[0], []);
});
