import assert from "node:assert/strict";
import { createApp } from "../supabase/functions/api/app.ts";
import { contextStandIn } from "../supabase/functions/api/context_stand_in.ts";

const docs = new URL(".", import.meta.url);

/** `METHOD /path`, with parameters as `{}` whatever their names. */
const plain = (method: string, path: string) => `${method.toUpperCase()} ${path.replace(/\{[^}]*\}/g, "{}")}`;

async function declared(): Promise<string[]> {
  const answer = await createApp(contextStandIn()).request("/api/openapi.json");
  const { paths } = await answer.json();
  return Object.entries(paths as Record<string, Record<string, unknown>>).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => plain(method, path.replace(/^\/api/, "")))
  );
}

async function named(file: string): Promise<string[]> {
  const text = await Deno.readTextFile(new URL(file, docs));
  return [...text.matchAll(/`(GET|POST|PUT|PATCH|DELETE) (\/[^`?\s]*)/g)].map(([, method = "", path = ""]) =>
    plain(method, path)
  );
}

Deno.test("every route that the documents name exists", async () => {
  const known = await declared();
  const wrong: string[] = [];
  for await (const { name } of Deno.readDir(docs)) {
    if (!name.endsWith(".md")) continue;
    for (const route of await named(name)) if (!known.includes(route)) wrong.push(`${name}: ${route}`);
  }
  assert.deepEqual(wrong, []);
});

Deno.test("every route of deliverables and tasks is in docs/deliverables.md", async () => {
  const text = (await Deno.readTextFile(new URL("deliverables.md", docs))).replace(/\{[^}`]*\}/g, "{}");
  const about = (await declared()).filter((route) => / \/(?:deliverables|schedules|tasks)/.test(route));
  assert.ok(about.length >= 14, `${about.length} routes`);
  const missing = about.filter((route) => {
    const path = route.replace(/^\w+ /, "");
    const short = path.replace("/deliverables/{}/", "…/");
    const last = `\`/${path.split("/").at(-1)}\``;
    return ![path, short, last].some((written) => text.includes(written));
  });
  assert.deepEqual(missing, []);
});
