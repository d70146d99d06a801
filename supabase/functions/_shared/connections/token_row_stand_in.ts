/** One row of `pipeline.connection_tokens` for unit tests: it answers as the database does. No function imports it. */
import { type RpcStandIn, rpcStandIn } from "../db/rpc_stand_in.ts";

export interface TokenRow {
  access_token: string;
  refresh_token: string | null;
  expires_at: string | null;
  status: "active" | "needs_reauth";
  lease?: string;
  leaseUntil: number;
  failedAt: number;
}

export interface TokenRowStandIn {
  readonly row: TokenRow;
  readonly database: RpcStandIn;
  /** How often the connection was marked. */
  readonly marked: () => number;
}

export function tokenRowStandIn(
  tokens: Pick<TokenRow, "access_token" | "refresh_token"> & { expires_at?: string },
  now: () => Date,
): TokenRowStandIn {
  const row: TokenRow = { expires_at: null, ...tokens, status: "active", leaseUntil: 0, failedAt: -Infinity };
  let marked = 0;
  const mark = () => {
    if (row.status !== "active") return false;
    row.status = "needs_reauth";
    marked += 1;
    return true;
  };
  const database = rpcStandIn({
    begin_token_refresh: ({ p_stale }) => {
      const { access_token, refresh_token, expires_at } = row;
      if (access_token !== p_stale) return { state: "renewed", access_token, refresh_token, expires_at };
      if (row.status === "needs_reauth" || refresh_token === null) {
        return { state: "impossible", reason: null };
      }
      if (row.lease !== undefined && row.leaseUntil > now().getTime()) return { state: "wait" };
      if (row.failedAt > now().getTime() - 5_000) return { state: "failed" };
      row.lease = crypto.randomUUID();
      row.leaseUntil = now().getTime() + 15_000;
      return { state: "yours", lease: row.lease, refresh_token };
    },
    finish_token_refresh: ({ p_stale, p_access_token, p_refresh_token, p_expires_in }) => {
      if (row.access_token !== p_stale) return false;
      row.access_token = p_access_token;
      row.refresh_token = p_refresh_token ?? row.refresh_token;
      const seconds = typeof p_expires_in === "string" ? Number.parseInt(p_expires_in) : undefined;
      row.expires_at = seconds === undefined
        ? null
        : new Date(now().getTime() + seconds * 1_000).toISOString();
      row.lease = undefined;
      row.status = "active";
      return true;
    },
    fail_token_refresh: ({ p_refresh_lease, p_refused }) => {
      if (row.lease !== p_refresh_lease) return false;
      row.lease = undefined;
      if (p_refused === undefined) row.failedAt = now().getTime();
      return p_refused !== undefined && mark();
    },
    needs_reauth: mark,
  });
  return { row, database, marked: () => marked };
}
