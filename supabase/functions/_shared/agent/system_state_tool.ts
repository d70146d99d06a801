/** GetSystemState: how the person's own pipeline is doing, so that a text can say how fresh it is. It only reads. */
import { z } from "zod";
import type { PipelineDatabase } from "../db/pipeline_database.ts";
import { cutText } from "./cut_text.ts";
import type { Fence } from "./fence.ts";
import { type Tool, tool } from "./tool.ts";

export interface SystemStateOptions {
  readonly database: PipelineDatabase;
  readonly userId: string;
  /** Sources outside these are counted and not named. */
  readonly sourceIds: readonly string[];
  readonly fence: Fence;
  /** The text goes to its person alone. Otherwise their other work is not shown: its titles are nobody else's business. */
  readonly personal: boolean;
}

/** Below what a tool may answer, the fence included. */
const mostCharacters = 7500;

export function systemStateTool({ database, userId, sourceIds, fence, personal }: SystemStateOptions): Tool {
  return tool({
    name: "GetSystemState",
    description: personal
      ? "Shows the state of the person's pipeline: how fresh each platform and source is, what was noticed lately, and their deliverables with their last versions."
      : "Shows how fresh each platform and source is.",
    input: z.object({
      scope: z.enum(["full", "sync", "signals", "deliverables"]).optional().describe("Default: full"),
    }),
    async run({ scope = "full" }, signal) {
      if (!personal && scope !== "full" && scope !== "sync") {
        return "This text goes to others too, so the person's other work is not shown.";
      }
      const state = await database.call("system_state", {
        p_user: userId,
        p_sources: [...sourceIds],
        p_scope: personal ? scope : "sync",
      }, signal);
      // Names of sources and titles are text that people chose, so that they come within the fence as all text does.
      return fence.wrap(cutText(JSON.stringify(state), mostCharacters, " […]"), { state: scope });
    },
  });
}
