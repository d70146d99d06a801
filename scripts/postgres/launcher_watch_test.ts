import assert from "node:assert/strict";
import { chainHolds, launcherChain, type Look, lookInProc, type ProcessLook } from "./launcher_watch.ts";

/** us 50 ← deno task 40 ← sh -c 30 ← npm 20 ← the shell 10 ← init 1 */
function world(): Map<number, ProcessLook> {
  return new Map([
    [50, { parent: 40, launcher: true }],
    [40, { parent: 30, launcher: true }],
    [30, { parent: 20, launcher: true }],
    [20, { parent: 10, launcher: true }],
    [10, { parent: 1, launcher: false }],
  ]);
}

const lookAt = (processes: Map<number, ProcessLook>): Look => (pid) => processes.get(pid);

Deno.test("the chain holds every launcher and the shell above them, and ends there", () => {
  assert.deepEqual(launcherChain(50, lookAt(world())), [40, 30, 20, 10]);
});

Deno.test("a launcher far above us that dies breaks the chain although our parent lives", () => {
  const processes = world();
  const chain = launcherChain(50, lookAt(processes));
  assert.equal(chainHolds(50, chain, lookAt(processes)), true);
  processes.delete(20);
  processes.set(30, { parent: 1, launcher: true });
  assert.equal(chainHolds(50, chain, lookAt(processes)), false);
});

Deno.test("a process adopted by init before we looked has an empty chain, which never breaks", () => {
  const look = lookAt(new Map([[50, { parent: 1, launcher: true }]]));
  assert.deepEqual(launcherChain(50, look), []);
  assert.equal(chainHolds(50, [], look), true);
});

Deno.test({
  name: "this test's own process is found in /proc with its real parent",
  ignore: Deno.build.os !== "linux",
  fn: () => assert.equal(lookInProc(Deno.pid)?.parent, Deno.ppid),
});
