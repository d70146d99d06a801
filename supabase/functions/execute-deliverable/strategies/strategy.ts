/** How a run of one binding works: what decides whether there is anything to say, what it looks at, and what it may use. */
import type { Run } from "../run.ts";

export interface Strategy {
  /** The sources that are reported on, out of those that the run may read. */
  sources(run: Run): Run["sources"];
  /** The web is evidence too: no source is needed, and no fingerprint tells that nothing changed. */
  readonly restsOnWeb: boolean;
  /** Whether a search brings what bears on the subject besides what is in scope. */
  searchesBackground(run: Run): boolean;
  readonly tools: readonly ToolName[];
  /** How to work, in the words of an assignment; empty when the type's own brief says it all. */
  readonly directive: readonly string[];
}

export type ToolName = "Search" | "Read" | "List" | "WebSearch" | "GetSystemState";

/** All that looks at the reader's own content. */
export const ownContent = ["Search", "Read", "List"] as const satisfies readonly ToolName[];
