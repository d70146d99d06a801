import assert from "node:assert/strict";
import { startWorkplace, type Workplace } from "../workplace.ts";
import { all, OPENING, refusalOf, sdkClient } from "./sdk_client.ts";
import { truth } from "./truth.ts";

const open = (): Promise<Workplace> => startWorkplace({ seed: 7, days: 3, now: () => OPENING });
const redirectUri = "http://127.0.0.1:9/callback";

/** Goes through the consent page and returns what the redirect carries. */
async function consent(workplace: Workplace): Promise<URLSearchParams> {
  const url = new URL(workplace.notionAuthorizeUrl);
  const client = { client_id: workplace.notion.connections.app.clientId, redirect_uri: redirectUri };
  url.search = new URLSearchParams({ ...client, response_type: "code", owner: "user", state: "s-1" })
    .toString();
  const answer = await fetch(url, { redirect: "manual" });
  assert.equal(answer.status, 302);
  await answer.body?.cancel();
  return new URL(answer.headers.get("location") ?? "").searchParams;
}

function ids({ notion }: Workplace) {
  return { client_id: notion.connections.app.clientId, client_secret: notion.connections.app.clientSecret };
}

function exchange(
  workplace: Workplace,
  code: string,
  more: { client_secret?: string; redirect_uri?: string } = {},
) {
  const grant = { grant_type: "authorization_code", code, redirect_uri: redirectUri } as const;
  return sdkClient(workplace, { token: "" }).oauth.token({ ...ids(workplace), ...grant, ...more });
}

/** What the token endpoint refuses with; the SDK hides OAuth's own form of an error. */
async function oauthRefusal(workplace: Workplace, body: Record<string, string>, secret?: string) {
  const { client_id: id, client_secret: own } = ids(workplace);
  const answer = await fetch(`${workplace.notionApiUrl}/v1/oauth/token`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`${id}:${secret ?? own}`)}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const { error } = await answer.json();
  return `${answer.status} ${error}`;
}

Deno.test("a consent gives a code that is good for one exchange by the right client", async () => {
  await using workplace = await open();
  const { connections, connection } = workplace.notion;
  connections.end(connection.token);
  const redirected = await consent(workplace);
  assert.equal(redirected.get("state"), "s-1");
  const code = redirected.get("code") ?? "";
  const grant = { grant_type: "authorization_code", code, redirect_uri: redirectUri };
  assert.equal(await oauthRefusal(workplace, grant, "wrong"), "401 invalid_client");
  assert.equal(await oauthRefusal(workplace, { ...grant, code: "made-up" }), "400 invalid_grant");
  assert.equal(await oauthRefusal(workplace, { ...grant, redirect_uri: "http://else" }), "400 invalid_grant");
  assert.equal(await oauthRefusal(workplace, { grant_type: "password" }), "400 invalid_request");
  const granted = await exchange(workplace, code);
  assert.deepEqual([granted.workspace_id, granted.workspace_name, granted.token_type], [
    workplace.notion.workspace.id,
    workplace.team.company.name,
    "bearer",
  ]);
  assert.equal(await oauthRefusal(workplace, grant), "400 invalid_grant");
  const me = await sdkClient(workplace, { token: granted.access_token }).users.me({});
  assert.equal(me.id, granted.bot_id);
});

Deno.test("a code dies after ten minutes and a denied consent says so", async () => {
  await using workplace = await open();
  const code = (await consent(workplace)).get("code") ?? "";
  workplace.clock.advance(10 * 60_000 + 1);
  assert.equal(
    await oauthRefusal(workplace, { grant_type: "authorization_code", code, redirect_uri: redirectUri }),
    "400 invalid_grant",
  );
  workplace.notion.consent = { approve: false, workspace: workplace.notion.workspace };
  const denied = await consent(workplace);
  assert.deepEqual([denied.get("error"), denied.get("state"), denied.get("code")], [
    "access_denied",
    "s-1",
    null,
  ]);
});

