/** Whether quoted words stand in a text, as its reader saw it. */
import { visible } from "@shared/agent/fence.ts";

/**
 * Spaces, letter case, closing punctuation and the shapes of marks and dashes may differ; words may not, and none may be
 * cut out of a longer one: “approved” does not stand in "disapproved".
 */
export function stand(words: string, text: string): boolean {
  const sought = alike(words).replace(/(?:[.,;:!?]|\.{3})$/, "").trim();
  const within = alike(text);
  for (let at = within.indexOf(sought); at >= 0; at = within.indexOf(sought, at + 1)) {
    const before = within[at - 1] ?? " ";
    const after = within[at + sought.length] ?? " ";
    if (!joined(before, sought[0] ?? " ") && !joined(sought.at(-1) ?? " ", after)) return true;
  }
  return false;
}

/** The hidden characters were never shown, so no quote has them. */
const alike = (text: string) =>
  visible(text).normalize("NFC").toLowerCase().replace(/[‘’]/g, "'").replace(/[“”„«»]/g, '"').replace(
    /[–—]/g,
    "-",
  )
    .replaceAll("…", "...").replace(/\s+/g, " ").trim();

/** Only of scripts that put spaces between their words. */
const spelled = /[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{N}]/u;
const joined = (left: string, right: string) => spelled.test(left) && spelled.test(right);
