/**
 * What may leave in a web search. The words of a query travel to strangers, and whoever wrote a mail that the model reads
 * may have told it what to look for; so nothing leaves but what cannot carry a secret:
 *
 * - words that the person wrote for this work themself (title, description, settings), whatever they are;
 * - ordinary English words from a fixed list, as long as no two of them stand side by side in private text, no three of
 *   them near each other, and not by instalments over the queries of a run either;
 * - names that everybody knows, and names that the web itself has shown before, when private text does not have them;
 * - a year or two, and one small number.
 *
 * Everything else is refused, whether it stands in private text or not: an identifier, a code, a name, a number, any of
 * them in base64, in hex, reversed, spelt out, spaced out or in look-alike letters are all words that no list has. What
 * leaves is put together anew from the words that passed: lower case, each once, no stop words, no signs in between.
 * It is all decided by rules; no model is asked. It refuses rather too much.
 */
import { namesToo, numberWords, publicNames } from "./common_words.ts";
import { isCommon, isListed, isStopWord, readAs, stemOf, wordsIn, wordsWithCase } from "./query_words.ts";

export type Refusal =
  | "too_long"
  | "too_many_words"
  | "empty"
  | "address"
  | "hidden_characters"
  | "unknown_word"
  | "number"
  | "private_name"
  | "private_phrase"
  | "private_over_time";

export type QueryVerdict =
  | {
    readonly ok: true;
    /** What may leave, and nothing else. */
    readonly query: string;
  }
  | { readonly ok: false; readonly reason: Refusal; readonly message: string };

export interface QueryGuard {
  /**
   * Judges a query before it is sent. One that passes counts as sent.
   *
   * @param shown all private text that the model was shown in this run
   */
  check(query: string, shown: Iterable<string>): QueryVerdict;
  /** Words of pages that the web has shown: public, unless private text has them too. */
  learn(publicText: string): void;
}

const mostCharacters = 200;
const mostWords = 14;
const mostNumbers = 1;
/** Different small numbers over all queries of a run: four digits, one a query, are a code. */
const mostNumbersARun = 3;
const mostYears = 2;
const mostYearsARun = 4;

/** Words of private text that count as "near each other", stop words left out. */
const near = 6;
const mostNear = 2;
/** Over all queries of a run. */
const mostNearOverTime = 3;

export function createQueryGuard({ ownWords }: { readonly ownWords: readonly string[] }): QueryGuard {
  const own = new Set(ownWords.flatMap(wordsIn).flatMap((word) => [word, readAs(word)]));
  const ownStems = new Set([...own].map(stemOf));
  const learnt = new Set<string>();
  const privates = createPrivateWords();
  const sentStems = new Set<string>();
  const sentNumbers = new Set<string>();
  const sentYears = new Set<string>();

  /** Why a single word may not leave; undefined when it may. */
  function wordRefusal(word: string): { reason: Refusal; message: string } | undefined {
    if (own.has(word)) return undefined;
    const read = readAs(word);
    if (isYear(read) || isSmallNumber(read) || numberWords.has(read) || isPeriod(read)) return undefined;
    const isName = !isListed(read) || namesToo.has(read);
    // "Turner" is turn with an ending, and "Mark" is a word: where private text never writes them small, they are people.
    if (isCommon(read) && !(isName && privates.isName(read))) return undefined;
    if (/\p{N}/u.test(read)) {
      return { reason: "number", message: "Numbers, codes and identifiers may not leave; a year may." };
    }
    if (publicNames.has(read) || learnt.has(read) || isCommon(read)) {
      return privates.has(read)
        ? { reason: "private_name", message: `"${word}" stands in private text, so it may not leave.` }
        : undefined;
    }
    return {
      reason: "unknown_word",
      message: `"${
        word.slice(0, 30)
      }" is neither an ordinary English word nor one of the task's own, so it may not leave.`,
    };
  }

  return {
    learn(publicText) {
      for (const word of wordsIn(publicText)) {
        const read = readAs(word);
        if (/^[a-z]{3,20}$/.test(read)) learnt.add(read);
      }
    },
    check(query, shown) {
      privates.add(shown);
      if (query.length > mostCharacters) {
        return refuse("too_long", `A query has at most ${mostCharacters} characters.`);
      }
      if (/[^\P{C}\n\t]|[\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\ufe00-\ufe0f]/u.test(query)) {
        return refuse("hidden_characters", "A query has no characters that cannot be seen.");
      }
      if (looksLikeAddress(query)) {
        return refuse("address", "A query contains no address: no link, no domain, no e-mail address.");
      }
      const words = [...new Set(wordsIn(query))].filter((word) => !isStopWord(word));
      if (words.length === 0) return refuse("empty", "The query has no telling word.");
      if (words.length > mostWords) {
        return refuse("too_many_words", `A query has at most ${mostWords} words.`);
      }
      for (const word of words) {
        const refusal = wordRefusal(word);
        if (refusal) return refuse(refusal.reason, refusal.message);
      }
      const numbers = words.map(readAs).filter((word) =>
        !own.has(word) && (isSmallNumber(word) || numberWords.has(word))
      );
      const years = words.map(readAs).filter((word) => !own.has(word) && isYear(word));
      const tooMany = numbers.length > mostNumbers || years.length > mostYears ||
        new Set([...sentNumbers, ...numbers]).size > mostNumbersARun ||
        new Set([...sentYears, ...years]).size > mostYearsARun;
      if (tooMany) {
        return refuse("number", "Numbers, codes and identifiers may not leave; a year may.");
      }
      const stems = words.map(stemOf).filter((stem) => !ownStems.has(stem));
      if (privates.nextTo(stems) || privates.most(near, new Set(stems)) > mostNear) {
        return refuse(
          "private_phrase",
          "Some of these words stand together in private text, so they may not leave together. Ask in more general words.",
        );
      }
      const overTime = new Set([...sentStems, ...stems]);
      if (privates.most(near, overTime, new Set(stems)) > mostNearOverTime) {
        return refuse(
          "private_over_time",
          "Together with earlier queries this would tell what private text says. Ask about something else.",
        );
      }
      stems.forEach((stem) => sentStems.add(stem));
      numbers.forEach((number) => sentNumbers.add(number));
      years.forEach((year) => sentYears.add(year));
      return { ok: true, query: words.map((word) => own.has(word) ? word : readAs(word)).join(" ") };
    },
  };
}

