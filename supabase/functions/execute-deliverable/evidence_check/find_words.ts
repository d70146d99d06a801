/** Where words stand in what was shown; each source is made comparable once. */
import type { CitedSource } from "./cited_source.ts";
import { type Passages, passagesOf } from "./quoted_words.ts";

/** The source's own words, or undefined when these do not stand there. */
export type FindWords = (words: string, source: CitedSource) => string | undefined;

export function createFindWords(): FindWords {
  const passages = new Map<string, Passages>();
  return (words, { shortId, text }) => {
    const known = passages.get(shortId) ?? passagesOf(text);
    passages.set(shortId, known);
    return known.find(words);
  };
}
