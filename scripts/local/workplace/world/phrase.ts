import type { SeededRandom } from "./random.ts";

/** The names a phrase may mention, e.g. `{ project: "Heron", part: "invoice export" }`. */
export type PhraseFacts = Readonly<Record<string, string | number>>;

/**
 * Speaks one phrase: each innermost `{one|two|}` becomes one of its alternatives, each `$name` its fact.
 * Alternatives may nest. An unknown `$name` is an error in the phrase book, so it throws.
 */
export function say(random: SeededRandom, phrase: string, facts: PhraseFacts): string {
  let text = phrase;
  for (;;) {
    const chosen = text.replace(
      /\{([^{}]*)\}/,
      (_whole, alternatives: string) => random.pick(alternatives.split("|")),
    );
    if (chosen === text) break;
    text = chosen;
  }
  return text.trim().replace(/\$([a-z_]+)/g, (_whole, name: string) => {
    const fact = facts[name];
    if (fact === undefined) throw new RangeError(`Cannot say '${phrase}': there is no fact named '${name}'`);
    return String(fact);
  });
}
