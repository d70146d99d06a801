/** Turns the marks of citations in a text (`[1]`) into links to what they cite. */
import type { LinkJudge } from "./allowed_links.ts";
import type { DraftElement, DraftNode } from "./draft_tree.ts";

/** The permalink of each citation, by its number. */
export type CitationLinks = ReadonlyMap<number, string>;

/** Inside these a mark is not ours: a link has its own address, and code is shown as it is. */
const untouched: ReadonlySet<string> = new Set(["a", "code", "pre"]);

/** The same nodes, in which each mark of a citation that has an allowed permalink is a link to it. */
export function linkMarkers(
  nodes: readonly DraftNode[],
  permalinks: CitationLinks,
  judge: LinkJudge,
): DraftNode[] {
  return nodes.flatMap((node): DraftNode[] => {
    if (typeof node === "string") return linked(node, permalinks, judge);
    if (untouched.has(node.tag)) return [node];
    return [{ ...node, children: linkMarkers(node.children, permalinks, judge) }];
  });
}

function linked(text: string, permalinks: CitationLinks, judge: LinkJudge): DraftNode[] {
  return text.split(/(\[\d{1,4}\])/).flatMap((piece): (string | DraftElement)[] => {
    if (piece === "") return [];
    const number = /^\[(\d{1,4})\]$/.exec(piece)?.[1];
    const permalink = number === undefined ? undefined : permalinks.get(Number(number));
    const href = permalink === undefined ? undefined : judge(permalink);
    return [href === undefined ? piece : { tag: "a", href, marker: true, children: [piece] }];
  });
}
