import assert from "node:assert/strict";
import { toBase64url } from "@shared/crypto/base64url.ts";
import { createKeyRing } from "@shared/crypto/key_ring.ts";
import { openToken } from "@shared/connections/tokens.ts";
import { hashOfState } from "../connecting/oauth_state.ts";
import { ann, apps, connectingScene as scene, connectionId } from "../connecting/scene_stand_in.ts";
import { ENCRYPTION_KEY } from "../context_stand_in.ts";

const slackSays = (path: string) =>
  path.endsWith("/oauth.v2.access")
    ? Response.json({
      ok: true,
      access_token: "xoxb-1",
      token_type: "bot",
      scope:
        "channels:read,channels:history,users:read,groups:read,groups:history,channels:join,chat:write,im:history,im:write",
      bot_user_id: "UBOT",
      team: { id: "T1", name: "Acme" },
      enterprise: null,
      authed_user: { id: "UANN" },
    })
    : path.endsWith("/auth.test")
    ? Response.json({ ok: true, url: "https://acme.slack.com/", team_id: "T1" })
    : undefined;

Deno.test("without a signature of a person nothing of theirs is told, begun or taken back", async () => {
  const { app } = scene();
  for (
    const [method, path] of [
      ["GET", "/integrations"],
      ["GET", "/integrations/slack"],
      ["GET", "/integrations/slack/authorize"],
      ["POST", "/integrations/slack/confirm"],
      ["DELETE", "/integrations/slack"],
    ] as const
  ) {
    const answer = await app.request(`/api${path}`, { method });
    assert.equal(answer.status, 401, `${method} ${path}`);
    assert.equal(answer.headers.get("www-authenticate"), 'Bearer realm="api"');
    assert.equal((await answer.json()).code, "not_signed_in");
  }
});

Deno.test("a provider that is not set up says which variables are missing, and the others go on", async () => {
  const { ask } = scene({ variables: { SLACK_CLIENT_ID: "slack-id" } });
  const answer = await ask("/integrations/slack/authorize");
  const { code, message, details } = await answer.json();
  assert.deepEqual([answer.status, code, details], [503, "not_configured", {
    variables: ["SLACK_CLIENT_SECRET"],
  }]);
  assert.match(message, /SLACK_CLIENT_SECRET is missing/);
  const unknown = await ask("/integrations/gmail/authorize");
  assert.deepEqual([unknown.status, (await unknown.json()).code], [422, "invalid_request"]);
});

Deno.test("people are sent back only to the addresses that are configured, character by character", async () => {
  const variables = { ...apps, ALLOWED_REDIRECTS: "https://app.example/connected, myapp://connected" };
  const { ask } = scene({ variables });
  const status = async (redirect_to: string) => {
    const answer = await ask(`/integrations/slack/authorize?${new URLSearchParams({ redirect_to })}`);
    await answer.body?.cancel();
    return answer.status;
  };
  for (
    const good of [
      "https://app.example",
      "https://app.example/",
      "https://app.example/connected",
      "myapp://connected",
    ]
  ) {
    assert.equal(await status(good), 200, good);
  }
  for (
    const bad of [
      "https://app.example.evil.example",
      "https://app.example@evil.example",
      "https://app.example/connected?next=https://evil.example",
      "https://app.example/connected#x",
      "https://app.example/other",
      "http://app.example",
      "//evil.example",
      "javascript:alert(1)",
      "",
    ]
  ) {
    assert.equal(await status(bad), 422, bad);
  }
  const homeless = scene({ variables: { ...apps, FRONTEND_URL: "" } });
  const answer = await homeless.ask("/integrations/slack/authorize");
  assert.deepEqual((await answer.json()).details, { variables: ["FRONTEND_URL"] });
});

Deno.test("each consent page is asked for the least that does the work, with a state whose hash alone is kept", async () => {
  const it = scene();
  const slack = await it.begin("slack");
  assert.equal(slack.origin + slack.pathname, "https://slack.com/oauth/v2/authorize");
  assert.deepEqual(slack.searchParams.get("scope")?.split(","), [
    "channels:history",
    "channels:join",
    "channels:read",
    "chat:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:write",
    "users:read",
    "users:read.email",
  ]);
  const google = await it.begin("google");
  const asked = Object.fromEntries(google.searchParams);
  assert.equal(google.origin + google.pathname, "https://accounts.google.com/o/oauth2/v2/auth");
  assert.deepEqual(asked.scope?.split(" "), [
    "openid",
    "email",
    "https://www.googleapis.com/auth/gmail.readonly",
    "https://www.googleapis.com/auth/calendar.readonly",
  ]);
  assert.deepEqual(
    [asked.access_type, asked.prompt, asked.include_granted_scopes, asked.code_challenge_method],
    ["offline", "consent", "true", "S256"],
  );
  const notion = await it.begin("notion");
  assert.equal(notion.origin + notion.pathname, "https://api.notion.com/v1/oauth/authorize");
  assert.equal(notion.searchParams.get("owner"), "user");
  for (const page of [slack, google, notion]) {
    const state = page.searchParams.get("state") ?? "";
    assert.match(state, /^[A-Za-z0-9_-]{43}$/);
    assert.match(
      page.searchParams.get("redirect_uri") ?? "",
      /^https:\/\/project\.supabase\.co\/functions\/v1\/api\/integrations\/(?:slack|google|notion)\/callback$/,
    );
    const kept = JSON.stringify(it.database.argumentsOf("open_oauth_state"));
    assert.ok(!kept.includes(state) && kept.includes(await hashOfState(state)));
  }
});

