import assert from "node:assert/strict";
import { toBase64url } from "./base64url.ts";
import { type Binding, needsReseal, open, seal } from "./envelope.ts";
import { createKeyRing } from "./key_ring.ts";
import { PipelineError } from "../http/problem.ts";

const freshKey = () => btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))));
const binding: Binding = {
  purpose: "platform_token",
  userId: "6f9619ff-8b86-4011-b42d-00c04fc964ff",
  provider: "slack",
  field: "access_token",
};

Deno.test("what was sealed opens with its own binding, whatever the text", async () => {
  const ring = await createKeyRing(freshKey());
  for (const text of ["", "xoxb-1", "ü😀\u0000\uFEFF", "x".repeat(20_000)]) {
    const envelope = await seal(ring, text, binding);
    assert.match(envelope, /^v1\.[0-9a-f]{8}\.[\w-]{16}\.[\w-]+$/);
    assert.deepEqual(await open(ring, envelope, binding), { ok: true, plaintext: text, needsReseal: false });
  }
});

Deno.test("no changed bit and no truncation opens", async () => {
  const ring = await createKeyRing(`main:${freshKey()}`);
  const envelope = await seal(ring, "xoxb-secret-token", binding);
  let tried = 0;
  for (let at = 0; at < envelope.length; at += 1) {
    for (let bit = 0; bit < 7; bit += 1) {
      const flipped = String.fromCharCode(envelope.charCodeAt(at) ^ (1 << bit));
      const changed = envelope.slice(0, at) + flipped + envelope.slice(at + 1);
      assert.equal((await open(ring, changed, binding)).ok, false, changed);
      tried += 1;
    }
    assert.equal((await open(ring, envelope.slice(0, at), binding)).ok, false);
    assert.equal((await open(ring, envelope + "A".repeat(at + 1), binding)).ok, false);
  }
  assert.ok(tried >= 360, `${tried}`);
});

Deno.test("a value moved to another user, provider, column or purpose does not open", async () => {
  const ring = await createKeyRing(freshKey());
  const envelope = await seal(ring, "token", binding);
  for (
    const other of [
      { ...binding, userId: "00000000-8b86-4011-b42d-00c04fc964ff" },
      { ...binding, provider: "google" },
      { ...binding, field: "refresh_token" },
      { ...binding, purpose: "webhook_secret" as const },
    ]
  ) assert.deepEqual(await open(ring, envelope, other), { ok: false, reason: "not_authentic" });
});

Deno.test("a rotation needs no downtime: the old key opens and asks for a new seal, the retired one is named", async () => {
  const [first, second] = [`k1:${freshKey()}`, `k2:${freshKey()}`];
  const before = await createKeyRing(first);
  const envelope = await seal(before, "token", binding);

  const during = await createKeyRing(second, ` ${first} ,`);
  assert.deepEqual(during.kids, ["k2", "k1"]);
  assert.equal(needsReseal(during, envelope), true);
  const opened = await open(during, envelope, binding);
  assert.deepEqual(opened, { ok: true, plaintext: "token", needsReseal: true });
  const resealed = await seal(during, "token", binding);
  assert.equal(needsReseal(during, resealed), false);

  const after = await createKeyRing(second);
  assert.equal((await open(after, resealed, binding)).ok, true);
  assert.deepEqual(await open(after, envelope, binding), { ok: false, reason: "unknown_key" });
});

Deno.test("what is no envelope is told apart from one of a later version", async () => {
  const ring = await createKeyRing(freshKey());
  assert.deepEqual(await open(ring, "v2.k.AAAA.BBBB", binding), { ok: false, reason: "unknown_version" });
  for (
    const text of ["", "xoxb-plain-token", "v1", "v1..a.b", "v1.k.AAAA.BBBB", "v1.k.a.b.c", "x.k.AAAA.BBBB"]
  ) {
    assert.deepEqual(await open(ring, text, binding), { ok: false, reason: "malformed" }, text);
    assert.equal(needsReseal(ring, text), false);
  }
});

Deno.test("the same key has the same id everywhere, and IVs do not repeat", async () => {
  const key = freshKey();
  const [ring, again] = [await createKeyRing(key), await createKeyRing(` ${key}\n`)];
  assert.equal(ring.activeKid, again.activeKid);
  const ivs = new Set<string | undefined>();
  for (let count = 0; count < 2_000; count += 1) ivs.add((await seal(ring, "x", binding)).split(".")[2]);
  assert.equal(ivs.size, 2_000);
});

Deno.test("a wrong key is named by its place, never by its text", async () => {
  const good = freshKey();
  const cases: [string, string, RegExp][] = [
    ["CANARY!", "", /INTEGRATION_ENCRYPTION_KEY is not base64/],
    [btoa("short"), "", /has 5 bytes instead of 32/],
    [`bad id:${good}`, "", /an id with other characters/],
    [`a:b:${good}`, "", /is not base64/],
    [good, `${good},CANARY!`, /key 2 of INTEGRATION_ENCRYPTION_KEYS_OLD is not base64/],
    [`k:${good}`, `k:${freshKey()}`, /has another key's id/],
  ];
  for (const [active, old, message] of cases) {
    await assert.rejects(() => createKeyRing(active, old), (error: unknown) => {
      assert.ok(error instanceof PipelineError && error.code === "encryption_key_invalid");
      assert.match(error.message, message);
      return !error.message.includes("CANARY") && !error.message.includes(good);
    });
  }
});

Deno.test("a binding that could be read in two ways is refused", async () => {
  const ring = await createKeyRing(freshKey());
  for (const wrong of [{ ...binding, field: "a|b" }, { ...binding, userId: "" }]) {
    await assert.rejects(() => seal(ring, "x", wrong), TypeError);
  }
});

Deno.test("an envelope opens as WebCrypto alone would open it, so the format can be read without this program", async () => {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  const ring = await createKeyRing(`k1:${toBase64url(bytes).replaceAll("-", "+").replaceAll("_", "/")}`);
  const [, kid, iv = "", sealed = ""] = (await seal(ring, "token", binding)).split(".");
  const raw = (text: string) =>
    Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  const encoder = new TextEncoder();
  const material = await crypto.subtle.importKey("raw", bytes, "HKDF", false, ["deriveKey"]);
  const info = encoder.encode("pipeline envelope v1 platform_token");
  const key = await crypto.subtle.deriveKey(
    { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info },
    material,
    { name: "AES-GCM", length: 256 },
    false,
    ["decrypt"],
  );
  const additionalData = encoder.encode(`v1|${kid}|${binding.userId}|slack|access_token`);
  const opened = await crypto.subtle.decrypt(
    { name: "AES-GCM", iv: raw(iv), additionalData },
    key,
    raw(sealed),
  );
  assert.equal(new TextDecoder().decode(opened), "token");
});
