import { type Plan, PlannedFaults } from "../faults.ts";
import type { GoogleCall } from "./journal.ts";

/**
 * What can go wrong with a call. `afterEffect` plays it once the call has done its work: the answer is lost.
 */
export type GoogleFault =
  /** Over the quota, by either status; Retry-After (seconds) only if given, as Google seldom sends it. */
  | { kind: "rate_limited"; status?: 403 | 429; retryAfter?: number }
  /** A 5xx (or any other status) with a body that is not Google's. */
  | { kind: "http_status"; status: number; afterEffect?: boolean }
  /** An error in Google's form, e.g. 410 `fullSyncRequired`, 404 `notFound`, 403 `insufficientPermissions`. */
  | { kind: "google_error"; status: number; reason: string }
  /** 401: the access token has just expired. */
  | { kind: "expired_token" }
  /** The account's grant has just been revoked: this call and all later ones fail. */
  | { kind: "revoked_token" }
  /** 400 in the form of the OAuth endpoints. */
  | { kind: "oauth_error"; error: string }
  /** No answer until the client gives up. */
  | { kind: "timeout"; afterEffect?: boolean }
  /** The connection is closed without an answer. */
  | { kind: "connection_reset"; afterEffect?: boolean }
  /** HTTP 200 with the first half of the body. */
  | { kind: "truncated_json" }
  /** A page that claims to be empty and the last. */
  | { kind: "dropped_page" }
  /** The page's `nextPageToken` leads to this same page again. */
  | { kind: "repeated_page_token" }
  /** HTTP 200 without a body. */
  | { kind: "empty_200" };

/** A place in the stream of calls to Google and what shall happen there. */
export interface GoogleFaultPlan extends Plan<GoogleFault, GoogleCall> {
  /** Counts only calls of this method; every call if left out. */
  method?: string;
  /** Counts only calls of this account, by e-mail address. */
  account?: string;
}

/** Plays faults and hooks at chosen calls to Google. */
export class GoogleFaults extends PlannedFaults<GoogleFault, GoogleCall, GoogleFaultPlan> {
  constructor() {
    super(({ method = null, account = null }, call) =>
      (method === null || method === call.method) && (account === null || account === call.account)
    );
  }
}
