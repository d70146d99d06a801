/** What a version cost, in the words of the ledger's columns. */
import type { Spent } from "@shared/llm/model.ts";

/** The sum of what several models spent; zeros for a version that no model wrote. */
export function usageOf(...spent: readonly Spent[]) {
  const sum = (figure: keyof Spent) => spent.reduce((total, one) => total + one[figure], 0);
  return {
    calls: sum("calls"),
    cost_usd: sum("costUsd"),
    input_tokens: sum("input"),
    output_tokens: sum("output"),
    cache_read_tokens: sum("cacheRead"),
    cache_write_tokens: sum("cacheWrite"),
    web_searches: sum("searches"),
  };
}
