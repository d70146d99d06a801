/** What sending asks of a channel, whichever it is. */
import type { Problem } from "@shared/http/problem.ts";
import type { Progress } from "@shared/work/ticket.ts";

/** Why something was not settled: `not_sent` (the provider refused for now), or `unknown` (it may have acted). */
interface Unsettled {
  readonly problem: Problem;
  readonly retryAfterSeconds?: number;
}

export type Sent =
  | { readonly outcome: "accepted"; readonly providerId: string }
  | Unsettled & { readonly outcome: "retry"; readonly fate: "not_sent" | "unknown" }
  /** Never sent, and sending the same again cannot help. */
  | { readonly outcome: "refused"; readonly problem: Problem };

export type Found =
  | { readonly outcome: "found"; readonly providerId: string }
  /** It was not sent, or not all of it: sending goes on with what is missing. */
  | { readonly outcome: "absent" }
  | Unsettled & { readonly outcome: "unknown" }
  | { readonly outcome: "refused"; readonly problem: Problem };

/**
 * One delivery's way to its reader. Sending yields checkpoints, from which another worker goes on. Both verbs throw only
 * what nobody here can decide about (a lost lease, our own database).
 */
export interface Channel {
  /** Whether the provider itself sends only once, so long after the first attempt. */
  sendsOnceStill(secondsSinceFirst: number): boolean;
  /** Looks for what an earlier attempt sent. */
  find(since: Date): Promise<Found>;
  /** Sends what is not known to have been sent. */
  send(): AsyncGenerator<Progress, Sent, void>;
  /** What a checkpoint must remember of this channel. */
  progress(): Progress;
}
