/**
 * The judge of a sync: what is held against what a perfect sync would hold. It knows no platform and no database, so that
 * its own test can show it every way in which a sync can be wrong.
 */

/** What a perfect sync holds of one thing. */
export interface WantedItem {
  /** `container/item`. */
  readonly key: string;
  /** External ids of the selected sources that it belongs to. */
  readonly sources: readonly string[];
  /** Texts that a person can read in it; compared by their letters and digits. */
  readonly says: readonly string[];
  /** Texts that stood in it and do not any more. */
  readonly unsays?: readonly string[];
  /** Its whole text, where nothing else may stand in it; compared by its letters and digits. */
  readonly whole?: string;
  /** When it takes place, epoch milliseconds; left out where its moment is not compared. */
  readonly at?: number;
  /** Outside of a cap or window, or on its very edge: it may be held or not, but what is held of it must be true. */
  readonly optional?: boolean;
}

/** What is stored of one thing. */
export interface HeldItem {
  readonly key: string;
  /** External ids of the sources that it belongs to. */
  readonly sources: readonly string[];
  readonly title: string;
  readonly content: string;
  /** Its `source_timestamp`, epoch milliseconds. */
  readonly at: number;
  readonly deleted: boolean;
}

export interface Finding {
  readonly key: string;
  readonly why: string;
}

export interface Verdict {
  readonly wanted: number;
  readonly held: number;
  /** There, within the selection and the caps, and not held. */
  readonly missing: readonly Finding[];
  /** Held as live, and not there. */
  readonly extra: readonly Finding[];
  /** There, and held as deleted. */
  readonly falseDeletes: readonly Finding[];
  /** Held with a text or at a time that it does not have, or no longer. */
  readonly stale: readonly Finding[];
  /** Held under other sources than it belongs to. */
  readonly wrongMembership: readonly Finding[];
}

/** The database cuts what is longer. */
const longestContent = 10_000;

export function judge(wanted: readonly WantedItem[], held: readonly HeldItem[]): Verdict {
  const truth = new Map(wanted.map((item) => [item.key, item]));
  const store = new Map(held.map((item) => [item.key, item]));
  const missing: Finding[] = [];
  const extra: Finding[] = [];
  const falseDeletes: Finding[] = [];
  const stale: Finding[] = [];
  const wrongMembership: Finding[] = [];
  for (const item of wanted) {
    const own = store.get(item.key);
    const { key } = item;
    if (own === undefined || own.deleted) {
      if (item.optional) continue;
      if (own === undefined) missing.push({ key, why: `not held: ${excerpt(item.says.join(" "))}` });
      else falseDeletes.push({ key, why: `held as deleted: ${excerpt(own.content)}` });
      continue;
    }
    const wrong = textFault(item, own);
    if (wrong !== undefined) stale.push({ key, why: wrong });
    if (!item.optional && !sameNames(item.sources, own.sources)) {
      wrongMembership.push({ key, why: `in [${names(own.sources)}] and not in [${names(item.sources)}]` });
    }
  }
  for (const own of held) {
    // Who left every selected source is not read any more, whatever becomes of the row.
    if (own.deleted || own.sources.length === 0 || truth.has(own.key)) continue;
    extra.push({ key: own.key, why: `held and not there: ${excerpt(own.content)}` });
  }
  return {
    wanted: wanted.filter(({ optional }) => !optional).length,
    held: held.filter(({ deleted }) => !deleted).length,
    missing,
    extra,
    falseDeletes,
    stale,
    wrongMembership,
  };
}

/** Whether there is nothing to find. */
export function isClean(verdict: Verdict): boolean {
  return faultsOf(verdict).length === 0;
}

/** Every finding with the name of its kind. */
export function faultsOf(verdict: Verdict): (Finding & { kind: string })[] {
  const kinds = ["missing", "extra", "falseDeletes", "stale", "wrongMembership"] as const;
  return kinds.flatMap((kind) => verdict[kind].map((finding) => ({ kind, ...finding })));
}

function textFault(item: WantedItem, own: HeldItem): string | undefined {
  const text = letters(`${own.title}\n${own.content}`);
  const { whole, at } = item;
  if (at !== undefined && at !== own.at) {
    return `takes place at ${instant(own.at)} and not at ${instant(at)}`;
  }
  // What was cut may have lost anything at its end.
  const isCut = own.content.length >= longestContent;
  if (whole !== undefined && !isCut && letters(own.content) !== letters(whole)) {
    return `says ${excerpt(own.content)} and not ${excerpt(whole)}`;
  }
  const unsaid = isCut ? undefined : item.says.find((words) => !text.includes(letters(words)));
  if (unsaid !== undefined) return `does not say ${excerpt(unsaid)} but ${excerpt(own.content)}`;
  const still = item.unsays?.find((words) => text.includes(letters(words)));
  return still === undefined ? undefined : `still says ${excerpt(still)}`;
}

/** A text without what connectors may write one way or another: markup, spaces, quotation marks, emoji (`:tada:`). */
function letters(text: string): string {
  return text.replace(/:[a-z0-9_+-]+:/g, "").normalize("NFKC").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");
}

const instant = (at: number) => new Date(at).toISOString();
const excerpt = (text: string) => JSON.stringify(text.replace(/\s+/g, " ").slice(0, 90));
const names = (sources: readonly string[]) => sources.toSorted().join(", ");
const sameNames = (one: readonly string[], other: readonly string[]) => names(one) === names(other);
