/** How far the reading of a channel is, for the person who waits for it. */
import type { ReadingProgress } from "../connector.ts";
import type { SlackCursor } from "./slack_cursor.ts";
import { fullPage } from "./slack_history.ts";
import { nextSteps } from "./slack_plan.ts";
import { secondsBetween } from "./slack_time.ts";

const slowPage = 15;
/** A call of the slow cohort, and one of 50 a minute (https://docs.slack.dev/apis/web-api/rate-limits). */
const secondsACall = { slow: 61, fast: 1.22 };

/**
 * By the calls that are left: those for messages never read, estimated by how closely they stood so far, and one for
 * each thread that waits.
 *
 * @param created when the channel was created (seconds since 1970), if Slack told
 */
export function progressOf(cursor: SlackCursor, created: number | undefined): ReadingProgress {
  const { pass, threads, slow } = cursor;
  if (pass === null || nextSteps(cursor).length === 0) return { percent: 100, secondsLeft: 0 };
  const messages = messagesLeft(cursor, created);
  if (messages === undefined) return { percent: null, secondsLeft: null };
  const pages = Math.ceil(messages / (slow ? slowPage : fullPage));
  // History and replies have a minute each of their own.
  const callsLeft = slow ? Math.max(pages, threads.length) : pages + threads.length;
  const percent = Math.floor(100 * pass.calls / (pass.calls + pages + threads.length));
  return {
    percent: Math.min(99, percent),
    secondsLeft: Math.ceil(callsLeft * (slow ? secondsACall.slow : secondsACall.fast)),
  };
}

/** Messages that this pass still has to read; undefined when nothing tells how many there are. */
function messagesLeft(
  { pass, gaps, newest, oldest }: SlackCursor,
  created: number | undefined,
): number | undefined {
  if (pass === null || gaps.length === 0 || pass.left.messages === 0) return 0;
  if (newest === null || oldest === null) return undefined;
  const beginning = created === undefined ? undefined : `${String(created).padStart(10, "0")}.000000`;
  const spans = gaps.map(({ from, before }) => {
    const [lower, upper] = [from ?? beginning, before ?? newest];
    return lower === undefined ? Infinity : Math.max(0, secondsBetween(lower, upper));
  });
  const covered = Math.max(1, secondsBetween(oldest, newest));
  const estimate = Math.ceil(spans.reduce((sum, span) => sum + span, 0) * pass.found / covered);
  return Math.min(pass.left.messages, estimate);
}
