/** One turn of a sync ticket with everything around it standing in, for tests. No function imports it. */
import { type RpcAnswers, type RpcStandIn, rpcStandIn } from "@shared/db/rpc_stand_in.ts";
import { createLog } from "@shared/http/log.ts";
import { claimedTicket, type QueueStandIn, queueStandIn } from "@shared/work/queue_stand_in.ts";
import { runTicket } from "@shared/work/run_ticket.ts";
import type { ClaimedTicket } from "@shared/work/ticket.ts";
import { discoverSources } from "./discover_sources.ts";
import type { Connector, Discovery, Page } from "./platforms/connector.ts";
import type { Access } from "./platforms/open_platforms.ts";
import { syncUnit } from "./sync_unit.ts";

export const connectionId = "44444444-4444-4444-8444-444444444444";
const userId = "22222222-2222-4222-8222-222222222222";

export const connection = {
  id: connectionId,
  user_id: userId,
  provider: "slack",
  status: "active",
  account_id: "T01",
  account_name: "Acme",
  metadata: {},
};
const source = { external_id: "C01", kind: "channel", name: "#general", metadata: { is_private: false } };
export const beginning = {
  connection,
  platform: "slack",
  unit: { id: "C01", sources: [source], threads: [] },
  tokens: { access_token: "v1.sealed", refresh_token: null, expires_at: null },
  cursor: { at: 3 },
  tier: "free",
  notion_rows_per_pass: 50,
  too_soon: false,
};

export const page = (at: number): Page => ({
  items: [{
    container_id: "C01",
    item_id: String(at),
    sources: ["C01"],
    content_type: "message",
    thread_id: null,
    title: null,
    content: `Message ${at}\u0000`,
    author: "Ana",
    author_id: "U01",
    is_user_authored: false,
    permalink: null,
    metadata: {},
    source_timestamp: "2026-11-23T09:00:00Z",
    edited_at: null,
  }],
  cursor: { at },
});

export const nothing: Discovery = { sources: [], ranked: [], people: [] };

interface Scene {
  readonly database: RpcStandIn;
  readonly queue: QueueStandIn;
  readonly opened: Access[];
  /** The fields of the turn's last log line. */
  readonly summary: Record<string, unknown>;
}

/** Runs one ticket of this kind to the end of its turn, as the worker does. */
export async function turn(
  kind: "sync_unit" | "discover_sources",
  connector: Partial<Connector>,
  options: {
    rpc?: RpcAnswers;
    ticket?: Partial<ClaimedTicket>;
    stop?: AbortController;
  } = {},
): Promise<Scene> {
  const database = rpcStandIn({
    begin_sync: () => kind === "sync_unit" ? beginning : { ...beginning, unit: null, cursor: null },
    store_page: ({ p_page }) => ({ stored: Object(p_page).items.length, changed: 1, deleted: 0 }),
    stored_items: () => [],
    finish_unit: () => undefined,
    store_people: () => 2,
    finish_discovery: () => ({}),
    needs_reauth: () => true,
    ...options.rpc,
  });
  const opened: Access[] = [];
  const open = (access: Access): Promise<Connector> => {
    opened.push(access);
    return Promise.resolve({
      discover: () => Promise.resolve(nothing),
      async *sync() {},
      async *importHistory() {},
      ...connector,
    });
  };
  const stop = options.stop ?? new AbortController();
  const queue = queueStandIn();
  const lines: Record<string, unknown>[] = [];
  const payload: ClaimedTicket["payload"] = kind === "sync_unit"
    ? { connection_id: connectionId, platform: "slack", unit: "C01" }
    : { connection_id: connectionId, platform: "slack" };
  await runTicket(claimedTicket({ kind, user_id: userId, platform: "slack", payload, ...options.ticket }), {
    queue,
    handlers: {
      sync_unit: syncUnit(database, open),
      discover_sources: discoverSources(database, open),
    },
    log: createLog({ write: (line) => lines.push(JSON.parse(line)) }),
    stop,
    clock: () => 0,
  });
  return { database, queue, opened, summary: lines.at(-1) ?? {} };
}

export const held = { p_ticket: 1, p_lease: "11111111-1111-4111-8111-111111111111" };
