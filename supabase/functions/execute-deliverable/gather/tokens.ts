/** How much of a model's attention a text takes, before a model counts it. */

/**
 * Bytes of UTF-8 a token. English has 4 to 4.5 characters a token with the older tokenizers and some 3.2 with the newest
 * (30 % more tokens); a Chinese character is 3 bytes and about a token. So 3 counts too many rather than too few.
 */
export const bytesPerToken = 3;

/** Tokens of a text, estimated upwards. */
export const tokensOf = (text: string): number =>
  Math.ceil(new TextEncoder().encode(text).byteLength / bytesPerToken);
