/** The agent's tools in headless mode, in an order that never changes: the provider's cache begins with them. */
import { contentTools } from "./content_tools.ts";
import { listTool, type ListToolOptions } from "./list_tool.ts";
import { systemStateTool } from "./system_state_tool.ts";
import type { Tool } from "./tool.ts";
import {
  createWebSearch,
  type WebSearchCounts,
  type WebSearchOptions,
} from "./web_search/web_search_tool.ts";

export interface AgentToolOptions extends ListToolOptions {
  /** The text goes to its person alone. */
  readonly personal: boolean;
  /** For the bindings `research` and `hybrid`; without it there is no WebSearch. */
  readonly web?: Pick<WebSearchOptions, "searcher" | "writer" | "ownWords">;
}

export interface AgentTools {
  readonly tools: readonly Tool[];
  /** What was asked of the web so far, and what was not. */
  readonly webSearches: WebSearchCounts;
}

/** Search, Read, List, GetSystemState and, where the web may be asked, WebSearch. All of them only read. */
export function agentTools(options: AgentToolOptions): AgentTools {
  const web = options.web &&
    createWebSearch({ ...options.web, evidence: options.evidence, fence: options.fence });
  return {
    tools: [
      ...contentTools(options),
      listTool(options),
      systemStateTool(options),
      ...(web ? [web.tool] : []),
    ],
    get webSearches() {
      return web?.counts ?? { sent: 0, refused: {} };
    },
  };
}
