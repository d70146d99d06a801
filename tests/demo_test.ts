import assert from "node:assert/strict";

const root = new URL("..", import.meta.url);

Deno.test("the demo ends with one mail that quotes the workplace, and says where its HTML is", async () => {
  const demo = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "--no-lock", "scripts/demo.ts", "--seed", "7", "--port", "0"],
    cwd: root,
    stdin: "null",
    env: { NO_COLOR: "1" },
  });
  const { code, stdout, stderr } = await demo.output();
  const said = new TextDecoder().decode(stdout);
  assert.equal(code, 0, `${said}\n${new TextDecoder().decode(stderr)}`);
  assert.match(said, /demo with seed 7/);
  assert.match(said, /✓ Slack synced .* \d+ messages from 5 sources/);
  assert.match(said, /✓ Gmail synced .* \d+ mails from 5 sources/);
  assert.match(said, /✓ Calendar synced .* \d+ events from \d sources/);
  assert.match(said, /✓ Notion synced .* \d+ pages from 10 sources/);
  assert.match(said, /✓ mail delivered .* once: 1 mail in the inbox/);
  assert.match(said, /Your week\n\s+=+/);
  const [, quoted = ""] = /It quotes what .* UTC:\n\s+“(.*)/.exec(said) ?? [];
  const beginning = quoted.slice(0, 30).replace(/[”“]/g, "");
  assert.ok(
    beginning.length > 10 && said.indexOf(beginning) < said.lastIndexOf(beginning),
    `"${beginning}" stands in the mail too`,
  );
  const [, file = ""] = /The mail as HTML: (\S+)/.exec(said) ?? [];
  assert.match(await Deno.readTextFile(file), /^<!doctype html>/);
});
