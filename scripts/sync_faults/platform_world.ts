/** One platform of a small workplace as a sweep needs it: things of every age, hands that change them, and the truth. */
import type { Call } from "../local/workplace/journal.ts";
import { startWorkplace, type Workplace } from "../local/workplace/workplace.ts";
import type { PlannedFault } from "../local/workplace/faults.ts";
import type { VirtualTime } from "../in_process/virtual_time.ts";
import type { WantedItem } from "./verdict.ts";

export const PLATFORMS = ["slack", "gmail", "calendar", "notion"] as const;
export type Platform = (typeof PLATFORMS)[number];

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** How old things are when somebody replies to them, edits or deletes them, in milliseconds. */
export const AGES = [31 * MINUTE, 1 * DAY, 3 * DAY, 9 * DAY, 20 * DAY] as const;

export const FAULT_KINDS = [
  "rate_limited",
  "server_error",
  "timeout",
  "truncated_json",
  "expired_token",
  "revoked_token",
  "dropped_page",
  "repeated_page_token",
  "empty_200",
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** Faults of listings only: on any other answer the workplace plays nothing. */
export const PAGE_FAULTS: readonly FaultKind[] = ["dropped_page", "repeated_page_token"];

/** What the OAuth callback stores. */
export interface Grant {
  readonly provider: "slack" | "google" | "notion";
  readonly accountId: string;
  readonly accountName: string;
  readonly scopes: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly accessToken: string;
  readonly refreshToken?: string;
  readonly expiresAt?: Date;
}

export interface PlatformWorld extends AsyncDisposable {
  readonly platform: Platform;
  readonly workplace: Workplace;
  /** The grant as it is now; after {@link regrant} a new one of the same account. */
  readonly grant: Grant;
  /** The person connects again: what was revoked is replaced. */
  regrant(): void;
  /** Replies, edits and deletes of what was laid out for one age (an index of {@link AGES}); of every age, and something new, when left out. */
  change(age?: number): void;
  /** What a perfect sync holds of these sources (external ids), now. */
  wanted(selected: ReadonlySet<string>): WantedItem[];
  readonly journal: {
    readonly latest: number;
    calls(asked: { after?: number }): readonly Call[];
    countRateLimited(after?: number): number;
  };
  /** Plays the fault at the n-th call from now on. `hangUp`: cuts what is in flight, as a client does after its timeout. */
  inject(kind: FaultKind, call: number, hangUp: () => void): PlannedFault;
}

export interface WorldOptions {
  readonly seed: number;
  readonly time: VirtualTime;
  /** How old the things are that will change, in milliseconds; {@link AGES} when left out. */
  readonly ages?: readonly number[];
  /** Slack's rate limits to live under; `marketplace` when left out. */
  readonly cohort?: "marketplace" | "commercial";
  /** One that is open already, and is closed by who opened it; a small one of its own when left out. */
  readonly workplace?: Workplace;
}

/** The workplace of a world, and how it is closed. */
export async function openWorkplace(
  { seed, time, cohort, workplace }: WorldOptions,
): Promise<{ workplace: Workplace; close: () => Promise<void> }> {
  if (workplace !== undefined) return { workplace, close: () => Promise.resolve() };
  const own = await startWorkplace({ seed, now: time.now, days: 1, pace: 0.2, ...(cohort && { cohort }) });
  return { workplace: own, close: () => own.close() };
}
