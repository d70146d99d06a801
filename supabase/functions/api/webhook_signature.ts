/**
 * The signature of Standard Webhooks (https://www.standardwebhooks.com), which Resend sends under Svix's names of the
 * headers: HMAC-SHA-256 over `id.timestamp.body`. Several may come along while the sender changes its secret.
 */
import { Webhook } from "standardwebhooks";
import type { Problem } from "@shared/http/problem.ts";

/** Seconds by which a signature may be old, or a clock ahead; the same as the library's own. */
const tolerance = 300;

/** Which event it is: the same when it is sent again. Believed only when it is signed. */
export function eventIdOf(headers: Headers): string {
  return part(headers, "id");
}

/**
 * Why a request is not believed; undefined when it comes from whoever knows the secret.
 *
 * @param secret `whsec_` and base64
 */
export function signatureProblem(
  headers: Headers,
  body: string,
  secret: string,
  now: Date,
): Problem | undefined {
  const [id, timestamp, signature] = [
    eventIdOf(headers),
    part(headers, "timestamp"),
    part(headers, "signature"),
  ];
  if (!/^[\w.-]{1,200}$/.test(id) || !/^\d{1,12}$/.test(timestamp) || signature === "") {
    return { ...refused, code: "webhook_signature_missing", message: missing };
  }
  if (Math.abs(now.getTime() / 1_000 - Number(timestamp)) > tolerance) {
    return { ...refused, code: "webhook_signature_stale", message: stale };
  }
  try {
    new Webhook(secret).verify(body, {
      "webhook-id": id,
      "webhook-timestamp": timestamp,
      "webhook-signature": signature,
    }, { jsonParse: false });
    return undefined;
  } catch {
    return { ...refused, code: "webhook_signature_wrong", message: wrong };
  }
}

function part(headers: Headers, name: string): string {
  return headers.get(`svix-${name}`) ?? headers.get(`webhook-${name}`) ?? "";
}

const refused = {
  hint: "RESEND_WEBHOOK_SECRET is the signing secret of this endpoint in Resend's dashboard.",
  status: 401,
};
const missing = "The event carries no signature, or only parts of one. Nothing was done.";
const stale = "The event was signed more than five minutes ago. Nothing was done.";
const wrong = "The event was not signed with this project's secret. Nothing was done.";
