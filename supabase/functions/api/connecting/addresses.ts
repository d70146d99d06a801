/** Where the provider sends people back to, and where we send them from there. */
import { PipelineError } from "@shared/http/problem.ts";
import { apiAddress } from "@shared/http/public_address.ts";
import type { Provider } from "@shared/connections/tokens.ts";
import type { ApiEnvironment } from "../api_context.ts";

type Addresses = Pick<ApiEnvironment, "API_URL" | "SUPABASE_URL" | "FRONTEND_URL" | "ALLOWED_REDIRECTS">;

/** The redirect address to register at the provider. */
export function callbackUrl(provider: Provider, addresses: Addresses): string {
  return `${apiAddress(addresses)}/integrations/${provider}/callback`;
}

/** Where people land who asked for nothing else; undefined when no address is configured. */
export function homeAddress({ FRONTEND_URL, ALLOWED_REDIRECTS = [] }: Addresses): string | undefined {
  return FRONTEND_URL ?? ALLOWED_REDIRECTS[0];
}

/**
 * The address to send a person to after connecting: the one they asked for, when it is exactly one of those configured.
 *
 * @throws {PipelineError} 422 `redirect_not_allowed`, 503 `not_configured` when there is none at all
 */
export function landingAddress(asked: string | undefined, addresses: Addresses): string {
  const home = homeAddress(addresses);
  if (home === undefined) {
    throw new PipelineError({
      code: "not_configured",
      message: "FRONTEND_URL is missing, so nobody could come back from connecting. Nothing was done.",
      hint: "Set it to where people use the product; docs/connecting.md has the rest.",
      status: 503,
      details: { variables: ["FRONTEND_URL"] },
    });
  }
  if (asked === undefined) return home;
  const allowed = [...addresses.ALLOWED_REDIRECTS ?? [], ...home === undefined ? [] : [home]];
  const wanted = asked.replace(/\/+$/, "");
  const found = allowed.find((address) => address === wanted);
  if (found !== undefined) return found;
  throw new PipelineError({
    code: "redirect_not_allowed",
    message: "The address in 'redirect_to' is not one that people may be sent to. Nothing was done.",
    hint: "Add the exact address, without query and fragment, to ALLOWED_REDIRECTS.",
    status: 422,
  });
}

/** How connecting ended, as the frontend reads it. */
export interface Landing {
  readonly provider: Provider;
  readonly status: "confirm" | "denied" | "error";
  /** What the frontend sends to `POST /integrations/{provider}/confirm`. */
  readonly confirmation?: string;
  /** Our code of what went wrong. */
  readonly code?: string;
  /** A sentence of ours for the person. */
  readonly message?: string;
}

/** Sends a browser to the frontend. */
export function redirectTo(address: string, landing: Landing): Response {
  const url = new URL(address);
  for (const [name, value] of Object.entries(landing)) url.searchParams.set(name, value);
  return new Response(null, { status: 302, headers: { location: url.href } });
}
