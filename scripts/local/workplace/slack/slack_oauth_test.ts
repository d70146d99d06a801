import assert from "node:assert/strict";
import { startWorkplace, type Workplace } from "../workplace.ts";
import { BOT_SCOPES } from "./installations.ts";
import { OPENING, refusalOf, sdkClient } from "./sdk_client.ts";

const open = (): Promise<Workplace> => startWorkplace({ seed: 7, now: () => OPENING });
const redirectUri = "http://127.0.0.1:9/callback";

/** Goes through the consent page and returns what the redirect carries. */
async function consent(workplace: Workplace, scope = "chat:write,channels:read"): Promise<URLSearchParams> {
  const url = new URL(workplace.slackAuthorizeUrl);
  const asked = {
    client_id: workplace.slack.installations.app.clientId,
    redirect_uri: redirectUri,
    scope,
    state: "s-1",
  };
  url.search = new URLSearchParams(asked).toString();
  const answer = await fetch(url, { redirect: "manual" });
  assert.equal(answer.status, 302);
  await answer.body?.cancel();
  return new URL(answer.headers.get("location") ?? "").searchParams;
}

function exchange(
  workplace: Workplace,
  code: string,
  more: { client_id?: string; client_secret?: string } = {},
) {
  const { clientId, clientSecret } = workplace.slack.installations.app;
  const client = sdkClient(workplace, "");
  const own = { client_id: clientId, client_secret: clientSecret, redirect_uri: redirectUri };
  return client.oauth.v2.access({ ...own, code, ...more });
}

Deno.test("a consent gives a code that is good for one exchange, by the right client only", async () => {
  await using workplace = await open();
  workplace.slack.installations.end(workplace.installation.token);
  const redirected = await consent(workplace);
  assert.equal(redirected.get("state"), "s-1");
  const code = redirected.get("code") ?? "";
  assert.equal(await refusalOf(exchange(workplace, code, { client_id: "someone" })), "invalid_client_id");
  assert.equal(await refusalOf(exchange(workplace, code, { client_secret: "wrong" })), "bad_client_secret");
  assert.equal(await refusalOf(exchange(workplace, "made-up")), "invalid_code");
  const granted = await exchange(workplace, code);
  assert.equal(granted.team?.id, workplace.team.id);
  assert.equal(granted.scope, "channels:read,chat:write");
  assert.equal(await refusalOf(exchange(workplace, code)), "code_already_used");
  const test = await sdkClient(workplace, granted.access_token).auth.test();
  assert.deepEqual([test.team_id, test.user_id], [workplace.team.id, workplace.team.bot.userId]);
});

Deno.test("a code dies after ten minutes and a denied consent says so", async () => {
  await using workplace = await open();
  const code = (await consent(workplace)).get("code") ?? "";
  workplace.clock.advance(10 * 60_000 + 1);
  assert.equal(await refusalOf(exchange(workplace, code)), "code_expired");
  workplace.slack.consent = { approve: false, team: workplace.team };
  const denied = await consent(workplace);
  assert.deepEqual([denied.get("error"), denied.get("state"), denied.get("code")], [
    "access_denied",
    "s-1",
    null,
  ]);
});

Deno.test("two people of one team share its bot token, each named as who installed", async () => {
  await using workplace = await open();
  const [, second] = workplace.team.company.people;
  const mine = await exchange(workplace, (await consent(workplace)).get("code") ?? "");
  workplace.slack.consent = { approve: true, team: workplace.team, person: second?.key ?? "" };
  const theirs = await exchange(workplace, (await consent(workplace)).get("code") ?? "");
  assert.equal(mine.access_token, theirs.access_token);
  assert.notEqual(mine.authed_user?.id, theirs.authed_user?.id);
});

Deno.test("only tokens of this workplace are accepted, and a revoked or closed one says which", async () => {
  await using workplace = await open();
  const test = (token: string) => sdkClient(workplace, token).auth.test();
  const { installations } = workplace.slack;
  assert.equal(await refusalOf(test("")), "not_authed");
  assert.equal(await refusalOf(test("xoxb-made-up")), "invalid_auth");
  await using elsewhere = await startWorkplace({ seed: 8, now: () => OPENING });
  assert.equal(await refusalOf(test(elsewhere.installation.token)), "invalid_auth");
  assert.equal((await sdkClient(workplace).auth.revoke()).ok, true);
  assert.equal(await refusalOf(test(workplace.installation.token)), "token_revoked");
  const { token } = installations.issue(workplace.team);
  installations.end(token, "inactive");
  assert.equal(await refusalOf(test(token)), "account_inactive");
});

Deno.test("a missing scope is named with those that were granted", async () => {
  await using workplace = await open();
  const narrow = workplace.slack.installations.issue(
    workplace.team,
    BOT_SCOPES.filter((one) => one !== "groups:history"),
  );
  const client = sdkClient(workplace, narrow.token);
  const channel = workplace.team.chat.channel("leadership").id;
  await assert.rejects(
    client.conversations.history({ channel }),
    (error: { data?: { needed?: string; provided?: string } }) => {
      assert.equal(error.data?.needed, "groups:history");
      assert.equal(error.data?.provided, narrow.scopes.join(","));
      return true;
    },
  );
});

Deno.test("two teams of one seed share channel ids and messages, not team ids and tokens", async () => {
  await using workplace = await open();
  const other = workplace.addTeam();
  assert.notEqual(other.team.id, workplace.team.id);
  assert.notEqual(other.token, workplace.installation.token);
  assert.deepEqual(other.team.chat.truth("general"), workplace.team.chat.truth("general"));
  other.team.chat.post({ channel: "general", by: "pager", text: "only here" });
  const channel = workplace.team.chat.channel("general").id;
  const newest = async (token: string) => {
    const page = await sdkClient(workplace, token).conversations.history({ channel, limit: 1 });
    return page.messages?.[0]?.text;
  };
  assert.equal(await newest(other.token), "only here");
  assert.notEqual(await newest(workplace.installation.token), "only here");
});
