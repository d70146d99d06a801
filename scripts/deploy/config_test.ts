import assert from "node:assert/strict";
import { join } from "node:path";
import { VARIABLES } from "../../supabase/functions/_shared/http/environment.ts";
import { projectFolder } from "../postgres/installation.ts";
import { EXPOSED_SCHEMAS } from "./data_api.ts";
import { functionFolders } from "./function_folders.ts";

const workdir = projectFolder();
const read = (path: string) => Deno.readTextFile(join(workdir, path));

/** The sections of a TOML file, each with its `key = value` lines. Enough for a file of ours. */
function sections(toml: string): Map<string, Map<string, string>> {
  const found = new Map<string, Map<string, string>>();
  let current = new Map<string, string>();
  for (const line of toml.split("\n")) {
    const title = /^\[([^\]]+)\]$/.exec(line.trim())?.[1];
    if (title !== undefined) found.set(title, current = new Map());
    const [, key, value] = /^(\w+) = (.*)$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) current.set(key, value);
  }
  return found;
}

Deno.test("config.toml lists exactly the functions that exist, each by its own entry, the one import map and without the gateway's check", async () => {
  const config = sections(await read("supabase/config.toml"));
  const listed = [...config.keys()].filter((title) => title.startsWith("functions."));
  assert.deepEqual(listed.sort(), (await functionFolders(workdir)).map((name) => `functions.${name}`));
  for (const title of listed) {
    assert.deepEqual(Object.fromEntries(config.get(title) ?? []), {
      verify_jwt: "false",
      import_map: '"../import_map.json"',
      entrypoint: `"./functions/${title.slice("functions.".length)}/index.ts"`,
    });
  }
});

Deno.test("config.toml exposes what a deployment exposes, on the database version of hosted projects", async () => {
  const config = sections(await read("supabase/config.toml"));
  assert.deepEqual(JSON.parse(config.get("api")?.get("schemas") ?? ""), [...EXPOSED_SCHEMAS]);
  assert.equal(config.get("api")?.get("auto_expose_new_tables"), "false");
  assert.equal(config.get("db")?.get("major_version"), "17");
});

Deno.test("config.toml seeds the database exactly when there is a seed", async () => {
  const seed = sections(await read("supabase/config.toml")).get("db.seed");
  const exists = await Deno.stat(join(workdir, "supabase/seed.sql")).then(() => true, () => false);
  assert.equal(seed?.get("enabled"), String(exists));
});

Deno.test(".env.example names every variable of the functions, of config.toml and of the deployment, and no other", async () => {
  const example = await read(".env.example");
  const named = new Set([...example.matchAll(/^#? ?([A-Z][A-Z0-9_]+)=/gm)].map(([, name]) => name));
  const config = [...(await read("supabase/config.toml")).matchAll(/env\(([A-Z0-9_]+)\)/g)].map(([, name]) =>
    name
  );
  const deployment = [...(await read("scripts/deploy/settings.ts")).matchAll(/source\("([A-Z0-9_]+)"\)/g)]
    .map(([, name]) => name);
  const ofFunctions = Object.keys(VARIABLES).filter((name) => !name.startsWith("SUPABASE_"));
  assert.deepEqual([...named].sort(), [...new Set([...ofFunctions, ...config, ...deployment])].sort());
});

Deno.test(".env.example holds no value that would work", async () => {
  for (const [line, name, value] of (await read(".env.example")).matchAll(/^([A-Z][A-Z0-9_]+)=(.*)$/gm)) {
    assert.equal(value, "", `${name} has a value: ${line}`);
  }
});
