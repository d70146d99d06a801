import { instantOf } from "../world/zone.ts";
import { addressText, type Message } from "./mail.ts";
import type { Mailbox } from "./mailbox.ts";

/** Whether a message fits. */
type Test = (message: Message) => boolean;

/** A search that was read. */
export interface MailQuery {
  fits: Test;
  /** Whether it asks for spam or trash, which are left out otherwise. */
  includesSpamTrash: boolean;
}

/**
 * Reads a search as the Gmail API takes it in `q`: operators, `-`, `OR`, `{…}`, `(…)`, quoted phrases, words.
 * https://support.google.com/mail/answer/7190. Dates are midnights of the Pacific zone, seconds since 1970
 * are exact (https://developers.google.com/workspace/gmail/api/guides/filtering). What is no operator is
 * looked for as words.
 */
export function readMailQuery(text: string, mailbox: Mailbox, now: Date): MailQuery {
  const tokens = text.match(/-?[\w]+:"[^"]*"|-?"[^"]*"|-?[({]|[)}]|[^\s(){}]+/g) ?? [];
  let next = 0;
  let includesSpamTrash = false;

  const one = (): Test => {
    const token = tokens[next++] ?? "";
    if (token.startsWith("-") && token.length > 1) {
      tokens[--next] = token.slice(1);
      const inner = one();
      return (message) => !inner(message);
    }
    if (token === "(") return all(")");
    if (token === "{") return all("}");
    if (/^(in:(anywhere|spam|trash)|label:(spam|trash)|is:(spam|trash))$/i.test(token)) {
      includesSpamTrash = true;
    }
    return testOf(token, mailbox, now);
  };
  const all = (closing: string): Test => {
    const terms: Test[] = [];
    while (next < tokens.length && tokens[next] !== closing) {
      if (tokens[next] === "AND") next++;
      else if (tokens[next] === "OR") {
        next++;
        const left = terms.pop();
        const right = one();
        terms.push((message) => (left?.(message) ?? false) || right(message));
      } else terms.push(one());
    }
    next++;
    return closing === "}"
      ? (message) => terms.some((fits) => fits(message))
      : (message) => terms.every((fits) => fits(message));
  };
  const fits = all("");
  return { fits, includesSpamTrash };
}

function testOf(token: string, mailbox: Mailbox, now: Date): Test {
  const colon = token.indexOf(":");
  const operator = colon < 0 ? "" : token.slice(0, colon).toLowerCase();
  const value = token.slice(colon + 1).replaceAll('"', "");
  const low = value.toLowerCase();
  const has = (labelId: string): Test => ({ labelIds }) => labelIds.has(labelId);
  switch (operator) {
    case "after":
    case "newer":
      return ({ internalDate }) => internalDate >= instantIn(value);
    case "before":
    case "older":
      return ({ internalDate }) => internalDate < instantIn(value);
    case "newer_than":
      return ({ internalDate }) => internalDate >= ago(value, now);
    case "older_than":
      return ({ internalDate }) => internalDate < ago(value, now);
    case "in":
      return low === "anywhere" ? () => true : has(low === "drafts" ? "DRAFT" : low.toUpperCase());
    case "is":
      if (low === "read") return ({ labelIds }) => !labelIds.has("UNREAD");
      return has(low.toUpperCase());
    case "category":
      return has(
        `CATEGORY_${low === "primary" ? "PERSONAL" : low === "updates" ? "UPDATES" : low.toUpperCase()}`,
      );
    case "label": {
      const label = mailbox.labels.find(({ id, name }) => dashed(name) === dashed(value) || id === value);
      return label === undefined ? () => false : has(label.id);
    }
    case "from":
      return ({ letter }) => addressText(letter.from).toLowerCase().includes(low);
    case "to":
      return ({ letter }) =>
        [...letter.to, ...letter.cc].map(addressText).join(" ").toLowerCase().includes(low);
    case "cc":
      return ({ letter }) => letter.cc.map(addressText).join(" ").toLowerCase().includes(low);
    case "subject":
      return ({ letter }) => letter.subject.toLowerCase().includes(low);
    case "has":
      return low === "attachment" ? ({ letter }) => letter.attachments.length > 0 : () => false;
    case "filename":
      return ({ letter }) => letter.attachments.some((name) => name.toLowerCase().includes(low));
    case "rfc822msgid":
      return ({ letter }) => letter.rfcId === value || letter.rfcId === `<${value}>`;
    default: {
      const words = token.replaceAll('"', "").toLowerCase();
      return ({ letter }) =>
        `${letter.subject}\n${letter.text}\n${addressText(letter.from)}`.toLowerCase().includes(words);
    }
  }
}

/** Searches write `label:customers-kestrel-freight` for `Customers/Kestrel Freight`. */
function dashed(name: string): string {
  return name.toLowerCase().replace(/[\s/&]+/g, "-");
}

/** A date or a number of seconds as an instant; NaN, which nothing fits, for anything else. */
function instantIn(value: string): number {
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const [, first = "", second = "", third = ""] = /^(\d+)[/-](\d+)[/-](\d+)$/.exec(value) ?? [];
  const [year, month, day] = first.length === 4 ? [first, second, third] : [third, first, second];
  const wall = Date.UTC(Number(year), Number(month) - 1, Number(day));
  return first === "" || Number.isNaN(wall) ? NaN : instantOf(wall, "America/Los_Angeles");
}

/** `2d`, `3m`, `1y` before now, epoch milliseconds. */
function ago(value: string, now: Date): number {
  const [, count = "", unit = ""] = /^(\d+)([dmy])$/.exec(value.toLowerCase()) ?? [];
  if (unit === "") return NaN;
  const then = new Date(now);
  if (unit === "d") then.setUTCDate(then.getUTCDate() - Number(count));
  if (unit === "m") then.setUTCMonth(then.getUTCMonth() - Number(count));
  if (unit === "y") then.setUTCFullYear(then.getUTCFullYear() - Number(count));
  return then.getTime();
}
