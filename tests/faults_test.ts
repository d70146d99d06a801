/**
 * The fault test in small, and the tests of that test: it must notice when one of the queue's protections is missing.
 * The whole of it is `deno task test:faults`.
 */
import assert from "node:assert/strict";
import { runFaults } from "../scripts/faults/fault_run.ts";
import { VARIANTS } from "../scripts/faults/variant.ts";

Deno.test({
  name:
    "functions and Postgres are killed, wake-ups lost and repeated: nothing is lost or doubled, and without fence or claim lock it shows",
  // CI runs this where Postgres 17 is there to be crashed; every run makes a cluster of its own.
  ignore: Deno.env.get("DATABASE_URL") === undefined,
  async fn(test) {
    // Side by side, because each waits most of its time for leases to run out.
    const [whole, noFence, noClaimLock] = await Promise.all(
      VARIANTS.map((variant) => runFaults({ seed: 11, tickets: 60, variant })),
    );
    await test.step("with all its protections the run is clean, and every fault happened", () => {
      assert.deepEqual(whole?.verdict.violations, []);
      assert.ok((whole?.verdict.done ?? 0) > 30, "most tickets are done");
    });
    await test.step("without the fence zombies write what others have written", () => {
      assert.ok((noFence?.verdict.doubled ?? 0) > 0, JSON.stringify(noFence));
      assert.equal(noFence?.counts.zombieWritesRefused, 0, "and nobody refuses them");
    });
    await test.step("without the claim lock one ticket goes to two workers", () => {
      assert.ok((noClaimLock?.verdict.doubleClaims ?? 0) > 0, JSON.stringify(noClaimLock));
    });
  },
});
