/** Connecting and disconnecting over HTTP, as a browser and a frontend do it, with the consent pages of the workplace. */
import assert from "node:assert/strict";
import { createAccessToken } from "@shared/connections/leased_access_token.ts";
import { OAUTH_VARIABLES } from "@shared/connections/oauth_provider.ts";
import { openToken } from "@shared/connections/tokens.ts";
import { createKeyRing } from "@shared/crypto/key_ring.ts";
import { createEgress } from "@shared/http/egress.ts";
import { environmentReader } from "@shared/http/environment.ts";
import { createLog } from "@shared/http/log.ts";
import { rotateTokens } from "../scripts/rotate_tokens.ts";
import { openScene, type Scene } from "./scene.ts";

type Provider = "slack" | "google" | "notion";

/** With accounts that nobody of another test has connected: a real Postgres keeps their rows. */
const openOwnScene = () => openScene({ workplace: { seed: crypto.randomUUID(), days: 3 } });

/** A person with a frontend and a browser. */
async function visitor(scene: Scene) {
  const { stack } = scene;
  const email = `${crypto.randomUUID()}@yarnnn.example`;
  const { userId, accessToken } = await stack.signUp(email, "a long password");
  const ask = async (path: string, init: RequestInit = {}) => {
    const headers = { authorization: `Bearer ${accessToken}`, "content-type": "application/json" };
    const answer = await fetch(`${stack.functionsUrl}/api${path}`, { ...init, headers });
    const body = await answer.json();
    return { status: answer.status, body };
  };
  /** What the frontend does with what the callback brought. */
  const finish = async (landed: Record<string, string>): Promise<Record<string, string>> => {
    if (landed.status !== "confirm") return landed;
    const { confirmation } = landed;
    const { status, body } = await ask(`/integrations/${landed.provider}/confirm`, {
      method: "POST",
      body: JSON.stringify({ confirmation }),
    });
    if (status === 200) assert.match(body.connection_id, /^[0-9a-f-]{36}$/);
    return status === 200 ? { status: body.status, message: body.message } : { status: "refused", ...body };
  };
  const consentPage = async (provider: Provider): Promise<string> =>
    (await ask(`/integrations/${provider}/authorize`)).body.authorization_url;
  return {
    userId,
    client: stack.client(accessToken),
    ask,
    consentPage,
    finish,
    /** Goes through the consent page, comes back to the frontend, and confirms there. */
    connect: async (provider: Provider) =>
      await finish(await landing(await leave(await consentPage(provider)))),
  };
}

/** Where the consent page sends the browser: our callback. */
async function leave(page: string): Promise<string> {
  const answer = await fetch(page, { redirect: "manual" });
  await answer.body?.cancel();
  const location = answer.headers.get("location");
  assert.ok(location !== null, `The consent page answered ${answer.status}`);
  return location;
}

/** What the frontend reads after the callback. */
async function landing(callback: string): Promise<Record<string, string>> {
  const answer = await fetch(callback, { redirect: "manual" });
  const text = await answer.text();
  assert.equal(answer.status, 302, text);
  const url = new URL(answer.headers.get("location") ?? "");
  assert.equal(url.origin, "http://127.0.0.1:3000");
  return Object.fromEntries(url.searchParams);
}

Deno.test("a person connects Slack, Google and Notion through their consent pages, and each starts to discover at once", async () => {
  await using scene = await openOwnScene();
  const ann = await visitor(scene);

  assert.equal((await ann.connect("slack")).status, "connected");
  assert.equal((await ann.connect("google")).status, "connected");
  assert.equal((await ann.connect("notion")).status, "connected");

  const { status, body } = await ann.ask("/integrations");
  assert.equal(status, 200);
  const { integrations, providers } = body;
  assert.deepEqual(
    integrations.map((one: Record<string, unknown>) => [one.provider, one.status, one.account_name]),
    [
      ["slack", "active", scene.workplace.team.name],
      ["google", "active", scene.workplace.google.grant.account.email],
      ["notion", "active", scene.workplace.notion.workspace.name],
    ],
  );
  assert.ok(
    providers.every((one: { configured: boolean; connected: boolean }) => one.configured && one.connected),
  );
  const tickets = await scene.stack.database.query<{ platform: string }>(
    "select platform from pipeline.work_tickets where user_id = $1 and kind = 'discover_sources' order by platform",
    [ann.userId],
  );
  assert.deepEqual(tickets.map(({ platform }) => platform), ["calendar", "gmail", "notion", "slack"]);
  const events = await ann.client.from("activity_log").select("event_type").eq("user_id", ann.userId);
  assert.equal(events.data?.filter(({ event_type }) => event_type === "integration_connected").length, 3);
  const tokens = await scene.stack.database.query<{ access_token: string; refresh_token: string | null }>(
    `select t.* from pipeline.connection_tokens t join public.platform_connections c on c.id = t.connection_id
      where c.user_id = $1`,
    [ann.userId],
  );
  const stored = JSON.stringify(tokens);
  assert.equal(tokens.length, 3);
  assert.ok(!/xoxb-|ya29\.|1\/\/0|ntn_|nrt_/.test(stored), "tokens are stored sealed only");
});

