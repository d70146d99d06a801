/** The beginning of a mail as Gmail shows it in its lists: the text of one whose body says nothing. */
import { htmlLines } from "../google/html_lines.ts";

/** Gmail escapes it for HTML; whatever looks like an element in it was none. */
export function plainSnippet(snippet: string): string {
  const escaped = snippet.replaceAll("<", "&lt;");
  return htmlLines(escaped).map(({ text }) => text).join("\n").trim();
}
