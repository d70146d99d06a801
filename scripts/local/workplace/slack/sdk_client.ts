import slack from "@slack/web-api";
import type { Workplace } from "../workplace.ts";

/**
 * The vendor's own client, pointed at a workplace for its tests: no retries of its own, no waiting, no
 * logging.
 */
export function sdkClient(workplace: Workplace, token: string | undefined = workplace.installation.token) {
  const silent = () => {};
  return new slack.WebClient(token, {
    slackApiUrl: workplace.slackApiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: {
      debug: silent,
      info: silent,
      warn: silent,
      error: silent,
      setLevel: silent,
      getLevel: () => slack.LogLevel.ERROR,
      setName: silent,
    },
  });
}

/** The instant at which the tests' workplaces open; their clocks stand still unless a test advances them. */
export const OPENING = new Date("2026-11-05T10:00:00Z");

/** Slack's error code of a refused SDK call. */
export async function refusalOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    if (typeof error === "object" && error !== null && "data" in error) {
      const { data } = error;
      if (typeof data === "object" && data !== null && "error" in data) return String(data.error);
    }
    throw error;
  }
  throw new Error("The call was not refused");
}
