import assert from "node:assert/strict";
import { Webhook } from "standardwebhooks";
import { eventIdOf, signatureProblem } from "./webhook_signature.ts";

const secret = `whsec_${btoa("a secret that both of us know")}`;
const body = '{"type":"email.delivered"}';
const now = new Date();
const seconds = Math.floor(now.getTime() / 1_000);

/** What is wrong with a signed request, after a test has done something to it. */
function fault(
  change: { headers?: Record<string, string>; body?: string; now?: Date; signedAt?: number } = {},
) {
  const at = change.signedAt ?? seconds;
  const headers = new Headers({
    "svix-id": "msg_1",
    "svix-timestamp": String(at),
    "svix-signature": new Webhook(secret).sign("msg_1", new Date(at * 1_000), body),
  });
  for (const [name, value] of Object.entries(change.headers ?? {})) {
    if (value === "") headers.delete(name);
    else headers.set(name, value);
  }
  return signatureProblem(headers, change.body ?? body, secret, change.now ?? now)?.code;
}

const later = (by: number) => new Date((seconds + by) * 1_000);
const other = new Webhook(`whsec_${btoa("a secret of somebody else")}`).sign("msg_1", now, body);
const right = new Webhook(secret).sign("msg_1", now, body);

Deno.test("what the holder of the secret signed is believed, under either sender's names of the headers", () => {
  assert.equal(fault(), undefined);
  const headers = new Headers({
    "webhook-id": "msg_1",
    "webhook-timestamp": String(seconds),
    "webhook-signature": right,
  });
  assert.equal(signatureProblem(headers, body, secret, now), undefined);
  assert.equal(eventIdOf(headers), "msg_1");
});

Deno.test("while a secret is changed, one right signature among several is enough", () => {
  assert.equal(fault({ headers: { "svix-signature": `${other} ${right}` } }), undefined);
});

Deno.test("another body, id, time, secret, scheme or an empty part is not believed", () => {
  assert.equal(fault({ body: `${body} ` }), "webhook_signature_wrong");
  assert.equal(fault({ headers: { "svix-id": "msg_2" } }), "webhook_signature_wrong");
  assert.equal(fault({ headers: { "svix-timestamp": String(seconds - 1) } }), "webhook_signature_wrong");
  assert.equal(fault({ headers: { "svix-signature": other } }), "webhook_signature_wrong");
  for (const signature of [right.replace("v1,", "v2,"), right.replace("v1,", ""), "v1", "v1,", ",", " "]) {
    const code = fault({ headers: { "svix-signature": signature } });
    assert.match(String(code), /^webhook_signature_(?:wrong|missing)$/, signature);
  }
  for (const name of ["svix-id", "svix-timestamp", "svix-signature"]) {
    assert.equal(fault({ headers: { [name]: "" } }), "webhook_signature_missing", name);
  }
  for (const timestamp of ["NaN", "-1", "1e9", `${seconds}x`, "9".repeat(30)]) {
    assert.equal(fault({ headers: { "svix-timestamp": timestamp } }), "webhook_signature_missing", timestamp);
  }
});

Deno.test("a signature is believed for five minutes, and from a clock that is as much ahead", () => {
  assert.equal(fault({ now: later(299) }), undefined);
  assert.equal(fault({ now: later(301) }), "webhook_signature_stale");
  assert.equal(fault({ now: later(-301) }), "webhook_signature_stale");
});
