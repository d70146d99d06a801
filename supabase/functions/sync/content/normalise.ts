/** What every item goes through before it is stored, whatever its platform. */
import type { Json } from "@shared/db/pipeline_database.ts";
import type { Item } from "./item.ts";

/**
 * The item with texts that Postgres can hold. It has no character NUL and no half of a surrogate pair (a text cut in
 * the middle of an emoji ends in one): a single one would make the whole page unstorable.
 */
export function storable(item: Item): Item {
  return {
    ...item,
    title: maybe(item.title),
    content: clean(item.content),
    author: maybe(item.author),
    permalink: maybe(item.permalink),
    metadata: cleanEntries(item.metadata),
  };
}

const clean = (text: string) => text.replaceAll("\u0000", "").toWellFormed();
const maybe = (text: string | null) => text === null ? null : clean(text);

function cleanJson(json: Json | undefined): Json {
  if (typeof json === "string") return clean(json);
  if (Array.isArray(json)) return json.map(cleanJson);
  return typeof json === "object" && json !== null ? cleanEntries(json) : json ?? null;
}

const cleanEntries = (entries: { readonly [key: string]: Json | undefined }): { [key: string]: Json } =>
  Object.fromEntries(Object.entries(entries).map(([key, value]) => [clean(key), cleanJson(value)]));