Deno.test("a connection sees what was ticked and all below it, and adds what is ticked later", async () => {
  await using workplace = await open();
  const { workspace } = workplace.notion;
  const [, someone] = workspace.company.people;
  const { handbook, tables } = workspace.places;
  const connect = async (pages: string[]) => {
    workplace.notion.consent = { approve: true, workspace, person: someone?.key ?? "", pages };
    return await exchange(workplace, (await consent(workplace)).get("code") ?? "");
  };
  const first = await connect([handbook]);
  const client = sdkClient(workplace, { token: first.access_token });
  const found = async () =>
    (await all((cursor) => client.search({ ...(cursor && { start_cursor: cursor }) }))).length;
  assert.equal(await found(), 8);
  assert.equal(
    await refusalOf(client.pages.retrieve({ page_id: workspace.places.hq })),
    "404 object_not_found",
  );
  const database = workspace.library.dataSource(tables.projects).database;
  const second = await connect([database]);
  assert.deepEqual([second.access_token, second.bot_id], [first.access_token, first.bot_id]);
  assert.equal(await found(), 8 + 5 + 1);
  assert.equal(truth(workplace.notion.connections.of(first.access_token)).pages.length, 13);
});

Deno.test("a refresh gives a new pair, and both old tokens are dead", async () => {
  await using workplace = await open();
  const { connection } = workplace.notion;
  const { token, refreshToken } = connection;
  const refresh = (refresh_token: string) =>
    sdkClient(workplace, { token: "" }).oauth.token({
      ...ids(workplace),
      grant_type: "refresh_token",
      refresh_token,
    });
  const renewed = await refresh(refreshToken);
  assert.notEqual(renewed.access_token, token);
  assert.equal(await refusalOf(sdkClient(workplace, { token }).users.me({})), "401 unauthorized");
  const again = { grant_type: "refresh_token", refresh_token: refreshToken };
  assert.equal(await oauthRefusal(workplace, again), "400 invalid_grant");
  const next = await refresh(renewed.refresh_token ?? "");
  assert.equal((await sdkClient(workplace, { token: next.access_token }).users.me({})).type, "bot");
});

Deno.test("only tokens of this workplace are accepted, and a revoked one no longer", async () => {
  await using workplace = await open();
  const me = (token: string) => sdkClient(workplace, { token }).users.me({});
  assert.equal(await refusalOf(me("ntn_made_up")), "401 unauthorized");
  await using elsewhere = await startWorkplace({ seed: 8, days: 3, now: () => OPENING });
  assert.equal(await refusalOf(me(elsewhere.notion.connection.token)), "401 unauthorized");
  const { token, refreshToken } = workplace.notion.connection;
  await sdkClient(workplace, { token: "" }).oauth.revoke({ ...ids(workplace), token });
  assert.equal(await refusalOf(me(token)), "401 unauthorized");
  const refresh = { grant_type: "refresh_token", refresh_token: refreshToken };
  assert.equal(await oauthRefusal(workplace, refresh), "400 invalid_grant");
  const [entry] = workplace.notion.journal.calls({ method: "oauth.revoke" });
  assert.deepEqual(entry?.args, { token: "[redacted]" });
});

Deno.test("two workspaces of one seed share page ids and words, not ids and tokens of their own", async () => {
  await using workplace = await open();
  const mine = workplace.notion.connection;
  const theirs = workplace.notion.addWorkspace();
  assert.notEqual(theirs.workspace.id, mine.workspace.id);
  assert.notEqual(theirs.token, mine.token);
  assert.deepEqual(truth(theirs), truth(mine));
  const { hq } = mine.workspace.places;
  theirs.workspace.library.rename({ page: hq, title: "Only here" });
  const read = async (token: string) =>
    JSON.stringify(await sdkClient(workplace, { token }).pages.retrieve({ page_id: hq }));
  assert.match(await read(theirs.token), /Only here/);
  assert.doesNotMatch(await read(mine.token), /Only here/);
});
