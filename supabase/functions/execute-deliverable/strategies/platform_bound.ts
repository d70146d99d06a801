/** One platform's own report: a digest of channels, a brief of an inbox, a preview of a calendar. */
import { ownContent, type Strategy } from "./strategy.ts";

export const platformBound: Strategy = {
  sources({ sources, type: { primary_platform } }) {
    const own = sources.filter(({ platform }) => platform === primary_platform);
    // Somebody who gave an inbox brief only channels means those channels.
    return own.length > 0 ? own : sources;
  },
  restsOnWeb: false,
  // A meeting is prepared from what was said elsewhere; a digest of channels is about these channels only.
  searchesBackground: ({ type }) => type.searches_all_sources,
  tools: ownContent,
  directive: [],
};
