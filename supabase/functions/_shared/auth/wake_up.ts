/**
 * Wake-ups: requests by which the project's database wakes a function. Each is signed with a secret that never travels:
 * HMAC-SHA256 over `<timestamp>.<body>`, in hex, the timestamp in unix seconds.
 *
 * A wake-up carries no job and causes nothing twice; still, one that is older than five minutes is refused, and its
 * signature is returned so that the caller can refuse to act on the same one again.
 */
import { equalInConstantTime } from "../crypto/constant_time.ts";
import { hmacHex } from "../crypto/hmac.ts";
import type { Problem } from "../http/problem.ts";

export const TIMESTAMP_HEADER = "x-pipeline-timestamp";
export const SIGNATURE_HEADER = "x-pipeline-signature";

/** How far the two clocks may be apart, in seconds; as Slack and Stripe allow for their webhooks. */
const toleranceSeconds = 300;
/** A wake-up says who is woken and why. Whatever is longer than this is none. */
const largestBody = 64 * 1024;

export interface WakeUpSecrets {
  readonly current: string;
  /** Still accepted while the secret is being changed. */
  readonly previous?: string;
}

export type VerifiedWakeUp =
  | {
    readonly ok: true;
    /** The raw body; parse it only now. */
    readonly body: string;
    /** Unix seconds at which the database signed. */
    readonly timestamp: number;
    /** Unique to this timestamp and body: who must not act twice remembers it for ten minutes. */
    readonly signature: string;
  }
  | { readonly ok: false; readonly problem: Problem };

/** Signs a body as the database does. `timestamp` is in unix seconds. */
export async function signWakeUp(body: string, secret: string, timestamp: number): Promise<string> {
  return await hmacHex(`${timestamp}.${body}`, secret);
}

/**
 * Verifies a request before anything in it is believed. Reads the body raw and at most 64 KB of it.
 *
 * @param now the present moment, for the timestamp's age
 */
export async function verifyWakeUp(
  request: Request,
  secrets: WakeUpSecrets,
  now: Date,
): Promise<VerifiedWakeUp> {
  const body = await readBody(request);
  if (body === undefined) return { ok: false, problem: tooLarge };
  const timestampText = request.headers.get(TIMESTAMP_HEADER) ?? "";
  const signature = request.headers.get(SIGNATURE_HEADER) ?? "";
  if (!/^\d{1,12}$/.test(timestampText) || !/^[0-9a-f]{64}$/.test(signature)) {
    return refused("wake_up_unsigned");
  }
  const timestamp = Number(timestampText);
  if (Math.abs(now.getTime() / 1000 - timestamp) > toleranceSeconds) return refused("wake_up_stale");
  // The text of the header is what was signed, so '00123' and '123' are not the same timestamp.
  const signed = `${timestampText}.${body}`;
  const accepted = [secrets.current, secrets.previous].filter((secret) =>
    secret !== undefined && secret !== ""
  );
  let matches = false;
  for (const secret of accepted) {
    const expected = await hmacHex(signed, secret ?? "");
    matches = await equalInConstantTime(expected, signature) || matches;
  }
  return matches ? { ok: true, body, timestamp, signature } : refused("wake_up_signature_wrong");
}

/** The body's text, or undefined when it is larger than allowed. What is no valid UTF-8 cannot match a signature. */
async function readBody(request: Request): Promise<string | undefined> {
  if (Number(request.headers.get("content-length") ?? 0) > largestBody) {
    await request.body?.cancel();
    return undefined;
  }
  const decoder = new TextDecoder();
  let [text, size] = ["", 0];
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    // Leaving the loop cancels the stream.
    if (size > largestBody) return undefined;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

const tooLarge: Problem = {
  code: "wake_up_too_large",
  message: "The wake-up's body is larger than 64 KB. It was not read, and nothing was done.",
  status: 413,
};

const messages = {
  wake_up_unsigned: "The request carries no wake-up signature. Nothing was done.",
  wake_up_stale: "The wake-up's timestamp is more than five minutes away from now. Nothing was done.",
  wake_up_signature_wrong: "The wake-up's signature does not match its timestamp and body. Nothing was done.",
} as const;

const hints = {
  wake_up_unsigned:
    `Only the project's database wakes this function, with '${TIMESTAMP_HEADER}' and '${SIGNATURE_HEADER}'.`,
  wake_up_stale:
    "If the database sent it just now, compare the clocks; else it is a repetition, and harmless.",
  wake_up_signature_wrong: "Vault's 'wake_up_secret' and the functions' WAKE_UP_SECRET must be the same.",
} as const;

function refused(code: keyof typeof messages): VerifiedWakeUp {
  return { ok: false, problem: { code, message: messages[code], hint: hints[code], status: 401 } };
}
