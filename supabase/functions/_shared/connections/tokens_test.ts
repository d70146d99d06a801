import assert from "node:assert/strict";
import { createKeyRing } from "../crypto/key_ring.ts";
import { openToken, sealToken } from "./tokens.ts";

const key = (fill: number) => btoa(String.fromCharCode(...new Uint8Array(32).fill(fill)));
const alice = "11111111-1111-4111-8111-111111111111";
const bob = "22222222-2222-4222-8222-222222222222";

Deno.test("a token opens for the person, provider and field that it was sealed for", async () => {
  const ring = await createKeyRing(key(1));
  const envelope = await sealToken(ring, "xoxb-1", alice, "slack", "access_token");
  assert.equal(await openToken(ring, envelope, alice, "slack", "access_token"), "xoxb-1");
});

Deno.test("a token copied to another person's row, provider or field does not open, and the error never shows it", async () => {
  const ring = await createKeyRing(key(1));
  const envelope = await sealToken(ring, "xoxb-secret", alice, "slack", "access_token");
  for (
    const [user, provider, field] of [
      [bob, "slack", "access_token"],
      [alice, "google", "access_token"],
      [alice, "slack", "refresh_token"],
    ] as const
  ) {
    await assert.rejects(
      openToken(ring, envelope, user, provider, field),
      (error: Error & { code?: string }) =>
        error.code === "token_unreadable" && !error.message.includes("secret"),
    );
  }
});

Deno.test("after the key was changed, an old token opens with the old key in the ring and not without it", async () => {
  const envelope = await sealToken(await createKeyRing(key(1)), "xoxb-1", alice, "slack", "access_token");
  const rotated = await createKeyRing(key(2), key(1));
  assert.equal(await openToken(rotated, envelope, alice, "slack", "access_token"), "xoxb-1");
  await assert.rejects(openToken(await createKeyRing(key(2)), envelope, alice, "slack", "access_token"));
});