Deno.test("what Slack grants is stored sealed under the team, with what it lets us do", async () => {
  const it = scene({ provider: slackSays });
  const { status, body } = await it.connect("slack", "c-1");
  assert.deepEqual([status, body.status, body.connection_id], [200, "connected", connectionId]);
  assert.match(body.message, /cannot be matched/);
  const [stored] = it.database.argumentsOf("connect") as Record<string, unknown>[];
  assert.ok(stored !== undefined);
  const { p_user, p_account_id, p_account_name, p_metadata, p_access_token, p_refresh_token } = stored;
  assert.deepEqual([p_user, p_account_id, p_account_name, p_refresh_token], [
    ann.id,
    "T1",
    "Acme",
    undefined,
  ]);
  assert.deepEqual(p_metadata, {
    team_url: "https://acme.slack.com",
    bot_user_id: "UBOT",
    authed_user_id: "UANN",
    platforms: ["slack"],
    missing_features: [{
      scope: "users:read.email",
      message: "People in Slack cannot be matched with those in mail and calendar.",
    }],
  });
  const ring = await createKeyRing(ENCRYPTION_KEY);
  assert.equal(await openToken(ring, String(p_access_token), ann.id, "slack", "access_token"), "xoxb-1");
  const form = new URLSearchParams(it.sent[0]?.body);
  assert.deepEqual([form.get("code"), form.get("client_secret")], ["c-1", "slack-secret"]);
  assert.equal(it.database.argumentsOf("sync_now").length, 1);
});

Deno.test("the code of Google is exchanged with the verifier that its consent page was given the hash of", async () => {
  const it = scene({
    provider: (path) =>
      path === "/token"
        ? Response.json({
          access_token: "ya29.1",
          refresh_token: "1//0",
          expires_in: 3_599,
          scope: "openid https://www.googleapis.com/auth/userinfo.email " +
            "https://www.googleapis.com/auth/gmail.readonly https://www.googleapis.com/auth/calendar.readonly",
        })
        : Response.json({ sub: "1234", email: "ann@example.com" }),
  });
  const page = await it.begin("google");
  const state = page.searchParams.get("state") ?? "";
  const { landed, location } = await it.come("google", { code: "4/0CANARY", state });
  assert.equal(landed.status, "confirm");
  assert.ok(!location?.includes("CANARY"), "the frontend's address does not show the code");
  const { body } = await it.confirm("google", landed);
  assert.deepEqual(body, { status: "connected", connection_id: connectionId });
  const verifier = new URLSearchParams(it.sent[0]?.body).get("code_verifier") ?? "";
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  assert.equal(toBase64url(new Uint8Array(digest)), page.searchParams.get("code_challenge"));
  const [stored] = it.database.argumentsOf("connect") as Record<string, unknown>[];
  assert.deepEqual(
    [stored?.p_account_id, stored?.p_account_name, stored?.p_expires_at],
    ["1234", "ann@example.com", "2026-11-05T10:59:59.000Z"],
  );
  assert.equal(it.database.argumentsOf("sync_now").length, 2);
});

Deno.test("a consent that was not given lands at the frontend with what happened, and its state is used up", async () => {
  const cases: [string, Record<string, string>, string][] = [
    ["the person pressed Cancel", { error: "access_denied" }, "denied"],
    ["the provider has a fault", { error: "server_error", code: "c" }, "consent_incomplete"],
    ["no code", {}, "consent_incomplete"],
  ];
  for (const [what, query, expected] of cases) {
    const it = scene();
    const state = (await it.begin("slack")).searchParams.get("state") ?? "";
    const { status, landed, location } = await it.come("slack", { ...query, state });
    assert.equal(status, 302, what);
    assert.equal(landed.code ?? landed.status, expected, what);
    assert.ok(location?.startsWith("https://app.example/?"), what);
    assert.equal(
      (await it.come("slack", { code: "c", state })).landed.code,
      "state_unknown",
      `${what}, again`,
    );
  }
});

