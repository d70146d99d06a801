import assert from "node:assert/strict";
import { join } from "node:path";
import { asTrusted, installProjectExtensions } from "./control_files.ts";

Deno.test("a control file becomes trusted once, however often it is marked, and keeps the rest", () => {
  const control = "comment = 'x'\nsuperuser = false\ntrusted = false\ndefault_version = '1.0'\n";
  const marked = asTrusted(control);
  assert.equal(marked, "comment = 'x'\ndefault_version = '1.0'\ntrusted = true\n");
  assert.equal(asTrusted(marked), marked);
});

Deno.test("the project's extensions are copied as trusted ones, except pg_cron, which is real here", async () => {
  const from = await Deno.makeTempDir();
  const to = await Deno.makeTempDir();
  const files = {
    "pg_net.control": "default_version = '0.20.4'\n",
    "pg_net--0.20.4.sql": "create schema net;\n",
    "pg_cron.control": "default_version = '1.6'\n",
    "pg_cron--1.6.sql": "create schema cron;\n",
    "notes.md": "not an extension\n",
  };
  for (const [name, text] of Object.entries(files)) await Deno.writeTextFile(join(from, name), text);

  assert.deepEqual(await installProjectExtensions(from, to), ["pg_net"]);

  const copied = [...Deno.readDirSync(to)].map((entry) => entry.name).sort();
  assert.deepEqual(copied, ["pg_net--0.20.4.sql", "pg_net.control"]);
  assert.match(await Deno.readTextFile(join(to, "pg_net.control")), /^trusted = true$/m);
  await Deno.remove(from, { recursive: true });
  await Deno.remove(to, { recursive: true });
});

Deno.test("a folder without extensions copies nothing", async () => {
  assert.deepEqual(await installProjectExtensions("/nowhere/at/all", "/nowhere/either"), []);
});
