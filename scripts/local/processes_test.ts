import assert from "node:assert/strict";

const fixtures = new URL("./fixtures/", import.meta.url);

Deno.test("a stack that is killed with -9 leaves no function behind", async () => {
  await functionDiesWith("keep_stack.ts", 5_000);
});

Deno.test("a function in an endless loop dies as well when its host is killed, by the kernel's limit", async () => {
  await functionDiesWith("keep_spinning.ts", 15_000);
});

async function functionDiesWith(script: string, withinMs: number): Promise<void> {
  const holder = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-lock", "--quiet", new URL(script, fixtures).pathname],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const { function: pid } = JSON.parse(await firstLine(holder.stdout));
  assert.equal(isAlive(pid), true);
  holder.kill("SIGKILL");
  await holder.status;
  const deadline = Date.now() + withinMs;
  while (isAlive(pid) && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
  const survived = isAlive(pid);
  if (survived) Deno.kill(pid, "SIGKILL");
  assert.equal(survived, false, `the function's process ${pid} was alive ${withinMs} ms later`);
}

async function firstLine(from: ReadableStream<Uint8Array>): Promise<string> {
  let text = "";
  const decoder = new TextDecoder();
  const reader = from.getReader();
  while (!text.includes("\n")) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`The holder ended before it said anything: ${text}`);
    text += decoder.decode(value, { stream: true });
  }
  await reader.cancel();
  return text.split("\n")[0] ?? "";
}

/** A process that has ended and waits for its parent to notice is not alive. */
function isAlive(pid: number): boolean {
  try {
    const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
    return stat.slice(stat.lastIndexOf(")") + 2, stat.lastIndexOf(")") + 3) !== "Z";
  } catch (error) {
    if (Deno.build.os === "linux") return false;
    return !(error instanceof Deno.errors.NotFound);
  }
}
