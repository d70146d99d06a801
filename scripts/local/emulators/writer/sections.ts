/** Which items belong under which heading, by simple signs in their words. */
import type { ShownItem } from "./shown_items.ts";

type Sign = (item: ShownItem) => boolean;

const says = (pattern: RegExp): Sign => ({ text }) => pattern.test(text);
const signs = {
  decision: says(/\b(decided|decision:|agreed|approved|go(?:ing)? with|settled|we'll keep|signed off)/i),
  trouble: says(
    /\b(incident|outage|down|failing|rollback|rolled back|latency|sev\d|urgent|blocked|overdue|risk)/i,
  ),
  done: says(/\b(done|shipped|finished|merged|closed|resolved|completed|launched|released|live)\b/i),
  request: says(
    /\b(please|can you|could you|need(?:s|ed)? to|todo|to-do|until|by (?:mon|tues|wednes|thurs|fri)day|next week)\b/i,
  ),
  figure: says(/\d+(?:\.\d+)?\s?(?:%|€|\$|k\b|ms\b|users|customers)/i),
  recurring: says(/\b(weekly|daily|standup|stand-up|1:1|sync|retro|planning|all hands)\b/i),
} as const;
const question: Sign = ({ text }) => text.split("\n").some((line) => /\?\s*$/.test(line));
const inThread: Sign = (item) => item.inThread;
const anything: Sign = () => true;

/** The first pattern that a heading's words meet decides. */
const byHeading: readonly (readonly [RegExp, Sign])[] = [
  [/decision|last time/i, signs.decision],
  [/thread|conversation/i, inThread],
  [/question|waiting|^open/i, question],
  [/urgent|blocker|risk|incident|high priority/i, signs.trouble],
  [/^done|accomplish|completed/i, signs.done],
  [/to do|next|prepar|recommend|suggested|for you/i, signs.request],
  [/figure|metric/i, signs.figure],
  [/recurring/i, signs.recurring],
  [/people|who comes/i, ({ attendees, author }) => attendees !== "" || author !== "Someone"],
];

/** The section that opens a text and sums it up. */
export const isOpening = (heading: string): boolean => /highlight|summary|overview|takeaway/i.test(heading);

/** Items for each heading, each item once, at most `most` a heading; what no heading takes goes to the plainest one. */
export function sortedUnder(
  headings: readonly string[],
  items: readonly ShownItem[],
  most: number,
): { readonly heading: string; readonly items: readonly ShownItem[] }[] {
  const used = new Set<string>();
  const take = (sign: Sign) => {
    const found = spread(
      items.filter((item) => !used.has(item.id) && wordsOf(item.text) >= 4 && sign(item)),
      most,
    );
    found.forEach(({ id }) => used.add(id));
    return found;
  };
  const signOf = (heading: string) => byHeading.find(([pattern]) => pattern.test(heading))?.[1];
  const closing = headings.filter((heading) => !isOpening(heading));
  const sorted = new Map(closing.flatMap((heading) => {
    const sign = signOf(heading);
    return sign === undefined ? [] : [[heading, take(sign)] as const];
  }));
  for (const heading of closing) {
    if (!sorted.has(heading)) sorted.set(heading, take(anything));
  }
  return closing.map((heading) => ({ heading, items: sorted.get(heading) ?? [] }));
}

/** Always from the platform, and there from the source, that was heard least, its newest first; in their own order. */
function spread(items: readonly ShownItem[], most: number): ShownItem[] {
  const taken = new Set<ShownItem>();
  const heard = (key: "platform" | "source", item: ShownItem) =>
    [...taken].filter((one) => one[key] === item[key]).length;
  while (taken.size < Math.min(most, items.length)) {
    const waiting = items.toReversed().filter((item) => !taken.has(item));
    const [next] = waiting.toSorted((a, b) =>
      heard("platform", a) - heard("platform", b) || heard("source", a) - heard("source", b)
    );
    if (next !== undefined) taken.add(next);
  }
  return items.filter((item) => taken.has(item));
}

export const wordsOf = (text: string): number => text.split(/\s+/).filter(Boolean).length;