Deno.test("whatever the provider makes of the code, the person hears it in our words and nothing is stored", async () => {
  const says = (body: unknown) => () => Response.json(body);
  const cases: [string, () => Response | undefined, number, string][] = [
    ["the code is used up", says({ ok: false, error: "code_already_used" }), 409, "grant_refused"],
    ["our secret is wrong", says({ ok: false, error: "bad_client_secret" }), 503, "provider_app_refused"],
    ["Slack is down", () => new Response("SECRET CANARY", { status: 503 }), 503, "provider_down"],
    ["nobody answers", () => undefined, 503, "provider_down"],
    [
      "Slack limits",
      () => new Response("", { status: 429, headers: { "retry-after": "7" } }),
      503,
      "rate_limited",
    ],
    ["an answer of another shape", says({ ok: true, hello: "CANARY" }), 503, "provider_down"],
    [
      "too little is allowed",
      says({ ok: true, access_token: "xoxb-CANARY", scope: "chat:write", team: { id: "T1", name: "Acme" } }),
      422,
      "scopes_insufficient",
    ],
    [
      "a whole organisation",
      says({ ok: true, access_token: "xoxb-CANARY", scope: "", team: null }),
      422,
      "organisation_install_unsupported",
    ],
  ];
  for (const [what, answer, expectedStatus, expected] of cases) {
    const it = scene({ provider: (path) => path.endsWith("/auth.test") ? slackSays(path) : answer() });
    const { status, body } = await it.connect("slack");
    assert.deepEqual([status, body.code], [expectedStatus, expected], what);
    assert.ok(!/CANARY|xoxb/.test(JSON.stringify(body) + it.lines.join()), what);
    assert.equal(it.database.argumentsOf("connect").length, 0, what);
  }
});

Deno.test("only the person who began can confirm, once, and what another one allowed is never exchanged", async () => {
  const ben = { id: "11111111-1111-4111-8111-111111111111", admin: false };
  const it = scene({ provider: slackSays, people: { ben } });
  const state = (await it.begin("slack")).searchParams.get("state") ?? "";
  const { landed } = await it.come("slack", { code: "c", state });
  const asBen = await it.app.request("/api/integrations/slack/confirm", {
    method: "POST",
    headers: { authorization: "Bearer ben", "content-type": "application/json" },
    body: JSON.stringify(landed),
  });
  assert.deepEqual([asBen.status, (await asBen.json()).code], [403, "begun_by_another_person"]);
  assert.equal((await it.confirm("slack", landed)).body.code, "state_unknown");
  assert.equal(it.sent.length, 0);
  for (
    const confirmation of ["x", ".", `${"A".repeat(43)}.v1.a.b.c`, state, `${state}.`, "A".repeat(11_000)]
  ) {
    assert.deepEqual((await it.confirm("slack", { confirmation })).body.code, "state_unknown");
  }
  assert.equal((await it.confirm("slack", {})).status, 422);
  assert.equal((await it.connect("slack")).status, 200);
});

Deno.test("a look at the address by HEAD leaves the state for its person", async () => {
  const it = scene({ provider: slackSays });
  const state = (await it.begin("slack")).searchParams.get("state") ?? "";
  assert.equal((await it.come("slack", { code: "c", state }, "HEAD")).status, 302);
  assert.equal((await it.come("slack", { code: "c", state })).landed.status, "confirm");
});

Deno.test("no query of a stranger makes the callback fail, or leads anywhere but home", async () => {
  const it = scene();
  const odd = [
    "",
    "x",
    "A".repeat(43),
    "A".repeat(201),
    "../..",
    "%0d%0aset-cookie:x",
    "\u202e",
    "https://evil.example",
  ];
  const extras: Record<string, string>[] = [
    {},
    { code: "x".repeat(5_000) },
    { error: "access_denied" },
    { redirect_to: "https://evil.example" },
  ];
  for (const provider of ["slack", "google", "notion", "evil"]) {
    for (const state of odd) {
      for (const more of extras) {
        const { status, location } = await it.come(provider, { state, ...more });
        assert.ok(status === 302 || status === 422, `${status} for ${provider} ${state}`);
        if (location !== null) assert.ok(location.startsWith("https://app.example/?"), location);
      }
    }
  }
  const homeless = scene({ variables: { ...apps, FRONTEND_URL: "" } });
  const answer = await homeless.app.request("/api/integrations/slack/callback?state=x");
  assert.deepEqual([answer.status, (await answer.json()).code], [400, "state_unknown"]);
});

Deno.test("every route of connecting is declared, with the refusals that it may give", async () => {
  const document = await (await scene().app.request("/api/openapi.json")).json();
  const declared = Object.entries(document.paths as Record<string, Record<string, { security?: unknown }>>)
    .filter(([path]) =>
      /^\/api\/integrations(?:\/\{provider\}(?:\/(?:authorize|callback|confirm))?)?$/.test(path)
    )
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { security }]) => `${method} ${path}${security ? "" : " (open)"}`)
    );
  assert.deepEqual(declared.sort(), [
    "delete /api/integrations/{provider}",
    "get /api/integrations",
    "get /api/integrations/{provider}",
    "get /api/integrations/{provider}/authorize",
    "get /api/integrations/{provider}/callback (open)",
    "post /api/integrations/{provider}/confirm",
  ]);
});
