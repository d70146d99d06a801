/** Goes the way of a person who connects an account: the consent page, the way back, and the confirmation in the app. */
import { z } from "zod";

export interface ConsentOptions {
  /** `…/functions/v1`. */
  readonly functionsUrl: string;
  /** Of the person who connects. */
  readonly accessToken: string;
  readonly provider: "slack" | "google" | "notion";
  readonly signal?: AbortSignal;
}

const page = z.object({ authorization_url: z.url() });
const landed = z.object({ status: z.literal("confirm"), confirmation: z.string() });
const confirmed = z.object({ status: z.string(), connection_id: z.uuid() });
export type Connected = z.output<typeof confirmed>;

/** Returns the connection. Works where the consent page agrees by itself, as the simulated workplace's does. */
export async function connectByConsent(options: ConsentOptions): Promise<Connected> {
  const { functionsUrl, accessToken, provider, signal } = options;
  const ask = async (path: string, init: RequestInit = {}): Promise<unknown> => {
    const headers = { authorization: `Bearer ${accessToken}`, "content-type": "application/json" };
    const answer = await fetch(`${functionsUrl}/api/integrations/${provider}/${path}`, {
      ...init,
      headers,
      ...(signal && { signal }),
    });
    const body = await answer.text();
    if (!answer.ok) throw new Error(`${provider} could not be connected: ${answer.status} ${body}`);
    return JSON.parse(body);
  };
  const { authorization_url } = page.parse(await ask("authorize"));
  const callback = await redirectOf(authorization_url, signal);
  const back = new URL(await redirectOf(callback, signal));
  const { confirmation } = landed.parse(Object.fromEntries(back.searchParams));
  return confirmed.parse(await ask("confirm", { method: "POST", body: JSON.stringify({ confirmation }) }));
}

async function redirectOf(url: string, signal?: AbortSignal): Promise<string> {
  const answer = await fetch(url, { redirect: "manual", ...(signal && { signal }) });
  const text = await answer.text();
  const location = answer.headers.get("location");
  if (location === null) throw new Error(`Nobody was sent on from ${new URL(url).pathname}: ${text}`);
  return location;
}
