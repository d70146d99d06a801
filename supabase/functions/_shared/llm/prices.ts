/** What a model call costs. */

/** US dollars per million tokens. */
interface Price {
  readonly input: number;
  readonly output: number;
}

/**
 * List prices by model family (https://www.anthropic.com/pricing, as last known to us: Sonnet 3/15, Haiku 1/5, Opus
 * 5/25). They drive the caps and the cost shown to people, not the bill; the provider's invoice is the truth.
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

/** US dollars of one web search by the provider's server tool: $10 per 1,000 (Anthropic's docs); tokens are apart. */
const searchFee = 0.01;
/** What one search's findings weigh as input, at most: gateways report several thousand to some tens of thousands. */
const mostTokensASearch = 30_000;

export interface Tokens {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

const priceOf = (model: string): Price => families.find(([pattern]) => pattern.test(model))?.[1] ?? unlisted;

/** US dollars of a finished call; `searches`: web searches that the provider made within it. */
export function costOf(model: string, tokens: Tokens, searches = 0): number {
  const { input, output } = priceOf(model);
  const inputTokens = tokens.input + tokens.cacheRead * cacheReadShare + tokens.cacheWrite * cacheWriteShare;
  return (inputTokens * input + tokens.output * output) / 1_000_000 + searches * searchFee;
}

/** A call before it is made: its body's size, the most output tokens, and the most web searches that it allows. */
export interface CallSize {
  readonly bytes: number;
  readonly maxOutputTokens: number;
  readonly searches?: number;
}

/** The most a call can cost, before it is made: dense input, all of it written to the cache, every output token used. */
export function mostItCanCost(model: string, { bytes, maxOutputTokens, searches = 0 }: CallSize): number {
  // English has about four bytes a token, and the newest tokenizer counts some 30 % more tokens; 2.5 is below both.
  // Bytes and not characters, because a Chinese character, three bytes, is often a token of its own.
  // The provider asks its model anew after each search, and reads the request again each time.
  const tokens = {
    input: searches * mostTokensASearch,
    output: maxOutputTokens,
    cacheRead: 0,
    cacheWrite: Math.ceil(bytes / 2.5) * (1 + searches),
  };
  return costOf(model, tokens, searches);
}

/** Output tokens a second that no model of the provider passes. */
const fastestOutput = 250;

/**
 * The most a call can have cost that was broken off after `seconds`: its input, and as much output as can have been
 * written by then. Never more than {@link mostItCanCost}.
 */
export function mostItCanHaveCost(model: string, size: CallSize, seconds: number): number {
  const written = Math.min(size.maxOutputTokens, Math.ceil(Math.max(0, seconds) * fastestOutput));
  return mostItCanCost(model, { ...size, maxOutputTokens: written });
}
