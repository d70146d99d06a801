/** Renders a draft for a mail: its HTML and its plain text, written from one sanitised tree. */
import { draftHtml } from "./draft_html.ts";
import { draftText } from "./draft_text.ts";
import { readDraft, type ReadOptions } from "./read_draft.ts";

export interface RenderedDraft {
  /** A fragment for the body of a mail, with inline styles. */
  readonly html: string;
  readonly text: string;
  /** Links that were written as text because they are not among the sources. */
  readonly refusedLinks: number;
  /** Whether the end of the draft was left out. The rendering says so to the reader. */
  readonly shortened: boolean;
}

export function renderDraft(markdown: string, options: ReadOptions): RenderedDraft {
  const { nodes, refusedLinks, shortened } = readDraft(markdown, options);
  return { html: draftHtml(nodes), text: draftText(nodes), refusedLinks, shortened };
}
