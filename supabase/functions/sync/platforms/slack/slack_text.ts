/** Slack's message markup as plain text: names instead of ids, addresses instead of angle brackets. */

/** Ids of the people that a text mentions. */
export function mentionedIn(text: string): string[] {
  return [...text.matchAll(/<@([UW][A-Z0-9]+)(?:\|[^>]*)?>/g)].flatMap(([, id]) => id ?? []);
}

/**
 * The text as a person reads it (https://docs.slack.dev/messaging/formatting-message-text).
 *
 * @param nameOf the name of a member; an unknown one stays its id
 */
export function plainText(text: string, nameOf: (id: string) => string | undefined): string {
  return text
    .replace(/<([^<>]*)>/g, (_, inside: string) => reference(inside, nameOf))
    .replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&")
    .trim();
}

function reference(inside: string, nameOf: (id: string) => string | undefined): string {
  const [target = "", label] = split(inside);
  if (target.startsWith("@")) return `@${nameOf(target.slice(1)) ?? label ?? target.slice(1)}`;
  if (target.startsWith("#")) return `#${label || target.slice(1)}`;
  if (target.startsWith("!subteam^")) return label ?? "@group";
  if (target.startsWith("!date^")) return label ?? "";
  if (target.startsWith("!")) return label ? `@${label.replace(/^@/, "")}` : `@${target.slice(1)}`;
  const address = target.replace(/^mailto:/, "");
  return label && label !== address ? `${label} (${address})` : address;
}

function split(inside: string): [string, string | undefined] {
  const bar = inside.indexOf("|");
  return bar < 0 ? [inside, undefined] : [inside.slice(0, bar), inside.slice(bar + 1)];
}
