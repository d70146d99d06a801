/** What every item goes through before it is stored, whatever its platform. */
import type { Item } from "./item.ts";

/** Postgres has no character NUL in text or JSON: one in a message would make its whole page unstorable. */
export function withoutNul(item: Item): Item {
  const clean = (text: string) => text.replaceAll("\u0000", "");
  const maybe = (text: string | null) => text === null ? null : clean(text);
  return {
    ...item,
    title: maybe(item.title),
    content: clean(item.content),
    author: maybe(item.author),
    metadata: JSON.parse(JSON.stringify(item.metadata).replaceAll("\\u0000", "")),
  };
}
