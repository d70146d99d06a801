import assert from "node:assert/strict";
import { spawnWithLifeline } from "./lifeline.ts";

/** Ignores every polite signal and has a child that does the same: the worst behaved command there is. */
const STUBBORN = `trap '' TERM INT HUP; (trap '' TERM INT HUP; while :; do sleep 1; done) & ` +
  `echo running; while :; do sleep 1; done`;

/** Reads until the text appears. */
async function readUntil(reader: ReadableStreamDefaultReader<Uint8Array>, text: string): Promise<void> {
  let read = "";
  while (!read.includes(text)) {
    const { value, done } = await reader.read();
    assert.equal(done, false, `it ended after printing ${JSON.stringify(read)}`);
    read += new TextDecoder().decode(value);
  }
}

/** Resolves once every process that holds the pipe has gone: that is what closes it. */
async function readToTheEnd(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  while (!(await reader.read()).done);
}

async function isThere(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

Deno.test("a command that ends by itself hands over its exit code and its folder is deleted", async () => {
  const folder = await Deno.makeTempDir();
  const child = spawnWithLifeline(["bash", "-c", "exit 7"], { deleteAfter: folder });
  assert.equal(await child.ended, 7);
  await child.stop();
  assert.equal(await isThere(folder), false);
});

Deno.test("stop() ends a command that ignores signals, and the child that it left running", async () => {
  const folder = await Deno.makeTempDir();
  const child = spawnWithLifeline(["bash", "-c", STUBBORN], {
    graceSeconds: 0,
    deleteAfter: folder,
    stdout: "piped",
    stderr: "null",
  });
  const output = child.process.stdout.getReader();
  await readUntil(output, "running");
  assert.notEqual(await child.stop(), 0);
  await readToTheEnd(output);
  assert.equal(await isThere(folder), false);
});

Deno.test("kill -9 of the starter ends the command, its children and its folder", async () => {
  const folder = await Deno.makeTempDir();
  const starter = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--allow-run",
      "--allow-read",
      "-",
    ],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const program = `import { spawnWithLifeline } from ${
    JSON.stringify(new URL("./lifeline.ts", import.meta.url).href)
  };
    const child = spawnWithLifeline(["bash", "-c", ${JSON.stringify(STUBBORN)}], {
      graceSeconds: 0, deleteAfter: ${JSON.stringify(folder)}, stdout: "inherit", stderr: "null" });
    await child.ended;`;
  const writer = starter.stdin.getWriter();
  await writer.write(new TextEncoder().encode(program));
  await writer.close();
  const output = starter.stdout.getReader();
  await readUntil(output, "running");
  starter.kill("SIGKILL");
  await starter.status;
  // lifeline.sh holds the pipe too, so the end of it means that the cleaning is done as well.
  await readToTheEnd(output);
  assert.equal(await isThere(folder), false);
});

Deno.test("SIGTERM to the lifeline itself is passed on and the command's own exit code comes back", async () => {
  const child = spawnWithLifeline(
    ["bash", "-c", "trap 'exit 5' TERM; echo running; while :; do sleep 0.1; done"],
    { stdout: "piped", stderr: "null" },
  );
  const output = child.process.stdout.getReader();
  await readUntil(output, "running");
  child.process.kill("SIGTERM");
  assert.equal(await child.ended, 5);
  await child.stop();
  await readToTheEnd(output);
});