const refuse = (reason: Refusal, message: string): QueryVerdict => ({
  ok: false,
  reason,
  message: `This search was not made. ${message}`,
});

const isYear = (word: string) => /^(?:19[5-9]\d|20[0-4]\d)$/.test(word);
const isSmallNumber = (word: string) => /^\d{1,2}$/.test(word);
/** A quarter or a half of a year. */
const isPeriod = (word: string) => /^(?:q[1-4]|h[12])$/.test(word);

function looksLikeAddress(query: string): boolean {
  const text = query.normalize("NFKC");
  return /:\/\/|@|\bwww\b|\b(?:https?|mailto|site|inurl|ftp|data|javascript)\s*:/i.test(text) ||
    /[\p{L}\p{N}-][.。．｡][\p{L}]{2,}/u.test(text) || /\d+\.\d+\.\d+/.test(text) ||
    /%[0-9a-f]{2}/i.test(text);
}

/** The words of private text in their order, each text read once. */
function createPrivateWords() {
  const texts = new Map<string, readonly string[]>();
  const words = new Set<string>();
  const small = new Set<string>();
  return {
    add(shown: Iterable<string>): void {
      for (const text of shown) {
        if (texts.has(text)) continue;
        for (const word of wordsWithCase(text)) {
          const read = readAs(word.toLowerCase());
          words.add(read);
          if (/^\p{Ll}/u.test(word)) small.add(read);
        }
        const all = wordsIn(text);
        texts.set(text, all.filter((word) => !isStopWord(word)).map(stemOf));
      }
    },
    has: (word: string): boolean => words.has(word),
    /** Whether a word stands in private text, and never in small letters. */
    isName: (word: string): boolean => words.has(word) && !small.has(word),
    /** Whether two neighbours of the query are neighbours in private text, in whichever order. */
    nextTo(stems: readonly string[]): boolean {
      const neighbours = new Set(
        stems.slice(1).flatMap((stem, at) => [`${stems[at]} ${stem}`, `${stem} ${stems[at]}`]),
      );
      return some(
        texts.values(),
        (all) => all.some((stem, at) => at > 0 && neighbours.has(`${all[at - 1]} ${stem}`)),
      );
    },
    /** The most different words of `wanted` that any `width` words in a row have; only where one of `including` is among them. */
    most(width: number, wanted: ReadonlySet<string>, including: ReadonlySet<string> = wanted): number {
      let most = 0;
      for (const all of texts.values()) {
        for (let at = 0; at < all.length; at++) {
          // A row begins with a word that is wanted, or a later row has as many.
          if (!wanted.has(all[at] ?? "")) continue;
          const found = new Set(all.slice(at, at + width).filter((stem) => wanted.has(stem)));
          if (found.size > most && [...found].some((stem) => including.has(stem))) most = found.size;
        }
      }
      return most;
    },
  };
}

function some<T>(values: Iterable<T>, holds: (value: T) => boolean): boolean {
  for (const value of values) if (holds(value)) return true;
  return false;
}
