/** What mail and calendars of a sweep share: the company's first person's grant, and Google's faults by their common names. */
import type { GoogleFault } from "../local/workplace/google/faults.ts";
import { ACCESS_SECONDS, type Grant as GoogleGrant } from "../local/workplace/google/grants.ts";
import type { PlannedFault } from "../local/workplace/faults.ts";
import type { Workplace } from "../local/workplace/workplace.ts";
import type { FaultKind, Grant } from "./platform_world.ts";

export interface GoogleSide {
  readonly grant: Grant;
  regrant(): void;
  inject(kind: FaultKind, call: number, hangUp: () => void): PlannedFault;
}

export function googleSide({ google }: Workplace): GoogleSide {
  const { faults, grants } = google;
  let given: GoogleGrant = google.grant;
  const stored = (): Grant => ({
    provider: "google",
    accountId: given.account.sub,
    accountName: given.account.email,
    scopes: given.scopes,
    metadata: { email: given.account.email },
    accessToken: grants.accessToken(given),
    refreshToken: given.refreshToken,
    // By the real clock, as its keeper counts.
    expiresAt: new Date(Date.now() + ACCESS_SECONDS * 1000),
  });
  const plan = (call: number, fault: GoogleFault, before?: () => void) =>
    faults.at({ call, fault, ...(before && { before }) });
  return {
    get grant() {
      return stored();
    },
    regrant() {
      given = grants.issue(given.account, given.scopes);
    },
    inject(kind, call, hangUp) {
      switch (kind) {
        // Every other call by the other status: Google answers either way.
        case "rate_limited":
          return plan(call, { kind: "rate_limited", status: call % 2 === 0 ? 403 : 429, retryAfter: 30 });
        case "server_error":
          return plan(call, { kind: "http_status", status: 500 });
        case "timeout":
          return plan(call, { kind: "timeout" }, hangUp);
        case "expired_token":
        case "revoked_token":
        case "truncated_json":
        case "dropped_page":
        case "repeated_page_token":
        case "empty_200":
          return plan(call, { kind });
      }
    },
  };
}
