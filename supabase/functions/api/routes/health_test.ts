import assert from "node:assert/strict";
import { createApp } from "../app.ts";
import { contextStandIn } from "../context_stand_in.ts";

const ann = { id: "22222222-2222-4222-8222-222222222222", admin: false };

const healthOf = (platform: string, condition: string, what_to_do: string | null = null) => ({
  connection_id: "44444444-4444-4444-8444-444444444444",
  provider: platform === "slack" ? "slack" : "google",
  platform,
  account_name: "Acme",
  condition,
  what_to_do,
  last_success_at: null,
  next_sync_at: "2026-11-05T18:04:00Z",
  overdue_since: null,
  syncing: {
    since: "2026-11-05T10:00:00Z",
    sources_total: 4,
    sources_done: 2,
    sources_failed: 0,
    items_stored: 90,
    percent: 65,
    ready_at: null,
    waiting_for: { code: "rate_limited", message: "Slack asks to wait.", until: "2026-11-05T10:01:00Z" },
  },
  selected: 4,
  failing: 1,
  held_deletions: 0,
  problems: [{
    source_id: null,
    source: null,
    category: "provider_down",
    message: "Slack did not list its channels.",
    what_to_do: "Nothing to do.",
    since: "2026-11-05T09:00:00Z",
  }],
});

const statusOf = (platform: string) => ({
  platform,
  connected: true,
  last_synced_at: null,
  next_sync_at: null,
  source_count: 1,
  status: "pending",
  stale_count: 0,
  syncing: null,
  resources: [{
    resource_id: "C1",
    resource_name: "#general",
    source_id: "55555555-5555-4555-8555-555555555555",
    last_synced_at: null,
    item_count: 0,
    has_cursor: false,
    status: "never_synced",
    last_error: null,
    last_error_category: null,
    last_error_at: null,
  }],
  content: { total_items: 0, retained_items: 0, ephemeral_items: 0, freshest_at: null },
});

const jobs = [
  {
    job_type: "platform_synced",
    last_run_at: "2026-11-05T10:00:00Z",
    last_run_status: "success",
    last_run_summary: "Synced slack: 4 items from 2 of 2 sources",
    items_processed: 4,
  },
  {
    job_type: "signal_processed",
    last_run_at: null,
    last_run_status: "never_run",
    last_run_summary: null,
    items_processed: null,
  },
];

function open(rows: ReturnType<typeof healthOf>[] = []) {
  const context = contextStandIn({
    people: { ann },
    answers: {
      sync_health: () => rows,
      sync_status: () => [statusOf("gmail"), statusOf("calendar")],
      system_status: () => ({
        platform_sync: [statusOf("slack")],
        background_jobs: jobs,
        tier: "starter",
        sync_frequency: "4x_daily",
      }),
    },
  });
  const app = createApp(context);
  const ask = (path: string, token = "ann") =>
    app.request(`/api/${path}`, { headers: { authorization: `Bearer ${token}` } });
  return { context, ask };
}

Deno.test("the health of a provider is that of its worst platform, with what to do once each", async () => {
  const rows = [
    healthOf("slack", "overdue", "Sync it by hand."),
    healthOf("gmail", "degraded", "See its sources."),
    healthOf("calendar", "healthy"),
  ];
  const { ask } = open(rows);
  const google = await (await ask("integrations/google/health")).json();
  assert.deepEqual([google.status, google.recommendations], ["degraded", ["See its sources."]]);
  assert.deepEqual(google.platforms, rows.slice(1));
  const calendar = await (await ask("integrations/calendar/health")).json();
  assert.deepEqual([calendar.provider, calendar.status, calendar.platforms.length], ["google", "healthy", 1]);
  assert.equal((await (await ask("integrations/slack/health")).json()).status, "unhealthy");

  for (const condition of ["pending", "nothing_selected"]) {
    const fresh = open([healthOf("slack", condition)]);
    assert.equal((await (await fresh.ask("integrations/slack/health")).json()).status, "unknown");
  }
  for (const condition of ["failing", "needs_reauth"]) {
    const broken = open([healthOf("slack", condition)]);
    assert.equal((await (await broken.ask("integrations/slack/health")).json()).status, "unhealthy");
  }
});

Deno.test("what is not connected has no health", async () => {
  const { ask } = open([healthOf("slack", "healthy")]);
  const answer = await ask("integrations/notion/health");
  assert.deepEqual([answer.status, (await answer.json()).code], [404, "not_connected"]);
});

Deno.test("the sync status is that of the platforms that are meant", async () => {
  const { context, ask } = open();
  const both = await (await ask("integrations/google/sync-status")).json();
  assert.deepEqual(both, { provider: "google", platforms: [statusOf("gmail"), statusOf("calendar")] });
  const one = await (await ask("integrations/gmail/sync-status")).json();
  assert.deepEqual(one.platforms, [statusOf("gmail")]);
  assert.deepEqual(context.database.argumentsOf("sync_status")[0], { p_user: ann.id, p_provider: "google" });
});

Deno.test("the system's status has all platforms, what ran in the background, and the plan", async () => {
  const { ask } = open();
  assert.deepEqual(await (await ask("system/status")).json(), {
    platform_sync: [statusOf("slack")],
    background_jobs: jobs,
    tier: "starter",
    sync_frequency: "4x_daily",
  });
});

Deno.test("whoever is not signed in sees none of it", async () => {
  const { context, ask } = open([healthOf("slack", "healthy")]);
  for (const path of ["integrations/slack/health", "integrations/slack/sync-status", "system/status"]) {
    assert.equal((await ask(path, "stranger")).status, 401, path);
  }
  assert.deepEqual(context.database.asked, []);
});
