/** Our Google client before the simulated workplace, for tests. No function imports it. */
import type { AccessToken } from "@shared/connections/access_token.ts";
import { createEgress } from "@shared/http/egress.ts";
import { createLog } from "@shared/http/log.ts";
import { PipelineError } from "@shared/http/problem.ts";
import type { RateBudget } from "../rate_budget.ts";
import { createGoogleClient, type GoogleClient } from "./google_client.ts";

interface Grant {
  readonly state: string;
}

/** What of a simulated workplace the client needs to know. */
interface Reachable<G extends Grant> {
  readonly googleUrl: string;
  readonly google: { readonly grant: G; readonly grants: { accessToken(grant: G): string } };
}

export interface WorkplaceGoogleClient extends GoogleClient {
  /** Keys and units of the calls that were paid for, in order. */
  readonly taken: { readonly key: string; readonly units: number | undefined }[];
  readonly heldBack: { readonly key: string; readonly seconds: number }[];
  readonly lines: string[];
  /** How often a token was renewed. */
  readonly renewals: () => number;
}

/** The real client with a rate budget that only takes notes; its token is renewed as long as the grant lives. */
export function workplaceClient<G extends Grant>(
  workplace: Reachable<G>,
  options: { grant?: G; signal?: AbortSignal; timeoutMs?: number } = {},
): WorkplaceGoogleClient {
  const { google, googleUrl } = workplace;
  const { grant = google.grant, signal = new AbortController().signal, timeoutMs } = options;
  const taken: { key: string; units: number | undefined }[] = [];
  const heldBack: { key: string; seconds: number }[] = [];
  const lines: string[] = [];
  const budget: RateBudget = {
    take: ({ key }, units) => Promise.resolve(void taken.push({ key, units })),
    holdBack: ({ key }, seconds) => Promise.resolve(void heldBack.push({ key, seconds })),
  };
  let token = google.grants.accessToken(grant);
  let renewals = 0;
  const accessToken: AccessToken = {
    current: () => Promise.resolve(token),
    renewed: () => {
      renewals += 1;
      if (grant.state !== "active") {
        const problem = { code: "needs_reauth", message: "The grant is over.", status: 409 };
        return Promise.reject(new PipelineError(problem));
      }
      token = google.grants.accessToken(grant);
      return Promise.resolve(token);
    },
  };
  const log = createLog({ level: "debug", write: (line) => lines.push(line) });
  const egress = createEgress({ log, overrides: [googleUrl], ...(timeoutMs !== undefined && { timeoutMs }) });
  const client = createGoogleClient({ accessToken, egress, budget, signal, baseUrl: googleUrl });
  return { ...client, taken, heldBack, lines, renewals: () => renewals };
}
