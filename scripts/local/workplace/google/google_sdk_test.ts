import assert from "node:assert/strict";
import { calendar } from "@googleapis/calendar";
import { auth, gmail } from "@googleapis/gmail";
import { startWorkplace } from "../workplace.ts";
import { OPENING } from "./google_client.ts";

Deno.test("the vendor's own SDKs refresh, read mail and calendars, and revoke", async () => {
  await using workplace = await startWorkplace({ seed: 7, now: () => OPENING });
  const { googleUrl, url: rootUrl, google: { grant, grants, domain } } = workplace;
  const oauth = new auth.OAuth2({
    ...grants.client,
    endpoints: { oauth2TokenUrl: `${googleUrl}/token`, oauth2RevokeUrl: `${googleUrl}/revoke` },
  });
  oauth.setCredentials({ refresh_token: grant.refreshToken });

  const { users } = gmail({ version: "v1", auth: oauth, rootUrl });
  const q = "newer_than:20d";
  const list = await users.messages.list({ userId: "me", labelIds: ["INBOX", "STARRED"], maxResults: 3, q });
  const truth = grant.account.mailbox.truth().reverse();
  const wanted = truth.filter(({ labelIds }) => labelIds.includes("INBOX") && labelIds.includes("STARRED"));
  assert.deepEqual(list.data.messages?.map(({ id }) => id), wanted.slice(0, 3).map(({ id }) => id));
  const message = await users.messages.get({ userId: "me", id: wanted[0]?.id ?? "" });
  assert.equal(message.data.internalDate, String(wanted[0]?.internalDate));
  await assert.rejects(users.history.list({ userId: "me", startHistoryId: "1" }), { status: 404 });

  const { events } = calendar({ version: "v3", auth: oauth, rootUrl });
  const calendarId = domain.holidays.id;
  const held = await events.list({ calendarId });
  assert.equal(held.data.items?.length, domain.holidays.meetings.size);
  const syncToken = held.data.nextSyncToken ?? "";
  assert.deepEqual((await events.list({ calendarId, syncToken })).data.items, []);
  domain.agenda.expireSyncTokens(calendarId);
  await assert.rejects(events.list({ calendarId, syncToken }), { status: 410 });

  await oauth.revokeToken(grant.refreshToken);
  assert.equal(grant.state, "revoked");
});
