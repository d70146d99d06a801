/** Whether a run has anything to say: decided by its evidence, before any model is asked. */
import type { Gathered } from "../gather.ts";
import { insists, type Run } from "../run.ts";
import type { Strategy } from "../strategies/strategy.ts";

export type Freshness =
  | { readonly action: "write" }
  /** A line that says that nothing happened, without a model. */
  | { readonly action: "heartbeat" }
  | {
    readonly action: "skip";
    readonly reason: "skipped_empty" | "skipped_unchanged";
    readonly message: string;
  };

export function freshnessOf(run: Run, strategy: Strategy, { news, known }: Gathered): Freshness {
  if (news.length > 0) return { action: "write" };
  if (strategy.restsOnWeb && (insists(run) || run.seen === null || !watchesContent(run))) {
    return { action: "write" };
  }
  if (run.sources.length === 0) {
    return run.withheld.length > 0
      ? empty("all of its sources are private, and it goes to a channel where others would read them")
      : empty("none of its sources is connected and selected");
  }
  if (insists(run) && known.length > 0) return { action: "write" };
  if (run.forced || run.seen === null) return empty("its sources hold nothing from this period");
  if (run.deliverable.when_unchanged !== "skip") return { action: "heartbeat" };
  return {
    action: "skip",
    reason: "skipped_unchanged",
    message: "nothing is new in its sources since the last version",
  };
}

const empty = (message: string): Freshness => ({ action: "skip", reason: "skipped_empty", message });

/**
 * Whether its sources can tell that nothing changed. Research is about the world, of which no fingerprint exists; what
 * is described in one's own words is about its sources as long as it has any.
 */
const watchesContent = ({ type, sources }: Run): boolean => type.binding !== "research" && sources.length > 0;
