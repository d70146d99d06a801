/** Slack's message markup as plain text: names instead of ids, addresses instead of angle brackets, no asterisks. */
import { withEmoji } from "./slack_emoji.ts";

export type NameOf = (id: string) => string | undefined;

/** Ids of the people that a text mentions. */
export function mentionedIn(text: string): string[] {
  return [...text.matchAll(/<@([UW][A-Z0-9]+)(?:\|[^>]*)?>/g)].flatMap(([, id]) => id ?? []);
}

/**
 * The text as a person reads it (https://docs.slack.dev/messaging/formatting-message-text).
 *
 * @param nameOf the name of a member; an unknown one stays its id
 */
export function plainText(text: string, nameOf: NameOf): string {
  // Code is taken out first: what looks like markup in it is meant literally. Its backticks go.
  const parts: string[] = [];
  let rest = 0;
  for (const code of text.matchAll(/```([\s\S]*?)```|`([^`\n]+)`/g)) {
    parts.push(spoken(text.slice(rest, code.index), nameOf), resolved(code[1] ?? code[2] ?? "", nameOf));
    rest = code.index + code[0].length;
  }
  parts.push(spoken(text.slice(rest), nameOf));
  return parts.join("").trim();
}

/** Text that Slack shows as it is typed (`plain_text` objects): only its entities and emoji are read. */
export function literalText(text: string): string {
  return withEmoji(decoded(text)).trim();
}

/** Stands where a reference was while the styles around it are taken away; the order of references stays. */
const mark = "\u0000";

function spoken(text: string, nameOf: NameOf): string {
  const references: string[] = [];
  const marked = text.replaceAll(mark, "").replace(/<([^<>]*)>/g, (_, inside: string) => {
    references.push(decoded(reference(inside, nameOf)));
    return mark;
  });
  const [first = "", ...others] = decoded(withEmoji(unstyled(marked))).split(mark);
  return others.reduce((all, part, index) => all + (references[index] ?? "") + part, first);
}

const resolved = (code: string, nameOf: NameOf): string =>
  decoded(code.replace(/<([^<>]*)>/g, (_, inside: string) => reference(inside, nameOf)));

/**
 * Without `*bold*`, `_italics_` and `~strikes~`. As in Slack, a style begins before a letter at the border of a word and
 * ends in the same line: `2 * 3 * 4` and `snake_case_name` stay.
 */
function unstyled(text: string): string {
  return ["*", "_", "~"].reduce((all, sign) => {
    const s = sign === "*" ? "\\*" : sign;
    return all.replace(
      new RegExp(
        `(?<![\\p{L}\\p{N}${s}])${s}(?=[^\\s${s}])([^${s}\\n]*[^\\s${s}])${s}(?![\\p{L}\\p{N}${s}])`,
        "gu",
      ),
      "$1",
    );
  }, text);
}

/** Slack's three entities, once: what a person typed as `&lt;` is text. */
const decoded = (text: string): string =>
  text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

function reference(inside: string, nameOf: NameOf): string {
  const [target = "", label] = split(inside);
  if (target.startsWith("@")) return `@${nameOf(target.slice(1)) ?? (label || target.slice(1))}`;
  if (target.startsWith("#")) return `#${label || target.slice(1)}`;
  if (target.startsWith("!subteam^")) return label || "@group";
  if (target.startsWith("!date^")) return label ?? "";
  if (target.startsWith("!")) return label ? `@${label.replace(/^@/, "")}` : `@${target.slice(1)}`;
  const address = target.replace(/^mailto:/, "");
  return label && label !== address ? `${label} (${address})` : address;
}

function split(inside: string): [string, string | undefined] {
  const bar = inside.indexOf("|");
  return bar < 0 ? [inside, undefined] : [inside.slice(0, bar), inside.slice(bar + 1)];
}
