/** What a run of a deliverable begins with, as `pipeline.begin_version` returns it. */
import { z } from "zod";

const platform = z.enum(["slack", "gmail", "calendar", "notion"]);

export const run = z.object({
  version: z.object({
    id: z.uuid(),
    /** Only live versions are numbered. */
    number: z.number().int().nullable(),
    purpose: z.enum(["live", "preview", "backtest"]),
    status: z.string(),
  }),
  deliverable: z.object({
    id: z.uuid(),
    user_id: z.uuid(),
    title: z.string(),
    description: z.string(),
    deliverable_type: z.string(),
    type_config: z.record(z.string(), z.json()),
    recipient_context: z.record(z.string(), z.json()),
    schedule: z.object({ frequency: z.string().optional() }).nullable(),
    when_unchanged: z.enum(["skip", "heartbeat", "always"]),
    origin: z.enum(["user_configured", "analyst_suggested", "signal_emergent", "task"]),
  }),
  type: z.object({
    deliverable_type: z.string(),
    binding: z.enum(["platform_bound", "cross_platform", "research", "hybrid"]),
    primary_platform: platform.nullable(),
    freshness_seconds: z.number().int(),
    tool_rounds: z.number().int(),
    /** It reports on what happened; otherwise only on what is to come. */
    looks_back: z.boolean(),
    looks_ahead_seconds: z.number().int(),
    searches_all_sources: z.boolean(),
  }),
  /** What it reports on. */
  sources: z.array(z.object({
    source_id: z.uuid(),
    platform,
    name: z.string(),
    synced_at: z.string().nullable(),
    error: z.string().nullable(),
    error_message: z.string().nullable(),
  })),
  /** What its searches may reach: the same, or more. */
  search_sources: z.array(z.uuid()),
  /** Not read, because someone in the audience could not read it. */
  withheld: z.array(z.object({ platform, name: z.string() })),
  /** Names of the Slack channels that it goes to, where others read it too. */
  audience: z.array(z.string()),
  /** The instant whose state of the content is reported. */
  at: z.string(),
  timezone: z.string(),
  tier: z.enum(["free", "starter", "pro"]),
  /** A person asked for a text, whether anything is new or not. */
  forced: z.boolean(),
  /** What the last version had read; null before the first. */
  seen: z.object({
    at: z.string(),
    until: z.string(),
    source_ids: z.array(z.uuid()),
    version_number: z.number().int().nullable(),
  }).nullable(),
  feedback: z.array(z.object({
    version_number: z.number().int().nullable(),
    verdict: z.string().nullable(),
    notes: z.string().nullable(),
    edit_distance_score: z.number().nullable(),
    edit_categories: z.json().nullable(),
  })),
  memories: z.array(z.object({ key: z.string(), value: z.string() })),
  /** What earlier versions cite that was edited or deleted since. */
  corrections: z.array(z.object({
    version_number: z.number().int(),
    number: z.number().int(),
    content_id: z.uuid(),
    label: z.string(),
    change: z.enum(["edited", "deleted"]),
  })),
  /** What earlier versions cite, by the text that it had. */
  told: z.array(z.object({ content_id: z.uuid(), content_hash: z.string().nullable() })),
});
export type Run = z.output<typeof run>;

/** Whether its title, description and settings are its person's own words; otherwise a model took them from content. */
export const isInOwnWords = ({ deliverable: { origin } }: Run): boolean =>
  origin === "user_configured" || origin === "task";

/** Everything that the run may cite: what it reports on, and what its searches reach. */
export const readableSources = (run: Run): string[] => [
  ...new Set([...run.sources.map(({ source_id }) => source_id), ...run.search_sources]),
];

/** Whether others than its person read it. */
export const goesToOthers = ({ audience, withheld }: Run): boolean =>
  audience.length > 0 || withheld.length > 0;

/** Whether its person wants a text whatever was told before. */
export const insists = ({ forced, deliverable: { when_unchanged } }: Run): boolean =>
  forced || when_unchanged === "always";

/** What earlier versions have told, for the evidence to mark. What was cited without its text's hash says nothing. */
export const toldOf = ({ told }: Run): { content_id: string; content_hash: string }[] =>
  told.flatMap(({ content_id, content_hash }) => content_hash === null ? [] : [{ content_id, content_hash }]);
