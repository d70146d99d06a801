/** The tools of one run: those that its strategy names, bound to what the run may read. */
import { contentTools } from "@shared/agent/content_tools.ts";
import type { Evidence } from "@shared/agent/evidence.ts";
import type { Fence } from "@shared/agent/fence.ts";
import { listTool } from "@shared/agent/list_tool.ts";
import { systemStateTool } from "@shared/agent/system_state_tool.ts";
import type { Tool } from "@shared/agent/tool.ts";
import { createWebSearch, type WebSearchCounts } from "@shared/agent/web_search/web_search_tool.ts";
import { goesToOthers, isInOwnWords, readableSources, type Run } from "./run.ts";
import type { RunContext } from "./run_context.ts";
import type { Strategy, ToolName } from "./strategies/strategy.ts";

/** What knows the present only, so that a run that plays the past cannot use it. */
const ofThePresent: readonly ToolName[] = ["WebSearch", "GetSystemState"];

export interface RunTools {
  readonly tools: readonly Tool[];
  /** For the version's usage; counts on while the tools are used. */
  readonly webSearch: { readonly counts: WebSearchCounts };
}

export function toolsOf(
  { content, model, searcher }: Pick<RunContext, "content" | "model" | "searcher">,
  { run, strategy, evidence, fence }: {
    readonly run: Run;
    readonly strategy: Strategy;
    readonly evidence: Evidence;
    readonly fence: Fence;
  },
): RunTools {
  const past = run.version.purpose === "backtest";
  const reach = {
    database: content,
    userId: run.deliverable.user_id,
    sourceIds: readableSources(run),
    evidence,
    ...(past && { until: new Date(run.at) }),
  };
  const webSearch = createWebSearch({ searcher, writer: model, evidence, fence, ownWords: ownWordsOf(run) });
  const known = [
    ...contentTools(reach),
    listTool({ ...reach, fence }),
    webSearch.tool,
    systemStateTool({ ...reach, fence, personal: !goesToOthers(run) }),
  ];
  const wanted = strategy.tools.filter((name) => !past || !ofThePresent.includes(name));
  // Without any content to read, the tools for it would only be asked in vain.
  const useful = reach.sourceIds.length > 0 ? wanted : wanted.filter((name) => ofThePresent.includes(name));
  return { tools: known.filter(({ name }) => useful.some((one) => one === name)), webSearch };
}

/** What the person wrote for this work, which may leave in a question to the web. What a model took from content may not. */
export function ownWordsOf(run: Run): string[] {
  if (!isInOwnWords(run)) return [];
  const { title, description, type_config, recipient_context } = run.deliverable;
  return [title, description, ...textsIn(type_config), ...textsIn(recipient_context)];
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
