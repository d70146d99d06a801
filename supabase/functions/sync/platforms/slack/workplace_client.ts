/** Our Slack client before the simulated workplace, for tests. No function imports it. */
import type { AccessToken } from "@shared/connections/access_token.ts";
import { createEgress } from "@shared/http/egress.ts";
import { createLog } from "@shared/http/log.ts";
import { PlatformError } from "../connector.ts";
import type { Pace, RateBudget } from "../rate_budget.ts";
import { createSlackClient, type SlackClient } from "./slack_client.ts";

/** What of a simulated workplace the client needs to know. */
interface Reachable {
  readonly url: string;
  readonly installation: { readonly token: string };
  readonly team: { readonly id: string };
}

export interface WorkplaceClient extends SlackClient {
  /** The paces of the calls that were paid for, in order. */
  readonly taken: Pace[];
  readonly heldBack: {
    readonly key: string;
    readonly seconds: number;
    readonly learnt?: Omit<Pace, "key">;
  }[];
  readonly lines: string[];
}

/** The real client with a rate budget that only takes notes. */
export function workplaceClient(
  workplace: Reachable,
  options: { token?: string; signal?: AbortSignal; budget?: RateBudget; now?: () => number } = {},
): WorkplaceClient {
  const { token = workplace.installation.token, signal = new AbortController().signal } = options;
  const taken: Pace[] = [];
  const heldBack: WorkplaceClient["heldBack"] = [];
  const lines: string[] = [];
  const budget: RateBudget = {
    take(pace) {
      taken.push(pace);
      return options.budget?.take(pace) ?? Promise.resolve();
    },
    holdBack(pace, seconds, learnt) {
      heldBack.push({ key: pace.key, seconds, ...(learnt && { learnt }) });
      return options.budget?.holdBack(pace, seconds, learnt) ?? Promise.resolve();
    },
  };
  const log = createLog({ level: "debug", write: (line) => lines.push(line) });
  const client = createSlackClient({
    accessToken: standingToken(token),
    teamId: workplace.team.id,
    baseUrl: `${workplace.url}/slack`,
    egress: createEgress({ log, overrides: [workplace.url] }),
    budget,
    signal,
    ...(options.now && { now: options.now }),
  });
  return { ...client, taken, heldBack, lines };
}

/** A token that is never renewed, as of an app without token rotation: what Slack refuses stays refused. */
export function standingToken(token: string): AccessToken {
  return {
    current: () => Promise.resolve(token),
    renewed: () =>
      Promise.reject(
        new PlatformError("needs_reauth", "Slack no longer accepts our token.", { hint: "Reconnect Slack." }),
      ),
  };
}
