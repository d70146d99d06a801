import assert from "node:assert/strict";
import { join } from "node:path";
import { projectFolder } from "../postgres/installation.ts";
import { functionFolders } from "./function_folders.ts";
import { howToBeRefused } from "./how_to_be_refused.ts";
import { runUpload } from "./stand_ins/uploaded_function.ts";

/**
 * What the server-side bundler of `functions deploy --use-api` takes; 20 MB is for bundles made with Docker.
 * https://supabase.com/docs/guides/functions/limits
 */
const LARGEST_BUNDLE = 5_000_000;

const workdir = projectFolder();

for (const name of await functionFolders(workdir)) {
  Deno.test(`${name} bundles into one file below 5 MB that boots by itself and refuses strangers`, async (test) => {
    const folder = await Deno.makeTempDir({ prefix: "bundle-" });
    try {
      const file = join(folder, "index.js");
      const { code, stderr } = await new Deno.Command(Deno.execPath(), {
        args: [
          ...["bundle", "--quiet", "--no-lock", "--minify", "--platform=deno", `--output=${file}`],
          join(workdir, "supabase", "functions", name, "index.ts"),
        ],
        cwd: workdir,
      }).output();
      assert.equal(code, 0, new TextDecoder().decode(stderr));
      const { size } = await Deno.stat(file);
      await test.step(`${(size / 1e6).toFixed(2)} MB`, () => assert.ok(size < LARGEST_BUNDLE));

      const running = await runUpload({
        slug: name,
        metadata: { entrypoint_path: "index.js", import_map_path: "import_map.json", verify_jwt: false },
        files: new Map([["index.js", await Deno.readTextFile(file)], ["import_map.json", "{}"]]),
      }, everyVariable);
      try {
        const { path, init, code } = howToBeRefused(name);
        const response = await fetch(`${running.url}/${name}${path}`, init);
        const answer = await response.json();
        assert.deepEqual([response.status, answer.code], [401, code], JSON.stringify(answer));
      } finally {
        await running.stop();
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

const everyVariable = {
  SUPABASE_URL: "http://127.0.0.1:1",
  SUPABASE_SECRET_KEYS: '{"default":"sb_secret_none"}',
  SUPABASE_PUBLISHABLE_KEYS: '{"default":"sb_publishable_none"}',
  WAKE_UP_SECRET: "no-secret-at-all-0000",
  INTEGRATION_ENCRYPTION_KEY: "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
  ANTHROPIC_API_KEY: "none",
  RESEND_API_KEY: "none",
  RESEND_FROM_EMAIL: "Nobody <nobody@example.com>",
};
