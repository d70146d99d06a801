import assert from "node:assert/strict";
import { hmacHex } from "./hmac.ts";

Deno.test("the published test vector comes out", async () => {
  // RFC 4231, test case 2.
  assert.equal(
    await hmacHex("what do ya want for nothing?", "Jefe"),
    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  );
});
