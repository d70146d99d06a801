/** A report across everything that is connected. */
import { ownContent, type Strategy } from "./strategy.ts";

export const crossPlatform: Strategy = {
  sources: ({ sources }) => sources,
  restsOnWeb: false,
  searchesBackground: () => false,
  tools: [...ownContent, "GetSystemState"],
  directive: [],
};
