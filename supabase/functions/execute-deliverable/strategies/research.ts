/** What the world says about a subject, with the reader's own content as the ground it stands on. */
import { ownContent, type Strategy } from "./strategy.ts";

export const research: Strategy = {
  sources: ({ sources }) => sources,
  restsOnWeb: true,
  searchesBackground: () => true,
  tools: [...ownContent, "WebSearch"],
  directive: [
    "How to work: ask WebSearch two to four focused questions, each about one thing, in general words; names, figures and sentences from the reader's own content never belong in a question. Prefer current and authoritative pages, and check what matters in a second one.",
    "Cite a page of the web by its id, such as [w2]. Say openly what could not be found.",
  ],
};