Deno.test("a denied consent, a state used twice, a stranger's or another provider's connects nothing and says so", async () => {
  await using scene = await openOwnScene();
  const [ann, ben] = [await visitor(scene), await visitor(scene)];
  const connections = async () =>
    (await scene.row<{ n: number }>(
      "select count(*)::int as n from public.platform_connections where user_id in ($1, $2)",
      [
        ann.userId,
        ben.userId,
      ],
    )).n;

  scene.workplace.google.consent.approve = false;
  assert.deepEqual(await ann.connect("google"), { provider: "google", status: "denied" });
  scene.workplace.google.consent.approve = true;
  assert.equal(await connections(), 0);

  // The state of a consent is good for one provider, and once.
  const callback = await leave(await ann.consentPage("google"));
  const elsewhere = await landing(callback.replace("/google/callback", "/slack/callback"));
  assert.deepEqual([elsewhere.status, elsewhere.code], ["error", "state_unknown"]);
  const confirm = await landing(callback);
  assert.equal(confirm.status, "confirm");
  const replayed = await landing(callback);
  assert.deepEqual([replayed.status, replayed.code], ["error", "state_unknown"]);
  for (const state of ["", "x", "A".repeat(43)]) {
    const made = new URL(callback);
    made.searchParams.set("state", state);
    assert.equal((await landing(made.href)).code, "state_unknown");
  }
  assert.equal(await connections(), 0);

  // A consent page that was handed to another person connects nothing of theirs to the one who began, nor the reverse.
  const exchanges = () =>
    scene.workplace.google.journal.calls().filter(({ method }) => method === "oauth2.token");
  const stolen = await ben.finish(confirm);
  assert.deepEqual([stolen.status, stolen.code], ["refused", "begun_by_another_person"]);
  assert.equal((await ann.finish(confirm)).code, "state_unknown");
  assert.equal(exchanges().length, 0);
  const fresh = await landing(await leave(await ann.consentPage("google")));
  const elsewhereToo = await ann.finish({ ...fresh, provider: "slack" });
  assert.equal(elsewhereToo.code, "state_unknown");
  const swapped = {
    ...fresh,
    confirmation: fresh.confirmation?.replace(/.$/, (last) => last === "A" ? "B" : "A") ?? "",
  };
  assert.equal((await ann.finish(swapped)).code, "state_unknown");
  assert.equal(await connections(), 0);
  const again = await landing(await leave(await ann.consentPage("google")));
  assert.equal((await ann.finish(again)).status, "connected");
  assert.equal((await ann.finish(again)).code, "state_unknown");
  assert.equal(await connections(), 1);

  const late = await leave(await ann.consentPage("notion"));
  await scene.stack.database.query(
    "update pipeline.oauth_states set expires_at = expires_at - interval '11 minutes' where user_id = $1",
    [ann.userId],
  );
  assert.equal((await landing(late)).code, "state_expired");
  assert.equal(await connections(), 1);
  assert.equal((await ann.ask("/integrations/slack")).body.code, "unknown_connection");
});

Deno.test("the same account keeps its content, another account starts empty, and the account before is let go", async () => {
  await using scene = await openOwnScene();
  const ann = await visitor(scene);
  await ann.connect("slack");
  await scene.crank({ userId: ann.userId, email: "", client: ann.client });
  const items = async () =>
    (await scene.row<{ n: number }>(
      "select count(*)::int as n from public.platform_content where user_id = $1",
      [
        ann.userId,
      ],
    )).n;
  const before = await items();
  assert.ok(before > 0);
  await ann.connect("slack");
  assert.equal(await items(), before);

  const other = scene.workplace.addTeam();
  scene.workplace.slack.consent.team = other.team;
  assert.equal((await ann.connect("slack")).status, "connected");
  assert.equal(await items(), 0);
  const { body } = await ann.ask("/integrations/slack");
  assert.equal(body.account_name, other.team.name);
  await scene.stack.settle();
  const journal = scene.workplace.slack.journal.calls();
  assert.equal(journal.filter(({ method }) => method === "auth.revoke").length, 1);
});

