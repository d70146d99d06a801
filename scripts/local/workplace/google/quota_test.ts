import assert from "node:assert/strict";
import { startWorkplace } from "../workplace.ts";
import { GoogleClient, OPENING, reasonOf } from "./google_client.ts";

Deno.test("an account has 6,000 Gmail units a minute: 300 messages, by 403 or 429, apart from others", async () => {
  await using workplace = await startWorkplace({ seed: 7, now: () => OPENING, days: 7 });
  const { google, clock } = workplace;
  const client = new GoogleClient(workplace);
  const id = google.grant.account.mailbox.truth()[0]?.id;
  const get = () => client.gmail(`messages/${id}`, { format: "minimal" });
  for (let call = 0; call < 300; call++) assert.equal((await get()).status, 200);
  assert.equal(google.quotas.used("gmail", google.grant.account.sub), 6000);
  const refused = await get();
  assert.deepEqual([refused.status, reasonOf(refused)], [403, "userRateLimitExceeded"]);
  google.quotas.status = 429;
  assert.equal((await get()).status, 429);
  assert.equal(google.journal.countRateLimited(), 2);
  const other = google.addAccount({ person: google.domain.company.people[1]?.key ?? "" });
  assert.equal((await new GoogleClient(workplace, other).gmail("profile")).status, 200);
  assert.equal((await client.events("primary", { maxResults: 1 })).status, 200);
  clock.advance(60_000);
  assert.equal((await get()).status, 200);
  google.quotas.perMinute.calendar = 2;
  const statuses = [];
  for (let call = 0; call < 3; call++) {
    statuses.push((await client.events("primary", { maxResults: 1 })).status);
  }
  assert.deepEqual(statuses, [200, 200, 429]);
});
