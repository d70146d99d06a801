/**
 * Where the functions may send a request: a fixed list of providers, plus the bases that the operator configured.
 * Only exact names pass, so nothing that a message, a page or a model says can choose the destination.
 */

/** The providers' own hosts; every one of them over https on its standard port. */
const providerHosts: ReadonlySet<string> = new Set([
  "slack.com",
  "api.anthropic.com",
  "api.openai.com",
  "api.resend.com",
  "gmail.googleapis.com",
  "www.googleapis.com",
  "oauth2.googleapis.com",
  "openidconnect.googleapis.com",
  "api.notion.com",
]);

/**
 * Hosts that stay on this machine: loopback, and what a functions container of `supabase functions serve` sees of it:
 * the machine as `host.docker.internal`, the gateway as `kong` (the CLI gives functions SUPABASE_URL=http://kong:8000).
 */
const localHosts: ReadonlySet<string> = new Set([
  "127.0.0.1",
  "localhost",
  "[::1]",
  "host.docker.internal",
  "kong",
]);

export type AddressVerdict =
  | { readonly ok: true; readonly url: URL }
  | { readonly ok: false; readonly reason: "not_a_url" | "scheme" | "credentials" | "port" | "host" };

/** Decides about addresses; made by {@link createAddressBook}. */
export type AddressBook = (address: string | URL) => AddressVerdict;

/**
 * The judge of outward addresses. `overrides` are base URLs from the environment (`SLACK_BASE_URL` and the like): their
 * exact origins pass as well, http only when they stay on this machine.
 *
 * @throws {TypeError} when an override cannot be used, naming it without its path and query.
 */
export function createAddressBook(overrides: readonly (string | undefined)[] = []): AddressBook {
  const overrideOrigins = new Set(
    overrides.flatMap((base) => base === undefined ? [] : [overrideOrigin(base)]),
  );
  return (address) => {
    const url = parse(address);
    if (url === undefined) return { ok: false, reason: "not_a_url" };
    if (url.username !== "" || url.password !== "") return { ok: false, reason: "credentials" };
    if (overrideOrigins.has(url.origin)) return { ok: true, url };
    if (url.protocol !== "https:") return { ok: false, reason: "scheme" };
    if (url.port !== "") return { ok: false, reason: "port" };
    return providerHosts.has(url.hostname) ? { ok: true, url } : { ok: false, reason: "host" };
  };
}

function overrideOrigin(base: string): string {
  const url = parse(base);
  if (url === undefined) throw new TypeError("Cannot use a base URL as it is not a URL");
  if (url.username !== "" || url.password !== "") {
    throw new TypeError(`Cannot use the base URL of '${url.host}' as it contains a user name or password`);
  }
  if (url.protocol === "https:" || (url.protocol === "http:" && localHosts.has(url.hostname))) {
    return url.origin;
  }
  throw new TypeError(
    `Cannot use the base URL of '${url.host}' as only https, or http on this machine, is allowed`,
  );
}

function parse(address: string | URL): URL | undefined {
  try {
    // A relative address has no base here, so it is refused like any other text.
    return new URL(String(address));
  } catch {
    return undefined;
  }
}

/** A path for the log: words of the API stay, whatever could be an identifier, an address or a secret becomes `:id`. */
export function operationOf(url: URL): string {
  return url.pathname.split("/").slice(0, 10).map((segment) => {
    const word = /^(?:(?:[a-z][A-Za-z_]{0,24}|v\d{1,2})(?:\.(?:[a-z][A-Za-z_]{0,24}|v\d{1,2})){0,3})?$/;
    return word.test(segment) ? segment : ":id";
  }).join("/").replace(/\/+/g, "/").replace(/\/$/, "");
}
