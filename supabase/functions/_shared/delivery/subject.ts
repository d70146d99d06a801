import { printableText } from "./printable_text.ts";

/** The longest subject that is sent, in characters. Mail clients show far less. */
const longest = 200;

/**
 * A subject line that is one line: line breaks of every kind and runs of blanks become one space, unprintable
 * characters go, and it ends within 200 characters, at a word where it can. An empty one becomes `fallback`.
 */
export function safeSubject(subject: string, fallback = "Your update"): string {
  // Line breaks first: they are control characters too, and removing them would glue words together.
  const line = printableText(subject.replace(/[\r\n\t\v\f\u0085\u2028\u2029]+/g, " ")).replace(/\s+/g, " ")
    .trim();
  if (line === "") return fallback;
  const characters = [...line];
  if (characters.length <= longest) return line;
  const cut = characters.slice(0, longest - 1).join("");
  const lastBlank = cut.lastIndexOf(" ");
  return `${lastBlank > longest / 2 ? cut.slice(0, lastBlank) : cut}…`;
}
