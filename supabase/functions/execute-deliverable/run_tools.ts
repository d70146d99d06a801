/** The tools of one run: those that its strategy names, bound to what the run may read. */
import { contentTools } from "@shared/agent/content_tools.ts";
import type { Evidence } from "@shared/agent/evidence.ts";
import type { Fence } from "@shared/agent/fence.ts";
import { listTool } from "@shared/agent/list_tool.ts";
import { systemStateTool } from "@shared/agent/system_state_tool.ts";
import type { Tool } from "@shared/agent/tool.ts";
import { goesToOthers, readableSources, type Run } from "./run.ts";
import type { RunContext } from "./run_context.ts";
import type { Strategy, ToolName } from "./strategies/strategy.ts";

/** What knows the present only, so that a run that plays the past cannot use it. */
const ofThePresent: readonly ToolName[] = ["WebSearch", "GetSystemState"];

export function toolsOf(
  { content }: Pick<RunContext, "content">,
  { run, strategy, evidence, fence }: {
    readonly run: Run;
    readonly strategy: Strategy;
    readonly evidence: Evidence;
    readonly fence: Fence;
  },
): Tool[] {
  const past = run.version.purpose === "backtest";
  const reach = {
    database: content,
    userId: run.deliverable.user_id,
    sourceIds: readableSources(run),
    evidence,
    ...(past && { until: new Date(run.at) }),
  };
  const known = [
    ...contentTools(reach),
    listTool({ ...reach, fence }),
    systemStateTool({ ...reach, fence, personal: !goesToOthers(run) }),
  ];
  const wanted = strategy.tools.filter((name) => !past || !ofThePresent.includes(name));
  // Without any content to read, the tools for it would only be asked in vain.
  const useful = reach.sourceIds.length > 0 ? wanted : wanted.filter((name) => ofThePresent.includes(name));
  return known.filter(({ name }) => useful.some((one) => one === name));
}
