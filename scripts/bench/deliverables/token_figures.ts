/** Tokens and cost of runs by type and binding, with and without the provider's prompt cache. */
import { costOf } from "@shared/llm/prices.ts";
import type { Figure } from "../report.ts";
import type { MeasuredRun } from "./one_by_one.ts";
import { createPromptCache, type PromptCache } from "./prompt_cache.ts";
import type { ModelCall } from "./watched_model.ts";

/** What a run's calls came to. Dollars are list prices of tokens; fees of web searches are the same either way. */
interface Bill {
  readonly calls: number;
  readonly input: number;
  readonly output: number;
  readonly read: number;
  readonly written: number;
  readonly usdPlain: number;
  /** The cache empty at the run's beginning. */
  readonly usdAlone: number;
  /** What earlier runs of the last five minutes wrote is there: tools and system prompt. */
  readonly usdAmongOthers: number;
}

/** Of Sonnet, the default writer (the provider's page on prompt caching). */
const LEAST_TOKENS = 1024;

/** @param model its name, for the prices */
export function tokenFigures(model: string, runs: readonly MeasuredRun[]): Figure[] {
  const shared = createPromptCache(LEAST_TOKENS);
  const billed = runs.flatMap((run) =>
    run.parts === undefined || run.cold ? [] : [{ ...run, bill: billOf(model, run.calls, shared) }]
  );
  const named = [
    ...[...new Set(billed.map(({ type }) => type))].map((type) => {
      const own = billed.filter((run) => run.type === type);
      return { name: `${type} (${own[0]?.binding})`, own };
    }),
    ...[...new Set(billed.map(({ binding }) => binding))].map((binding) => ({
      name: `all ${binding}`,
      own: billed.filter((run) => run.binding === binding),
    })),
  ];
  return named.flatMap(({ name, own }) => {
    const mean = (figure: keyof Bill) => own.reduce((sum, { bill }) => sum + bill[figure], 0) / own.length;
    const usd = (figure: "usdPlain" | "usdAlone" | "usdAmongOthers") => `$${mean(figure).toFixed(4)}`;
    const share = (figure: "usdAlone" | "usdAmongOthers") => {
      const percent = Math.round((mean(figure) / mean("usdPlain") - 1) * 100);
      return `${percent > 0 ? "+" : ""}${percent} %`;
    };
    return [
      {
        name: `tokens a run, ${name}`,
        value: Math.round(mean("input")),
        unit: "in",
        conditions: `${Math.round(mean("output"))} out, ${mean("calls").toFixed(1)} calls; with the cache ${
          Math.round(mean("read"))
        } of the input are read from it, ${Math.round(mean("written"))} written`,
      },
      {
        name: `cost a run, ${name}`,
        value: Number(mean("usdAlone").toFixed(4)),
        unit: "$",
        conditions: `with the cache, ${share("usdAlone")}; without ${
          usd("usdPlain")
        }; with other runs in the last five minutes ${usd("usdAmongOthers")}, ${share("usdAmongOthers")}`,
      },
    ];
  });
}

function billOf(model: string, calls: readonly ModelCall[], shared: PromptCache): Bill {
  const own = createPromptCache(LEAST_TOKENS);
  const bill = {
    calls: 0,
    input: 0,
    output: 0,
    read: 0,
    written: 0,
    usdPlain: 0,
    usdAlone: 0,
    usdAmongOthers: 0,
  };
  for (const { body, usage, begin } of calls) {
    if (usage === undefined) continue;
    const { input, output } = usage;
    const price = ({ read, written }: { read: number; written: number }) =>
      costOf(model, {
        input: Math.max(0, input - read - written),
        output,
        cacheRead: read,
        cacheWrite: written,
      });
    const alone = own.count(body, begin);
    bill.calls += 1;
    bill.input += input;
    bill.output += output;
    bill.read += alone.read;
    bill.written += alone.written;
    bill.usdPlain += price({ read: 0, written: 0 });
    bill.usdAlone += price(alone);
    bill.usdAmongOthers += price(shared.count(body, begin));
  }
  return bill;
}
