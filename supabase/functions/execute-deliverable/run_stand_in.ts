/** A run, its material and its database for unit tests, as the real ones are. No function imports it. */
import type { EvidenceItem } from "@shared/agent/evidence.ts";
import type { Run } from "./run.ts";
import type { FinishedVersion, GatheredItem, RunDatabase } from "./run_database.ts";
import type { Scope } from "./gather/scope.ts";

export const userId = "22222222-2222-4222-8222-222222222222";
export const deliverableId = "55555555-5555-4555-8555-555555555555";
export const launch = "33333333-3333-4333-8333-333333333331";
export const legal = "33333333-3333-4333-8333-333333333332";

export const contentId = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;

export function evidenceItem(n: number, parts: Partial<EvidenceItem> = {}): EvidenceItem {
  return {
    id: contentId(n),
    revision: 1,
    platform: "slack",
    source_name: "#launch",
    content_type: "message",
    thread_id: null,
    title: null,
    content: `We decided to move launch number ${n} to Thursday after the vendor call.`,
    author: "Maya",
    permalink: `https://acme.slack.com/archives/C1/p${n}`,
    source_timestamp: `2026-11-23T08:00:${String(n % 60).padStart(2, "0")}+00:00`,
    ...parts,
  };
}

export const sourceOf = (source_id: string, name: string, parts: Partial<Run["sources"][number]> = {}) => ({
  source_id,
  platform: "slack" as const,
  name,
  synced_at: "2026-11-23T09:02:00+00:00",
  error: null,
  error_message: null,
  ...parts,
});

type Parts = Partial<Omit<Run, "deliverable" | "type" | "version">> & {
  readonly deliverable?: Partial<Run["deliverable"]>;
  readonly type?: Partial<Run["type"]>;
  readonly version?: Partial<Run["version"]>;
};

/** What `pipeline.begin_version` returns. */
export function runOf(parts: Parts = {}): Run {
  const sources = parts.sources ?? [sourceOf(launch, "#launch"), sourceOf(legal, "#legal")];
  return {
    search_sources: sources.map(({ source_id }) => source_id),
    withheld: [],
    audience: [],
    at: "2026-11-23T09:00:00+00:00",
    timezone: "Europe/Lisbon",
    tier: "pro",
    forced: false,
    seen: null,
    feedback: [],
    memories: [],
    corrections: [],
    told: [],
    ...parts,
    sources,
    version: {
      id: "66666666-6666-4666-8666-666666666666",
      number: 1,
      purpose: "live",
      status: "generating",
      ...parts.version,
    },
    type: {
      deliverable_type: "slack_channel_digest",
      binding: "platform_bound",
      primary_platform: "slack",
      freshness_seconds: 3600,
      tool_rounds: 2,
      looks_back: true,
      looks_ahead_seconds: 0,
      searches_all_sources: false,
      ...parts.type,
    },
    deliverable: {
      id: deliverableId,
      user_id: userId,
      title: "Launch digest",
      description: "",
      deliverable_type: "slack_channel_digest",
      type_config: {},
      recipient_context: {},
      schedule: { frequency: "daily" },
      when_unchanged: "skip",
      origin: "user_configured",
      ...parts.deliverable,
    },
  };
}

/** What an earlier version had read. */
export const seenAt = (at: string, version_number = 1): NonNullable<Run["seen"]> => ({
  at,
  until: at,
  source_ids: [launch, legal],
  version_number,
});

/** A row as `pipeline.gather_evidence` returns it. */
export function gatheredItem(n: number, parts: Partial<GatheredItem> = {}): GatheredItem {
  return {
    ...evidenceItem(n),
    source_id: launch,
    content_hash: `hash${n}`,
    metadata: {},
    is_user_authored: false,
    is_new: true,
    total: 1,
    ...parts,
  };
}

export interface RunDatabaseStandIn extends RunDatabase {
  /** What was asked and told, in order. */
  readonly asked: readonly (readonly unknown[])[];
}

/** A database that holds these items and finds these by search. */
export function runDatabaseStandIn(
  { news = [], known = [], found = () => [], slots = [], begun = () => runOf() }: {
    news?: readonly GatheredItem[];
    known?: readonly GatheredItem[];
    found?: (query: string) => readonly EvidenceItem[];
    slots?: readonly string[];
    begun?: (asOf: string | undefined) => Run;
  } = {},
): RunDatabaseStandIn {
  const asked: unknown[][] = [];
  const rows = (items: readonly GatheredItem[]) => items.map((item) => ({ ...item, total: news.length }));
  return {
    asked,
    begin(asOf) {
      asked.push(["begin", asOf]);
      return Promise.resolve(begun(asOf));
    },
    backtestSlots: () => Promise.resolve([...slots]),
    gather(run: Run, scope: Scope, options) {
      asked.push(["gather", run.sources.map(({ source_id }) => source_id), scope, options]);
      return Promise.resolve(rows(options.known ? [...news, ...known] : news).slice(0, options.limit));
    },
    fingerprint: () => Promise.resolve("fingerprint"),
    search(_run, query, limit) {
      asked.push(["search", query]);
      return Promise.resolve(found(query).slice(0, limit));
    },
    finish(version: FinishedVersion) {
      asked.push(["finish", version]);
      return Promise.resolve();
    },
    skip(_run, reason, message, read) {
      asked.push(["skip", reason, message, ...(read === undefined ? [] : [read])]);
      return Promise.resolve();
    },
  };
}