Deno.test("disconnecting revokes at the provider, deletes what was synced, and does it once", async () => {
  await using scene = await openOwnScene();
  const { slack, google, notion } = scene.workplace;
  const ann = await visitor(scene);
  for (const provider of ["slack", "google", "notion"] as const) await ann.connect(provider);
  await scene.crank({ userId: ann.userId, email: "", client: ann.client });

  for (const provider of ["slack", "google", "notion"] as const) {
    const { status, body } = await ann.ask(`/integrations/${provider}`, { method: "DELETE" });
    assert.deepEqual([status, body.disconnected, body.revoked], [200, true, true], JSON.stringify(body));
    const again = await ann.ask(`/integrations/${provider}`, { method: "DELETE" });
    assert.deepEqual([again.status, again.body.disconnected], [200, false]);
  }
  const revoked = (calls: readonly { method: string }[], method: string) =>
    calls.filter((call) => call.method === method).length;
  assert.equal(revoked(slack.journal.calls(), "auth.revoke"), 1);
  assert.equal(revoked(google.journal.calls(), "oauth2.revoke"), 1);
  assert.equal(revoked(notion.journal.calls(), "oauth.revoke"), 1);
  const left = await scene.row<Record<string, number>>(
    `select (select count(*)::int from public.platform_connections where user_id = $1) as connections,
            (select count(*)::int from public.platform_content where user_id = $1) as content,
            (select count(*)::int from public.sync_registry where user_id = $1) as sources,
            (select count(*)::int from pipeline.work_tickets where user_id = $1) as tickets,
            (select count(*)::int from pipeline.schedules where user_id = $1 and kind = 'discover_sources') as schedules,
            (select count(*)::int from public.activity_log where user_id = $1
               and event_type = 'integration_disconnected') as told`,
    [ann.userId],
  );
  assert.deepEqual(left, { connections: 0, content: 0, sources: 0, tickets: 0, schedules: 0, told: 3 });
});

Deno.test("a provider that is down keeps nobody from leaving, and an account that another person uses is not taken from them", async () => {
  await using scene = await openOwnScene();
  const { google, slack } = scene.workplace;
  const [ann, ben] = [await visitor(scene), await visitor(scene)];
  await ann.connect("google");
  google.faults.at({ method: "oauth2.revoke", call: 1, fault: { kind: "http_status", status: 503 } });
  const { body } = await ann.ask("/integrations/google", { method: "DELETE" });
  assert.deepEqual([body.disconnected, body.revoked], [true, false]);
  assert.equal(body.grants_url, "https://myaccount.google.com/connections");

  await ann.connect("slack");
  await ben.connect("slack");
  const shared = await ann.ask("/integrations/slack", { method: "DELETE" });
  assert.deepEqual([shared.body.disconnected, shared.body.revoked], [true, false]);
  assert.equal(slack.journal.calls().filter(({ method }) => method === "auth.revoke").length, 0);
  assert.equal((await ben.ask("/integrations/slack", { method: "DELETE" })).body.revoked, true);

  // At once: whoever of them is the last finds nobody left.
  await ann.connect("slack");
  await ben.connect("slack");
  const before = slack.journal.latest;
  const both = await Promise.all(
    [ann, ben].map((one) => one.ask("/integrations/slack", { method: "DELETE" })),
  );
  assert.ok(both.every(({ body }) => body.disconnected) && both.some(({ body }) => body.revoked));
  assert.ok(slack.journal.calls({ after: before, method: "auth.revoke" }).length >= 1);
});

Deno.test("less consent than was asked for is stored with what will not work; none at all is refused", async () => {
  await using scene = await openOwnScene();
  const { google } = scene.workplace;
  const ann = await visitor(scene);
  google.consent.scopes = ["openid", "email"];
  const refused = await ann.connect("google");
  assert.deepEqual([refused.status, refused.code], ["refused", "scopes_insufficient"]);
  assert.equal((await ann.ask("/integrations/google")).status, 404);

  google.consent.scopes = ["openid", "email", "https://www.googleapis.com/auth/gmail.readonly"];
  const partly = await ann.connect("google");
  assert.equal(partly.status, "connected");
  assert.match(partly.message ?? "", /^Calendars will not be synced/);
  const { body } = await ann.ask("/integrations/google");
  assert.equal(body.status, "active");
  assert.match(body.status_reason, /^Calendars will not be synced/);
  const told = await ann.client.from("notifications").select("message");
  assert.equal(told.data?.length, 1);
  google.consent.scopes = undefined;
  await ann.connect("google");
  assert.equal((await ann.ask("/integrations/google")).body.status_reason, null);
});

