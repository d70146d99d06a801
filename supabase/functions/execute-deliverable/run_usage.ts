/** What a version cost, in the words of the ledger's columns. */
import type { Spent } from "@shared/llm/model.ts";

/** A version that no model wrote. */
export const nothingSpent: Spent = {
  calls: 0,
  costUsd: 0,
  searches: 0,
  input: 0,
  output: 0,
  cacheRead: 0,
  cacheWrite: 0,
};

export const usageOf = (spent: Spent) => ({
  calls: spent.calls,
  cost_usd: spent.costUsd,
  input_tokens: spent.input,
  output_tokens: spent.output,
  cache_read_tokens: spent.cacheRead,
  cache_write_tokens: spent.cacheWrite,
  web_searches: spent.searches,
});
