import assert from "node:assert/strict";
import { join } from "node:path";
import { appendToDotenv, formatDotenv, readDotenv, variableSource } from "./dotenv_file.ts";

Deno.test("the shell wins over the file, and an empty variable counts as unset", () => {
  const source = variableSource((name) => ({ A: "shell", B: " " })[name], { A: "file", B: "file", C: "" });
  assert.deepEqual([source("A"), source("B"), source("C"), source("D")], [
    "shell",
    "file",
    undefined,
    undefined,
  ]);
});

Deno.test("a variable that is added to .env is read back, whatever the last line was, and others cannot read the file", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = join(folder, ".env");
    assert.deepEqual({ ...await readDotenv(path) }, {});
    await appendToDotenv(path, "ONE", "1");
    assert.equal(((await Deno.stat(path)).mode ?? 0) & 0o077, 0);
    await Deno.writeTextFile(path, "OTHER=2 # without a line's end");
    await appendToDotenv(path, "THREE", "3");
    assert.deepEqual({ ...await readDotenv(path) }, { OTHER: "2", THREE: "3" });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a value with every quote there is is refused by its name alone", () => {
  assert.throws(() => formatDotenv(new Map([["KEY", "a'b`c"]])), (error) => {
    assert.ok(error instanceof RangeError);
    assert.match(error.message, /^KEY holds/);
    assert.doesNotMatch(error.message, /a'b/);
    return true;
  });
});