Deno.test("fifty workers that meet an expired token make one call at Google, and all go on with the new one", async () => {
  await using scene = await openOwnScene();
  const { google } = scene.workplace;
  const ann = await visitor(scene);
  await ann.connect("google");
  type Row = { id: string; access_token: string; refresh_token: string; expires_at: string };
  const stored = () =>
    scene.row<Row>(
      `select c.id, t.access_token, t.refresh_token, t.expires_at::text from public.platform_connections c
         join pipeline.connection_tokens t on t.connection_id = c.id where c.user_id = $1`,
      [ann.userId],
    );
  let row = await stored();
  const ring = await createKeyRing(scene.stack.env["INTEGRATION_ENCRYPTION_KEY"] ?? "");
  const environment = environmentReader("sync", OAUTH_VARIABLES, (name) => scene.stack.env[name])();
  const egress = createEgress({
    log: createLog({ write: () => {} }),
    overrides: [environment.GOOGLE_BASE_URL],
  });
  const worker = () =>
    createAccessToken({
      database: scene.pipeline,
      ring,
      egress,
      environment,
      connection: { id: row.id, user_id: ann.userId, provider: "google" },
      tokens: row,
      signal: new AbortController().signal,
      now: () => new Date(),
    });
  const first = await worker().current();
  google.grants.expireAccess(google.grants.of(first).grant);
  const mark = google.journal.calls().length;
  const tokens = await Promise.all(Array.from({ length: 50 }, () => worker().renewed(first)));
  assert.equal(new Set(tokens).size, 1);
  assert.notEqual(tokens[0], first);
  assert.ok(google.grants.of(tokens[0]), "Google knows it");
  const calls = google.journal.calls().slice(mark).filter(({ method }) => method === "oauth2.token");
  assert.equal(calls.length, 1);

  // The person takes the grant back: the connection is marked once, however many find out.
  google.grants.end(google.grants.of(tokens[0]).grant);
  row = await stored();
  const refused = await Promise.allSettled(
    Array.from({ length: 10 }, () => worker().renewed(tokens[0] ?? "")),
  );
  assert.ok(refused.every((one) => one.status === "rejected" && one.reason.code === "needs_reauth"));
  const { body } = await ann.ask("/integrations/google");
  assert.equal(body.status, "needs_reauth");
  const told = await ann.client.from("notifications").select("message");
  assert.equal(told.data?.length, 1);
});

Deno.test("the key is changed by command while everything goes on, and the old one is needed no more", async () => {
  await using scene = await openOwnScene();
  const ann = await visitor(scene);
  for (const provider of ["slack", "google", "notion"] as const) await ann.connect(provider);
  const { SUPABASE_URL, SUPABASE_SECRET_KEYS, INTEGRATION_ENCRYPTION_KEY: old = "" } = scene.stack.env;
  const fresh = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))));
  const variables: Record<string, string | undefined> = {
    SUPABASE_URL,
    SUPABASE_SECRET_KEYS,
    INTEGRATION_ENCRYPTION_KEY: fresh,
  };
  const run = async () => {
    const lines: string[] = [];
    const code = await rotateTokens((name) => variables[name], (line) => lines.push(line));
    return { code, text: lines.join("\n") };
  };
  const without = await run();
  assert.equal(without.code, 1);
  assert.match(without.text, /not given here, left as they are: \d/);
  variables["INTEGRATION_ENCRYPTION_KEYS_OLD"] = old;
  const done = await run();
  // A database of its own has no tokens of other tests, which had other keys.
  if (scene.stack.database.kind === "pglite") {
    assert.equal(done.code, 0, done.text);
    assert.match(done.text, /can be emptied/);
  }
  const { access_token } = await scene.row<{ access_token: string }>(
    `select t.access_token from pipeline.connection_tokens t join public.platform_connections c on c.id = t.connection_id
      where c.user_id = $1 and c.provider = 'slack'`,
    [ann.userId],
  );
  const token = await openToken(
    await createKeyRing(fresh),
    access_token,
    ann.userId,
    "slack",
    "access_token",
  );
  assert.equal(scene.workplace.slack.installations.of(token).team, scene.workplace.team);
});
