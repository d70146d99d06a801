import assert from "node:assert/strict";
import plugin from "./house_rules.ts";

/** What the plugin says about a source at a path of the project, as `rule: message` lines. */
function lint(path: string, source: string): string[] {
  return Deno.lint.runPlugin(plugin, `/anywhere/project/${path}`, source).map(({ id, message }) =>
    `${id}: ${message}`
  );
}

const rulesFor = (path: string, source: string) => lint(path, source).map((line) => line.split(":")[0]);
const room = "supabase/functions/_shared/llm/writer.ts";

Deno.test("every way round the egress is found in the functions", () => {
  const ways = [
    'await fetch("https://x.example");',
    "const f = fetch;",
    "new Client({ fetch });",
    "new Client({ fetch: fetch });",
    "call(fetch);",
    "export const f = (input = fetch) => input;",
    'globalThis.fetch("https://x.example");',
    'globalThis["fetch"]("https://x.example");',
    "self.fetch(url);",
    "const { fetch: f } = globalThis;",
    'new WebSocket("wss://x.example");',
    "new globalThis.WebSocket(url);",
    'new EventSource("https://x.example");',
    'await Deno.connect({ hostname: "x", port: 1 });',
    "await Deno.connectTls({ hostname, port });",
    "const { connect } = Deno;",
    "Deno.createHttpClient({});",
    'import { request } from "node:https";',
    'import net from "node:net";',
  ];
  for (const way of ways) {
    for (const path of [room, "supabase/functions/sync/platforms/slack.ts"]) {
      assert.ok(rulesFor(path, way).includes("house/no-bare-fetch"), way);
    }
  }
});

Deno.test("the egress itself, tests, scripts, and other things called fetch are left alone", () => {
  const call = 'await fetch("https://x.example");';
  for (
    const path of [
      "supabase/functions/_shared/http/egress.ts",
      "supabase/functions/sync/platforms/slack_test.ts",
      "scripts/dev.ts",
      "tests/whole_test.ts",
    ]
  ) assert.deepEqual(lint(path, call), [], path);
  for (
    const source of [
      "new Client({ fetch: egress });",
      "await page.fetch();",
      "interface Source { fetch(): void; readonly fetch: string }",
      "type Fetch = typeof fetch;",
      "class Source { fetch() {} }",
      "// fetch is not called here",
      'const text = "fetch(url)";',
      "Deno.serve(handler);",
      "const socket = answers.WebSocket;",
    ]
  ) assert.deepEqual(lint(room, source), [], source);
});

Deno.test("a room may import rooms below it and itself, not rooms above it", () => {
  const fine: [string, string][] = [
    ["_shared/work/worker.ts", '"../http/log.ts"'],
    ["_shared/work/worker.ts", '"@shared/db/client.ts"'],
    ["_shared/work/worker.ts", '"./lease.ts"'],
    ["_shared/work/deep/er.ts", '"../lease.ts"'],
    ["_shared/work/worker.ts", '"zod"'],
    ["_shared/agent/loop.ts", '"../delivery/render.ts"'],
    ["sync/sync_unit.ts", '"@shared/agent/loop.ts"'],
    ["sync/platforms/slack.ts", '"../content/store.ts"'],
    ["sync/platforms/slack.ts", '"@slack/web-api"'],
    ["_shared/http/egress_sdk_test.ts", '"@slack/web-api"'],
  ];
  for (const [path, specifier] of fine) {
    assert.deepEqual(
      lint(`supabase/functions/${path}`, `import * as x from ${specifier};`),
      [],
      `${path} ${specifier}`,
    );
  }
  const wrong: [string, string, RegExp][] = [
    ["_shared/http/log.ts", '"../crypto/hmac.ts"', /room 'http' imports the room 'crypto', which is above/],
    ["_shared/http/log.ts", '"@shared/agent/loop.ts"', /above it/],
    ["_shared/delivery/render.ts", '"../agent/loop.ts"', /above it/],
    ["_shared/work/deep/er.ts", '"../../llm/writer.ts"', /above it/],
    [
      "_shared/db/client.ts",
      '"../../sync/sync_unit.ts"',
      /belongs to the function 'sync', and this is below it/,
    ],
    ["_shared/db/client_test.ts", '"../../sync/sync_unit.ts"', /belongs to the function 'sync'/],
    ["digest/run.ts", '"../sync/platforms/slack.ts"', /function 'digest' imports the function 'sync'/],
    [
      "digest/run.ts",
      '"@shared/../sync/platforms/slack.ts"',
      /function 'digest' imports the function 'sync'/,
    ],
    ["digest/run.ts", '"../_shared/log.ts"', /no room/],
    ["digest/run.ts", '"@shared/utils/log.ts"', /no room/],
    ["digest/run.ts", '"../../../scripts/demo.ts"', /would not be deployed/],
    ["digest/run.ts", '"@slack/web-api"', /only 'sync' does that/],
    ["_shared/http/egress.ts", '"@slack/web-api"', /only 'sync' does that/],
    ["_shared/llm/writer.ts", '"npm:@notionhq/client@5"', /only 'sync' does that/],
  ];
  for (const [path, specifier, message] of wrong) {
    for (
      const source of [
        `import { x } from ${specifier};`,
        `import type { X } from ${specifier};`,
        `export * from ${specifier};`,
        `export { x } from ${specifier};`,
        `await import(${specifier});`,
        `let x: import(${specifier}).X;`,
      ]
    ) {
      const [line, ...more] = lint(`supabase/functions/${path}`, source);
      assert.match(line ?? "nothing", message, `${path}: ${source}`);
      assert.deepEqual(more, []);
    }
  }
});

Deno.test("a test may use the project's scripts, and scripts may use anything", () => {
  const script = 'import { stack } from "../../../scripts/local/stack.ts";';
  assert.deepEqual(lint("supabase/functions/sync/sync_test.ts", script), []);
  assert.deepEqual(
    lint("scripts/demo.ts", 'import { x } from "../supabase/functions/sync/sync_unit.ts";'),
    [],
  );
});

Deno.test("an index.ts has at most twenty lines", () => {
  const lines = (count: number) =>
    Array.from({ length: count }, (_, at) => `export const a${at} = ${at};`).join("\n") + "\n";
  assert.deepEqual(lint("supabase/functions/sync/index.ts", lines(20)), []);
  assert.match(
    lint("supabase/functions/sync/index.ts", lines(21)).join(),
    /house\/short-index: This index.ts has 21 lines/,
  );
  assert.deepEqual(lint("supabase/functions/sync/platforms/index.ts", lines(21)), []);
  assert.deepEqual(lint("scripts/index.ts", lines(21)), []);
});

Deno.test("a file that names no thing, or stands in no room, is a drawer", () => {
  const drawers = [
    "supabase/functions/_shared/http/utils.ts",
    "supabase/functions/sync/types.ts",
    "scripts/helpers.ts",
    "scripts/local/common.ts",
    "supabase/functions/_shared/clock.ts",
    "supabase/functions/_shared/platforms/slack.ts",
  ];
  for (const path of drawers) assert.deepEqual(rulesFor(path, "export {};"), ["house/no-drawers"], path);
  for (
    const path of [
      "scripts/types.d.ts",
      "supabase/functions/_shared/db/database.types.ts",
      "scripts/local/lock.ts",
    ]
  ) {
    assert.deepEqual(rulesFor(path, "export {};"), [], path);
  }
});
