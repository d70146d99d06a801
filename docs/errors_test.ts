import assert from "node:assert/strict";

const root = new URL("..", import.meta.url);

/** Where a code is written when something is raised, by language. */
const inSql = /raise_error\(\s*'([a-z_]+)'|'code', '([a-z_]+)'/g;
const inTypeScript = new RegExp(
  [
    /\bcode: "([a-z_]+)"/,
    /\bcode: [^\n"]+"[a-z]+" \? "([a-z_]+)" : "([a-z_]+)"/,
    /\brefused\("([a-z_]+)"/,
    /\b(?:later|never)\(\s*(?:"(?:not_sent|unknown)",\s*)?"([a-z_]+)"/,
  ].map(({ source }) => source).join("|"),
  "g",
);
/** zod's words for two of its issues, and the name of a tag. */
const notOurs = ["custom", "unrecognized_keys", "code"];

Deno.test("every code that SQL or the functions raise is in docs/errors.md, and none that nobody raises", async () => {
  const raised = new Set([
    ...await codesIn(new URL("supabase/migrations/", root), /\.sql$/, inSql),
    ...await codesIn(
      new URL("supabase/functions/", root),
      /^(?!.*(?:_test|_stand_in)\.ts$).*\.ts$/,
      inTypeScript,
    ),
  ]);
  notOurs.forEach((code) => raised.delete(code));
  const listed = new Set(
    (await Deno.readTextFile(new URL("docs/errors.md", root))).split("\n")
      .filter((line) => line.startsWith("| `"))
      .flatMap((line) =>
        [...(line.split("|")[1] ?? "").matchAll(/`([a-z_]+)`/g)].flatMap(([, code]) => code ?? [])
      ),
  );
  const missing = [...raised].filter((code) => !listed.has(code)).toSorted();
  const stale = [...listed].filter((code) => !raised.has(code)).toSorted();
  assert.deepEqual({ missing, stale }, { missing: [], stale: [] });
});

async function codesIn(folder: URL, name: RegExp, written: RegExp): Promise<string[]> {
  const codes: string[] = [];
  for await (const entry of Deno.readDir(folder)) {
    if (entry.isDirectory) codes.push(...await codesIn(new URL(`${entry.name}/`, folder), name, written));
    else if (name.test(entry.name)) {
      const text = await Deno.readTextFile(new URL(entry.name, folder));
      for (const [, ...groups] of text.matchAll(written)) {
        codes.push(...groups.filter((code) => code !== undefined));
      }
    }
  }
  return codes;
}
