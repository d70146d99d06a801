/** A model that writes a briefing of which nearly a third is forged, and remembers which statement is which. */
import type { Evidence, EvidenceItem } from "@shared/agent/evidence.ts";
import { randomFrom, type Workplace } from "./workplace.ts";

export const forgeries = [
  "unknown id",
  "stale revision",
  "true quote on the wrong item",
  "another user's item",
  "paraphrase passed off as quote",
] as const;
export type Forgery = typeof forgeries[number];

export interface Statement {
  /** A name that stands in no other statement, by which it is found in what was delivered. */
  readonly name: string;
  readonly forgery: Forgery | null;
  /** The item that it truly rests on, beside a forged one or alone; null when its only basis is forged. */
  readonly basis: EvidenceItem | null;
  /** The words it truly quotes from there. */
  readonly quote: string | null;
  readonly text: string;
}

/** Three in ten, each kind as often as the others over a few texts. */
const share = 0.3;
const perDraft = 40;

export function forgedDraft(workplace: Workplace, evidence: Evidence, seed: number): Statement[] {
  const random = randomFrom(seed * 7919 + 1);
  const among = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const shortId = (item: EvidenceItem) => evidence.add(item);
  const sound = workplace.items.filter(({ id }) => !workplace.edited.has(id));
  const stale = workplace.items.filter(({ id }) => workplace.edited.has(id));
  const shownForeign = workplace.foreign.slice(0, 2);

  /** Some of an item's words in their order, from any word to any later one. */
  const spanOf = ({ content }: EvidenceItem) => {
    const all = content.split(" ");
    const from = Math.floor(random() * (all.length - 5));
    return all.slice(from, from + 4 + Math.floor(random() * (all.length - from - 4))).join(" ");
  };
  const marks = () =>
    among([["“", "”"], ['"', '"'], ["„", "“"], ["«", "»"], ["‘", "’"], ["「", "」"]] as const);
  const quoted = (words: string) => marks().join("\u0000").replace("\u0000", words);
  const cited = (id: string) =>
    among([`[${id}]`, `[${id}]`, `\\[${id}\\]`, `[${id.toUpperCase()}]`, `[${id}](https://x.example/y)`]);
  const shaped = (name: string, words: string | null, citation: string) =>
    words === null
      ? among([
        `${name} goes on as planned ${citation}.`,
        `There is news of ${name} ${citation}.`,
        `${name} is settled. ${citation}`,
      ])
      : among([
        `On ${name}: ${quoted(words)} ${citation}.`,
        `On ${name}, ${quoted(words)}, as was said ${citation}.`,
        `On ${name}, somebody ${citation} wrote ${quoted(words)}.`,
      ]);

  return Array.from({ length: perDraft }, (_, n): Statement => {
    const name = `Kestrel${seed}x${n}y`;
    const item = among(sound);
    const other = among(sound.filter(({ id }) => id !== item.id));
    const statement = (text: string, rest: Partial<Statement> = {}): Statement => ({
      name,
      forgery: null,
      basis: null,
      quote: null,
      text,
      ...rest,
    });
    if (random() >= share) {
      const quote = random() < 0.5 ? spanOf(item) : null;
      return statement(shaped(name, quote, cited(shortId(item))), { basis: item, quote });
    }
    const forgery = forgeries[(seed + n) % forgeries.length] ?? "unknown id";
    /** A forged id alone, or side by side with a true one that must not be lost with it. */
    const withOrWithout = (forged: string) => {
      const alone = random() < 0.7;
      const text = shaped(name, null, alone ? `[${forged}]` : `[${shortId(item)}, ${forged}]`);
      return statement(text, { forgery, basis: alone ? null : item });
    };
    switch (forgery) {
      case "unknown id":
        return withOrWithout(among(["e999", "w9", "e0", `${shortId(item)}@1`, "e57821", `w${n}`]));
      case "stale revision":
        return withOrWithout(shortId(among(stale)));
      case "another user's item":
        return withOrWithout(random() < 0.5 ? among(workplace.foreign).id : shortId(among(shownForeign)));
      case "true quote on the wrong item":
        return statement(shaped(name, spanNotIn(spanOf, item, other), cited(shortId(other))), { forgery });
      case "paraphrase passed off as quote":
        return statement(shaped(name, paraphrase(random, item), cited(shortId(item))), { forgery });
    }
  });
}

function spanNotIn(spanOf: (item: EvidenceItem) => string, item: EvidenceItem, other: EvidenceItem): string {
  const words = spanOf(item);
  return other.content.includes(words) ? item.content : words;
}

/** A word, the number or the negation is another one. */
function paraphrase(random: () => number, { content }: EvidenceItem): string {
  const ways = [
    content.replace("did not change", "did change"),
    content.replace(/,500 euros/, ",900 euros"),
    content.replace("budget of", "plan of"),
    content.replace(/order \d+/, "that order"),
    content.replace(/^The (\w+) team/, "Our $1 team"),
    content.replace("did not change", "didn't change"),
  ];
  return ways[Math.floor(random() * ways.length)] ?? "";
}

/** The statements in the shapes that a briefing has: lists, lists in lists, rows, paragraphs of several sentences. */
export function written(statements: readonly Statement[], title: string): string {
  const parts = [`# ${title}`, ""];
  statements.forEach(({ text }, n) => {
    switch (n % 8) {
      case 0:
        parts.push("", "## Section", "", `- ${text}`);
        break;
      case 1:
        parts.push(`  - ${text}`);
        break;
      case 2:
        parts.push("", "What was told:", `1. ${text}`);
        break;
      case 3:
        parts.push("", "| What |", "|---|", `| ${text} |`);
        break;
      case 4:
        parts.push("", text);
        break;
      case 5:
      case 6:
        parts.push(text);
        break;
      default:
        parts.push("", `> **Note:** ${text}`);
    }
  });
  return parts.join("\n");
}
