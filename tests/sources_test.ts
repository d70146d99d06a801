/** Choosing sources, syncing by hand, importing, and the health of it all: over HTTP, as a frontend does it. */
import assert from "node:assert/strict";
import type { Installation } from "../scripts/local/workplace/slack/installations.ts";
import { type Newcomer, openScene } from "./scene.ts";

const scene = await openScene();
Deno.test.afterAll(() => scene.stack.close());
const { stack, workplace } = scene;

interface Person extends Newcomer {
  readonly accessToken: string;
}

async function signUp(): Promise<Person> {
  const email = `${crypto.randomUUID()}@yarnnn.example`;
  const { userId, accessToken } = await stack.signUp(email, "a long password");
  return { userId, email, accessToken, client: stack.client(accessToken) };
}

/** What these tests read of a source in a list. */
interface ListedSource {
  readonly id: string;
  readonly external_id: string;
  readonly selected: boolean;
  readonly recommended: boolean;
}

async function call(person: Person, method: string, path: string, body?: unknown) {
  return await send(method, path, { authorization: `Bearer ${person.accessToken}` }, body);
}

async function send(method: string, path: string, headers: Record<string, string>, body?: unknown) {
  const answer = await fetch(`${stack.functionsUrl}/api${path}`, {
    method,
    headers: { apikey: stack.publishableKey, "content-type": "application/json", ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const retryAfter = answer.headers.get("retry-after");
  return {
    status: answer.status,
    retryAfter: retryAfter === null ? undefined : Number(retryAfter),
    body: await answer.json(),
  };
}

/** Somebody whose Slack has been synced once. */
async function synced(tier = "free"): Promise<{ person: Person; installation: Installation }> {
  const person = await signUp();
  await stack.database.query("update public.workspaces set tier = $2 where owner_id = $1", [
    person.userId,
    tier,
  ]);
  const installation = workplace.addTeam();
  await scene.connect(person, installation);
  await scene.crank(person);
  return { person, installation };
}

/** As if the person had last synced by hand so much earlier; other people's time does not move. */
async function later(person: Person, interval: string): Promise<void> {
  await stack.database.query(
    `update pipeline.manual_syncs set asked_at = asked_at - $2::interval
      where connection_id in (select id from public.platform_connections where user_id = $1)`,
    [person.userId, interval],
  );
}

async function selectedBy(person: Person): Promise<string[]> {
  const { data } = await person.client.from("sync_registry").select("external_id").eq("selected", true);
  return (data ?? []).map(({ external_id }) => external_id).toSorted();
}

Deno.test("who chose none keeps none: through a sync by hand, a discovery and a backfill, until they ask", async () => {
  const person = await signUp();
  const nobody = await call(person, "PUT", "/integrations/slack/sources", { source_ids: [] });
  assert.deepEqual([nobody.status, nobody.body.code], [404, "not_connected"]);
  await scene.connect(person, workplace.addTeam());
  const early = await call(person, "PUT", "/integrations/slack/sources", { source_ids: [] });
  assert.deepEqual([early.status, early.body.code], [409, "sources_not_listed"]);
  await scene.crank(person);
  assert.equal((await selectedBy(person)).length, 5, "a free plan starts with five");

  const none = await call(person, "PUT", "/integrations/slack/sources", { source_ids: [] });
  assert.deepEqual([none.status, none.body.selected, none.body.removed.length], [200, 0, 5]);
  assert.equal((await call(person, "POST", "/integrations/slack/sync")).status, 202);
  await scene.crank(person);
  assert.deepEqual(await selectedBy(person), []);
  const backfill = await send("POST", `/admin/backfill-sources/${person.userId}`, {
    apikey: stack.secretKey,
  });
  assert.deepEqual([backfill.status, backfill.body.platforms.slack.added], [200, 0]);
  assert.equal(backfill.body.platforms.slack.chose_none, true);
  const health = await call(person, "GET", "/integrations/slack/health");
  assert.equal(health.body.platforms[0].condition, "nothing_selected");

  const wished = await call(person, "POST", "/integrations/slack/sources/recommended");
  assert.deepEqual([wished.status, wished.body.total], [200, 5]);
  assert.equal((await selectedBy(person)).length, 5);
  await scene.crank(person);
  const { body } = await call(person, "GET", "/integrations/slack/sources");
  assert.deepEqual([body.selected, body.limit, body.can_add_more], [5, 5, false]);
  assert.ok(
    body.sources.filter((source: ListedSource) => source.selected).every((source: ListedSource) =>
      source.recommended
    ),
  );
});

Deno.test("a choice is all or nothing, and what is new is read at once", async () => {
  const { person } = await synced();
  const { body: list } = await call(person, "GET", "/integrations/slack/sources");
  const all: string[] = list.sources.map((source: ListedSource) => source.id);
  assert.ok(all.length > 5, "there is more to choose from than the plan allows");
  const before = await selectedBy(person);

  const many = await call(person, "PUT", "/integrations/slack/sources", { source_ids: all });
  assert.deepEqual([many.status, many.body.code], [403, "source_limit_reached"]);
  assert.deepEqual(many.body.details, { limit: 5, asked: all.length, tier: "free" });
  const unknown = await call(person, "PUT", "/integrations/slack/sources", {
    source_ids: ["C0NOPE", all[0]],
  });
  assert.deepEqual([unknown.status, unknown.body.code], [404, "unknown_source"]);
  assert.deepEqual(unknown.body.details, { unknown: ["C0NOPE"] });
  assert.deepEqual(await selectedBy(person), before);

  const other = list.sources.find((source: ListedSource) => !source.selected);
  const chosen = await call(person, "PUT", "/integrations/slack/sources", { source_ids: [other.id] });
  assert.deepEqual([chosen.status, chosen.body.syncing, chosen.body.removed.length], [200, 1, 5]);
  await scene.crank(person);
  const { body: status } = await call(person, "GET", "/integrations/slack/sync-status");
  const [resource, ...rest] = status.platforms[0].resources;
  assert.deepEqual([resource.resource_id, resource.status, rest], [other.external_id, "fresh", []]);
});

Deno.test("a sync by hand is joined while it waits and runs, and the plan says how often it may be", async () => {
  const { person } = await synced();
  const first = await call(person, "POST", "/integrations/slack/sync");
  assert.equal(first.status, 202);
  const [ticket] = first.body.tickets;
  assert.deepEqual([ticket.platform, ticket.joined], ["slack", false]);
  const second = await call(person, "POST", "/integrations/slack/sync");
  assert.deepEqual(second.body.tickets, [{ ...ticket, joined: true }]);
  assert.match(second.body.message, /under way already/);
  await scene.crank(person);

  const third = await call(person, "POST", "/integrations/slack/sync");
  assert.deepEqual([third.status, third.body.code], [429, "sync_too_soon"]);
  assert.ok(third.retryAfter !== undefined && third.retryAfter > 800 && third.retryAfter <= 900);
  await later(person, "14 minutes");
  const fourth = await call(person, "POST", "/integrations/slack/sync");
  assert.ok(fourth.status === 429 && (fourth.retryAfter ?? 999) <= 60);
  await later(person, "1 minute");
  assert.equal((await call(person, "POST", "/integrations/slack/sync")).status, 202);
  await scene.crank(person);
  const { body } = await call(person, "GET", "/system/status");
  const slack = body.platform_sync.find(({ platform }: { platform: string }) => platform === "slack");
  assert.deepEqual([body.tier, body.sync_frequency, slack.status], ["free", "2x_daily", "healthy"]);
  assert.ok(
    slack.resources.every(({ status, has_cursor }: { status: string; has_cursor: boolean }) =>
      status === "fresh" && has_cursor
    ),
  );
});

Deno.test("a larger plan can add the recommended sources, and a smaller one keeps the newest and says what went", async () => {
  const { person } = await synced("starter");
  const many = await selectedBy(person);
  assert.ok(many.length > 5, "more than a free plan allows");
  const newest = await stack.database.query<{ external_id: string }>(
    `select external_id from public.sync_registry where user_id = $1 and selected
      order by source_latest_at desc nulls last, last_synced_at desc, rank limit 5`,
    [person.userId],
  );
  await stack.database.query("update public.workspaces set tier = 'free' where owner_id = $1", [
    person.userId,
  ]);
  assert.deepEqual(await selectedBy(person), newest.map(({ external_id }) => external_id).toSorted());
  const { data: told } = await person.client.from("notifications").select("message, context");
  const [notification] = told ?? [];
  assert.equal(notification?.context.deselected.length, many.length - 5);
  assert.match(notification?.message, /Your plan syncs up to 5 Slack channels\. No longer synced: /);

  await stack.database.query("update public.workspaces set tier = 'starter' where owner_id = $1", [
    person.userId,
  ]);
  const backfill = await send("POST", `/admin/backfill-sources/${person.userId}`, {
    apikey: stack.secretKey,
  });
  const { previous, added, total, limit, new_sources } = backfill.body.platforms.slack;
  assert.deepEqual([previous, added, total, limit], [5, many.length - 5, many.length, 15]);
  assert.equal(new_sources.length, added);
  assert.deepEqual(await selectedBy(person), many);
  const refused = await call(person, "POST", `/admin/backfill-sources/${person.userId}`);
  assert.deepEqual([refused.status, refused.body.code], [403, "admins_only"]);
});

Deno.test("an import fetches the history of a channel once, tells how far it is, and never moves the sync's cursor", async () => {
  const { person, installation } = await synced();
  const [channel = ""] = await selectedBy(person);
  const cursorOf = () =>
    scene.row<{ cursor: unknown }>(
      `select k.cursor from pipeline.sync_cursors k join public.platform_connections c on c.id = k.connection_id
        where c.user_id = $1 and k.unit = $2`,
      [person.userId, channel],
    );
  const before = await cursorOf();
  const started = await call(person, "POST", "/integrations/slack/import", {
    resource_id: channel,
    scope: { days: 365, items: 5000 },
  });
  assert.deepEqual([started.status, started.body.status, started.body.joined], [202, "pending", false]);
  const again = await call(person, "POST", "/integrations/slack/import", { resource_id: channel });
  assert.deepEqual([again.body.id, again.body.joined], [started.body.id, true]);
  await scene.crank(person);

  const { body: job } = await call(person, "GET", `/integrations/import/${started.body.id}`);
  assert.deepEqual([job.status, job.progress, job.error], ["completed", 100, null]);
  const truth = installation.team.chat.truth(channel).filter(({ subtype = "" }) =>
    !/^channel_|^group_/.test(subtype)
  );
  assert.ok(job.result.items >= truth.length, `${job.result.items} of ${truth.length}`);
  const { data: items } = await person.client.from("platform_content").select("item_id")
    .eq("container_id", channel).is("deleted_at", null).limit(5000);
  assert.deepEqual(
    (items ?? []).map(({ item_id }) => item_id).toSorted(),
    truth.map(({ ts }) => ts).toSorted(),
  );
  assert.deepEqual(await cursorOf(), before);

  const stranger = await signUp();
  assert.equal((await call(stranger, "GET", `/integrations/import/${job.id}`)).status, 404);
  const wide = await call(person, "POST", "/integrations/slack/import", {
    resource_id: channel,
    scope: { days: 9999 },
  });
  assert.deepEqual([wide.status, wide.body.code], [422, "import_scope_invalid"]);
});

Deno.test("an import that waits for Slack says so, and cancelling it keeps what it brought", async () => {
  const { person, installation } = await synced();
  const [channel = ""] = await selectedBy(person);
  await stack.database.query("delete from public.platform_content where user_id = $1", [person.userId]);
  const started = await call(person, "POST", "/integrations/slack/import", {
    resource_id: channel,
    scope: { days: 365, items: 5000 },
  });
  // The page of messages comes through; the first of its threads is told to wait.
  workplace.slack.faults.at({
    team: installation.team.id,
    method: "conversations.replies",
    call: 1,
    fault: { kind: "rate_limited", retryAfter: 300 },
  });
  await stack.settle();
  const { body: waiting } = await call(person, "GET", `/integrations/import/${started.body.id}`);
  assert.deepEqual([waiting.status, waiting.waiting_for?.code], ["processing", "rate_limited"]);
  assert.ok(waiting.progress > 0 && waiting.progress < 100);
  assert.ok(waiting.progress_details.items > 0);

  const cancelled = await call(person, "DELETE", `/integrations/import/${started.body.id}`);
  assert.deepEqual([cancelled.status, cancelled.body.status], [200, "cancelled"]);
  await scene.crank(person);
  const { count } = await person.client.from("platform_content").select("*", { count: "exact", head: true });
  assert.equal(count, waiting.progress_details.items);
  const { body: list } = await call(person, "GET", "/integrations/import?status=cancelled");
  assert.deepEqual(list.imports.map(({ id }: { id: string }) => id), [started.body.id]);
  const again = await call(person, "DELETE", `/integrations/import/${started.body.id}`);
  assert.deepEqual([again.status, again.body.status], [200, "cancelled"]);
});

Deno.test("a dead token shows in the health, refuses a sync by hand with what to do, and imports nothing", async () => {
  const { person, installation } = await synced();
  const [channel = ""] = await selectedBy(person);
  const well = await call(person, "GET", "/integrations/slack/health");
  assert.deepEqual([well.body.status, well.body.platforms[0].problems], ["healthy", []]);
  installation.state = "revoked";
  assert.equal((await call(person, "POST", "/integrations/slack/sync")).status, 202);
  await scene.crank(person);

  const { body } = await call(person, "GET", "/integrations/slack/health");
  assert.deepEqual([body.status, body.platforms[0].condition], ["unhealthy", "needs_reauth"]);
  assert.match(body.recommendations[0], /Reconnect/);
  for (const [path, asked] of [["sync", undefined], ["import", { resource_id: channel }]] as const) {
    const refused = await call(person, "POST", `/integrations/slack/${path}`, asked);
    assert.deepEqual([refused.status, refused.body.code], [409, "needs_reauth"], path);
    assert.match(refused.body.hint, /Reconnect/);
  }
  const { data: mine } = await person.client.rpc("sync_health");
  assert.deepEqual(
    mine.map(({ platform, condition }: { platform: string; condition: string }) => [
      platform,
      condition,
    ]),
    [["slack", "needs_reauth"]],
  );
});
