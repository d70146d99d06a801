/** The reader's own content and the web together, as the assignment needs them. */
import { ownContent, type Strategy } from "./strategy.ts";

export const hybrid: Strategy = {
  sources: ({ sources }) => sources,
  restsOnWeb: true,
  searchesBackground: () => true,
  tools: [...ownContent, "WebSearch", "GetSystemState"],
  directive: [
    "How to work: begin with the given material. Where the assignment asks for what it cannot hold, ask WebSearch, each time about one thing, in general words; names, figures and sentences from the reader's own content never belong in a question. Cite a page of the web by its id, such as [w2].",
  ],
};
