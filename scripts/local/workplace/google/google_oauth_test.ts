import assert from "node:assert/strict";
import { startWorkplace, type Workplace } from "../workplace.ts";
import { GoogleClient, OPENING, post, reasonOf } from "./google_client.ts";
import { SCOPE } from "./scopes.ts";

const open = (): Promise<Workplace> => startWorkplace({ seed: 7, now: () => OPENING });
const redirectUri = "http://127.0.0.1:9/callback";
const BOTH = `${SCOPE.gmailReadonly} ${SCOPE.calendarReadonly}`;

/** Goes through the consent page and returns what the redirect carries. */
async function consent(workplace: Workplace, more: Record<string, string> = {}): Promise<URLSearchParams> {
  const url = new URL(workplace.googleAuthorizeUrl);
  const { clientId } = workplace.google.grants.client;
  const asked = {
    client_id: clientId,
    redirect_uri: redirectUri,
    response_type: "code",
    scope: BOTH,
    state: "s-1",
  };
  url.search = new URLSearchParams({ ...asked, access_type: "offline", prompt: "consent", ...more })
    .toString();
  const answer = await fetch(url, { redirect: "manual" });
  await answer.body?.cancel();
  assert.equal(answer.status, 302);
  return new URL(answer.headers.get("location") ?? "").searchParams;
}

function ask(workplace: Workplace, form: Record<string, string>) {
  const { clientId, clientSecret } = workplace.google.grants.client;
  return post(workplace, "/token", { client_id: clientId, client_secret: clientSecret, ...form });
}

const exchange = (workplace: Workplace, code: string, more: Record<string, string> = {}) =>
  ask(workplace, { grant_type: "authorization_code", code, redirect_uri: redirectUri, ...more });
const refresh = (workplace: Workplace, token: string) =>
  ask(workplace, { grant_type: "refresh_token", refresh_token: token });

Deno.test("a code is good for one exchange, and a second one ends what the first one gave", async () => {
  await using workplace = await open();
  const redirected = await consent(workplace);
  assert.deepEqual([redirected.get("state"), redirected.get("scope")], ["s-1", BOTH]);
  const code = redirected.get("code") ?? "";
  assert.equal(
    (await exchange(workplace, code, { redirect_uri: "http://x.example" })).body.error,
    "redirect_uri_mismatch",
  );
  assert.equal((await exchange(workplace, code, { client_secret: "wrong" })).body.error, "invalid_client");
  const { body } = await exchange(workplace, code);
  const client = new GoogleClient(workplace);
  client.token = body.access_token ?? "";
  assert.equal((await client.gmail("profile")).status, 200);
  assert.equal((await exchange(workplace, code)).body.error, "invalid_grant");
  assert.equal((await client.gmail("profile")).status, 401);
});

Deno.test("a code dies after ten minutes; a person may press Cancel; nobody gets a code for a wrong client", async () => {
  await using workplace = await open();
  const code = (await consent(workplace)).get("code") ?? "";
  workplace.clock.advance(10 * 60_000 + 1);
  assert.equal((await exchange(workplace, code)).body.error, "invalid_grant");
  workplace.google.consent.approve = false;
  const denied = await consent(workplace);
  assert.deepEqual([denied.get("error"), denied.get("code"), denied.get("state")], [
    "access_denied",
    null,
    "s-1",
  ]);
});

Deno.test("with PKCE only the verifier of the challenge opens the code", async () => {
  await using workplace = await open();
  const verifier = "v".repeat(50);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier)));
  const challenge = btoa(String.fromCharCode(...digest)).replaceAll("+", "-").replaceAll("/", "_").replace(
    /=+$/,
    "",
  );
  const asked = { code_challenge: challenge, code_challenge_method: "S256" };
  const code = (await consent(workplace, asked)).get("code") ?? "";
  assert.equal((await exchange(workplace, code, { code_verifier: "other" })).body.error, "invalid_grant");
  assert.equal((await exchange(workplace, code, { code_verifier: verifier })).status, 200);
});

Deno.test("an access token lives 3599 s, a refresh token gives others, until the grant is revoked", async () => {
  await using workplace = await open();
  const { grant, grants } = workplace.google;
  const client = new GoogleClient(workplace);
  workplace.clock.advance(3598_000);
  assert.equal((await client.gmail("profile")).status, 200);
  workplace.clock.advance(1000);
  const dead = await client.gmail("profile");
  assert.deepEqual([dead.status, reasonOf(dead)], [401, "authError"]);
  for (let time = 0; time < 3; time++) {
    const { body } = await refresh(workplace, grant.refreshToken);
    assert.equal(body.refresh_token, undefined);
    client.token = body.access_token ?? "";
    assert.equal((await client.gmail("profile")).status, 200);
  }
  assert.equal(
    (await post(workplace, `/revoke?token=${encodeURIComponent(grant.refreshToken)}`, {})).status,
    200,
  );
  assert.equal((await client.gmail("profile")).status, 401);
  assert.equal((await refresh(workplace, grant.refreshToken)).body.error, "invalid_grant");
  assert.equal((await post(workplace, "/revoke", { token: grant.refreshToken })).body.error, "invalid_token");
  const other = workplace.google.addAccount();
  assert.equal((await post(workplace, "/revoke", { token: grants.accessToken(other) })).status, 200);
  assert.equal(other.state, "revoked");
});

Deno.test("whoever consents again without prompt=consent gets no refresh token", async () => {
  await using workplace = await open();
  const again = await exchange(workplace, (await consent(workplace, { prompt: "" })).get("code") ?? "");
  assert.deepEqual([again.status, again.body.refresh_token], [200, undefined]);
  const asked = await exchange(workplace, (await consent(workplace)).get("code") ?? "");
  assert.ok(asked.body.refresh_token);
  const online = await exchange(
    workplace,
    (await consent(workplace, { access_type: "online" })).get("code") ?? "",
  );
  assert.equal(online.body.refresh_token, undefined);
});

Deno.test("a person may tick mail only: the answer says so and the calendar refuses", async () => {
  await using workplace = await open();
  workplace.google.consent.scopes = [SCOPE.gmailReadonly];
  const { body } = await exchange(workplace, (await consent(workplace)).get("code") ?? "");
  assert.equal(body.scope, SCOPE.gmailReadonly);
  const client = new GoogleClient(workplace);
  client.token = body.access_token ?? "";
  assert.equal((await client.gmail("profile")).status, 200);
  const refused = await client.events("primary");
  assert.deepEqual([refused.status, reasonOf(refused)], [403, "insufficientPermissions"]);
});

Deno.test("tokeninfo and userinfo say who the account is; nobody reads another's mailbox", async () => {
  await using workplace = await open();
  const { grant, domain } = workplace.google;
  const client = new GoogleClient(workplace);
  const info = await client.get("/tokeninfo", { access_token: client.token });
  assert.deepEqual([info.body.sub, info.body.expires_in], [grant.account.sub, "3599"]);
  const user = await client.get("/v1/userinfo");
  assert.deepEqual([user.body.sub, user.body.email], [grant.account.sub, grant.account.email]);
  const other = domain.company.people[1]?.email ?? "";
  assert.equal((await client.get(`/gmail/v1/users/${other}/profile`)).status, 403);
  assert.equal((await client.get(`/gmail/v1/users/${grant.account.email}/profile`)).status, 200);
  const second = new GoogleClient(workplace, workplace.google.addAccount({ person: other }));
  assert.equal((await second.gmail("profile")).body.emailAddress, other);
  client.token = "ya29.made-up";
  assert.equal((await client.gmail("profile")).status, 401);
});
