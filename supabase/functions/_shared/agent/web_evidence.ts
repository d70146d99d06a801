/** Pages that a web search found, as evidence: short ids w1, w2 …, fenced like everything that others wrote. */
import { cutText } from "./cut_text.ts";
import type { Fence } from "./fence.ts";

/** A page as the search's provider returned it. */
export interface WebSource {
  /** Without its fragment; http or https, without credentials. */
  readonly url: string;
  readonly title: string;
  /** The page's own words, as far as the search quoted them. */
  readonly snippet: string;
}

export interface WebEvidence {
  /** Adds a page, or finds it by its address, and returns its short id. Further words of the same page are kept too. */
  addWeb(source: WebSource): string;
  /** The page of a short id such as "w1". */
  web(shortId: string): WebSource | undefined;
  /** The page as the model sees it. */
  showWeb(source: WebSource, characters: number): string;
  /** Every page that was found, in the order of its short id. */
  webSources(): readonly WebSource[];
}

const longestTitle = 200;
const longestSnippet = 4000;

export function createWebEvidence(fence: Fence): WebEvidence {
  const pages: WebSource[] = [];
  function addWeb(source: WebSource): string {
    const at = pages.findIndex(({ url }) => url === source.url);
    const known = pages[at];
    if (known === undefined) {
      pages.push({ ...source, snippet: cutText(source.snippet, longestSnippet) });
      return `w${pages.length}`;
    }
    if (!known.snippet.includes(source.snippet)) {
      pages[at] = { ...known, snippet: cutText(`${known.snippet}\n${source.snippet}`, longestSnippet) };
    }
    return `w${at + 1}`;
  }
  const web = (shortId: string) => /^w\d+$/.test(shortId) ? pages[Number(shortId.slice(1)) - 1] : undefined;
  return {
    addWeb,
    web,
    showWeb(source, characters) {
      const id = addWeb(source);
      const { title, url, snippet } = web(id) ?? source;
      return fence.wrap(`${cutText(title, longestTitle, " […]")}\n${cutText(snippet, characters, " […]")}`, {
        id,
        source: "the web",
        // The host alone: an address's path and query are more words of whoever made the page.
        site: new URL(url).hostname,
      });
    },
    webSources: () => pages,
  };
}

const longestUrl = 1000;

/**
 * The address of a page that may be cited and linked, as it is compared: http or https, a public name, no credentials, no
 * port of its own, without its fragment. Undefined for every other.
 */
export function citableUrl(address: string): string | undefined {
  if (address.length > longestUrl || !URL.canParse(address)) return undefined;
  const url = new URL(address);
  const fits = (url.protocol === "https:" || url.protocol === "http:") && url.username === "" &&
    url.password === "" && url.port === "" &&
    /^(?:[a-z0-9-]+\.)+(?:[a-z]{2,}|xn--[a-z0-9-]+)\.?$/.test(url.hostname);
  if (!fits) return undefined;
  url.hash = "";
  return url.href;
}
