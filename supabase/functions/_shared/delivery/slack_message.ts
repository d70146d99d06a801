/**
 * A delivery as messages of Slack's Block Kit: the first one, and those that go on as replies in its thread where one
 * message is too small.
 */
import { plainLine, webAddress } from "./allowed_links.ts";
import type { DraftNode } from "./draft_tree.ts";
import type { EmailSource } from "./email_layout.ts";
import { draftText } from "./draft_text.ts";
import {
  shortLines,
  type SlackLine,
  type SlackParagraph,
  slackParagraphs,
  writtenCode,
  writtenLine,
} from "./slack_lines.ts";
import { type Run, slackText } from "./slack_markup.ts";
import { safeSubject } from "./subject.ts";

/** https://docs.slack.dev/reference/block-kit/blocks: 3,000 characters a section, 150 a header, 50 blocks a message. */
export const SECTION_CHARACTERS = 3_000;
const sectionFill = SECTION_CHARACTERS - 100;
const headerCharacters = 150;
export const BLOCKS_A_MESSAGE = 50;
/**
 * What the blocks of a message may be together, as JSON. Slack does not document its limit; `msg_blocks_too_long` came
 * from some 13,200 characters on (https://github.com/slackapi/bolt-js/issues/2509).
 */
export const BLOCK_JSON_CHARACTERS = 11_000;
/**
 * The text beside the blocks is for notifications and screen readers. Slack advises to keep it below 4,000, and an
 * escaped character is written in up to five.
 */
const fallbackCharacters = 700;
/** Dividers are for the eye: those beyond are left out. */
const mostDividers = 10;

export type SlackBlock =
  | {
    readonly type: "header";
    readonly text: { readonly type: "plain_text"; readonly text: string; readonly emoji: false };
  }
  | { readonly type: "section"; readonly text: Mrkdwn; readonly expand: true }
  | { readonly type: "context"; readonly elements: readonly Mrkdwn[] }
  | { readonly type: "divider" };

/** `verbatim`: Slack links no address and no name that stands in the text by itself. */
interface Mrkdwn {
  readonly type: "mrkdwn";
  readonly text: string;
  readonly verbatim: true;
}

export interface SlackLayout {
  readonly title: string;
  readonly subtitle?: string;
  /** A tree whose links are allowed ones. */
  readonly body: readonly DraftNode[];
  /** What the reader was told earlier and is no longer so, a sentence each. */
  readonly corrections?: readonly string[];
  readonly sources?: readonly EmailSource[];
  /** How fresh and how complete the sources are. */
  readonly coverage?: string;
}

/** One message. */
export interface SlackPart {
  /** What shows where blocks do not. */
  readonly text: string;
  readonly blocks: readonly SlackBlock[];
}

/** At least one message. The same layout gives the same messages, so that each is known by its number. */
export function slackParts(layout: SlackLayout): SlackPart[] {
  const title = plainLine(safeSubject(layout.title));
  const header: SlackBlock = {
    type: "header",
    text: { type: "plain_text", text: shortened(title, headerCharacters), emoji: false },
  };
  const messages = filled([
    header,
    ...context(layout.subtitle),
    ...sections([...slackParagraphs(layout.body), ...closing(layout)]),
    ...context(layout.coverage),
  ]);
  const whole = shortened(`${title}\n${draftText(layout.body)}`, fallbackCharacters);
  return messages.map((blocks, at) => ({
    text: slackText(at === 0 ? whole : `${title} (${at + 1}/${messages.length})`),
    blocks,
  }));
}

const mrkdwn = (text: string): Mrkdwn => ({ type: "mrkdwn", text, verbatim: true });

function shortened(text: string, longest: number): string {
  return text.length <= longest
    ? text
    : `${text.slice(0, longest - 1).toWellFormed().replace(/\uFFFD$/, "")}…`;
}

function context(text: string | undefined): SlackBlock[] {
  const words = plainLine(text ?? "");
  if (words === "") return [];
  return shortLines(plain(words), sectionFill).map((line) => ({
    type: "context",
    elements: [mrkdwn(writtenLine(line))],
  }));
}

const plain = (text: string, lead = ""): SlackLine => ({
  lead,
  rest: " ".repeat(lead.length),
  runs: [{ text, marks: [] }],
});

/** What follows the text: the corrections, and its numbered sources. */
function closing({ corrections = [], sources = [] }: SlackLayout): SlackParagraph[] {
  const told = corrections.map(plainLine).filter((text) => text !== "").map((text) => plain(text, "• "));
  const listed = sources.map(({ label, url }, at): SlackLine => {
    const href = url === undefined ? undefined : webAddress(url);
    const run: Run = { text: plainLine(label) || "Source", marks: [], ...(href !== undefined && { href }) };
    return { lead: `${at + 1}. `, rest: "    ", runs: [run] };
  });
  return [titled("Corrections", told), titled("Sources", listed)].flatMap((lines): SlackParagraph[] =>
    lines.length === 0 ? [] : [{ kind: "lines", lines }]
  );
}

function titled(title: string, lines: readonly SlackLine[]): SlackLine[] {
  return lines.length === 0 ? [] : [{ lead: "", rest: "", runs: [{ text: title, marks: ["*"] }] }, ...lines];
}

/** Paragraphs in as few sections as hold them; one that fits into a section is not parted. */
function sections(paragraphs: readonly SlackParagraph[]): SlackBlock[] {
  const blocks: SlackBlock[] = [];
  let text = "";
  let dividers = 0;
  const flush = () => {
    if (text.trim() !== "") blocks.push({ type: "section", text: mrkdwn(text), expand: true });
    text = "";
  };
  const add = (words: string, distance: string) => {
    if (text !== "" && text.length + distance.length + words.length > sectionFill) flush();
    text = text === "" ? words : text + distance + words;
  };
  for (const paragraph of paragraphs) {
    if (paragraph.kind === "divider") {
      if (dividers === mostDividers) continue;
      flush();
      if (blocks.at(-1)?.type === "divider") continue;
      dividers += 1;
      blocks.push({ type: "divider" });
    } else {
      const lines = writtenParagraph(paragraph);
      const length = lines.reduce((sum, line) => sum + line.length + 1, 1);
      if (length <= sectionFill && text.length + length > sectionFill) flush();
      lines.forEach((line, at) => add(line, at === 0 ? "\n\n" : "\n"));
    }
  }
  flush();
  return blocks;
}

function writtenParagraph(paragraph: Exclude<SlackParagraph, { kind: "divider" }>): string[] {
  return paragraph.kind === "code"
    ? writtenCode(paragraph.text, sectionFill)
    : paragraph.lines.flatMap((line) => shortLines(line, sectionFill)).map(writtenLine);
}

/** Blocks in as few messages as hold them, in order. */
function filled(blocks: readonly SlackBlock[]): SlackBlock[][] {
  const messages: SlackBlock[][] = [];
  let length = Number.POSITIVE_INFINITY;
  for (const block of blocks) {
    const added = JSON.stringify(block).length + 1;
    const last = messages.at(-1);
    if (last === undefined || last.length >= BLOCKS_A_MESSAGE || length + added > BLOCK_JSON_CHARACTERS) {
      messages.push([block]);
      length = added + 2;
    } else {
      last.push(block);
      length += added;
    }
  }
  return messages;
}
