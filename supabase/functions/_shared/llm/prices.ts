/** What a model call costs. */

/** US dollars per million tokens. */
interface Price {
  readonly input: number;
  readonly output: number;
}

/**
 * List prices by model family (https://www.anthropic.com/pricing, as last known to us: Sonnet 3/15, Haiku 1/5, Opus
 * 5/25). They drive the daily cap and the cost shown to people, not the bill; the provider's invoice is the truth.
 */
const families: readonly (readonly [RegExp, Price])[] = [
  [/haiku/, { input: 1, output: 5 }],
  [/sonnet/, { input: 3, output: 15 }],
];
/** A model nobody listed is taken for an expensive one, so that a cap is never passed unseen. */
const unlisted: Price = { input: 5, output: 25 };

/** A cache read costs a tenth of an input token, a five-minute cache write a quarter more than one (Anthropic's docs). */
const cacheReadShare = 0.1;
const cacheWriteShare = 1.25;

export interface Tokens {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

const priceOf = (model: string): Price => families.find(([pattern]) => pattern.test(model))?.[1] ?? unlisted;

/** US dollars of a finished call. */
export function costOf(model: string, tokens: Tokens): number {
  const { input, output } = priceOf(model);
  const inputTokens = tokens.input + tokens.cacheRead * cacheReadShare + tokens.cacheWrite * cacheWriteShare;
  return (inputTokens * input + tokens.output * output) / 1_000_000;
}

/** The most a call can cost, before it is made: dense input, all of it written to the cache, every output token used. */
export function mostItCanCost(model: string, requestBytes: number, maxOutputTokens: number): number {
  // English has about four bytes a token, and the newest tokenizer counts some 30 % more tokens; 2.5 is below both.
  // Bytes and not characters, because a Chinese character, three bytes, is often a token of its own.
  const tokens = {
    input: 0,
    output: maxOutputTokens,
    cacheRead: 0,
    cacheWrite: Math.ceil(requestBytes / 2.5),
  };
  return costOf(model, tokens);
}
