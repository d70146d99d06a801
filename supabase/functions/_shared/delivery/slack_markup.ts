/**
 * Text in Slack's own markup (https://docs.slack.dev/messaging/formatting-message-text): runs of words with their marks,
 * written so that nothing in them can mention anybody, link anywhere or open a tag.
 */
import { printableText } from "./printable_text.ts";

/** Bold, italic, struck through, code. */
export type Mark = "*" | "_" | "~" | "`";

/** Some words with the same marks. */
export interface Run {
  readonly text: string;
  /** The outermost first. */
  readonly marks: readonly Mark[];
  /** One of the allowed links, and nothing else. */
  readonly href?: string;
}

/** Longer addresses are left out and their words stay: a link cannot be cut in two. */
const longestHref = 1_000;
/** Longer words of a link stand before it. */
export const longestLabel = 200;

/**
 * Text that is only text to Slack: its three characters of control are escaped (so `<!channel>`, `<@U1>` and
 * `<https://…>` are shown as they stand), and an invisible space parts the words that would call a whole channel.
 */
export function slackText(text: string): string {
  return printableText(text).replace(callsForAll, "@\u200B")
    .replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

const callsForAll = /@(?=here\b|channel\b|everyone\b|group\b)/gi;

/** The words of a line in Slack's markup, with the marks that neighbours share written once. */
export function slackLine(runs: readonly Run[]): string {
  let line = "";
  let open: Mark[] = [];
  const close = (kept: number) => {
    // A mark that follows a blank does not end anything.
    const blanks = /[ \n]*$/.exec(line)?.[0] ?? "";
    line = line.slice(0, line.length - blanks.length) + open.slice(kept).toReversed().join("") + blanks;
    open = open.slice(0, kept);
  };
  for (const run of runs) {
    const written = runText(run);
    if (written.trim() === "") {
      line += written;
      continue;
    }
    const shared = open.findIndex((mark, at) => run.marks[at] !== mark);
    if (shared !== -1) close(shared);
    const opening = run.marks.slice(open.length);
    const words = opening.length === 0 ? written : written.trimStart();
    line += written.slice(0, written.length - words.length) + opening.join("") + words;
    open = [...open, ...opening];
  }
  close(0);
  return line;
}

function runText({ text, marks, href }: Run): string {
  // A backtick would end the code that it stands in.
  const words = slackText(marks.includes("`") ? text.replaceAll("`", "'") : text);
  if (href === undefined || href.length > longestHref) return words;
  const label = words.replaceAll("|", "¦").trim();
  return `<${href.replaceAll("&", "&amp;").replaceAll("|", "%7C")}|${label === "" ? "link" : label}>`;
}

/** At least as long as the run is when it is written; adding these up costs no writing. */
export function longestOf(run: Run): number {
  return runText(run).length + 2 * run.marks.length;
}
