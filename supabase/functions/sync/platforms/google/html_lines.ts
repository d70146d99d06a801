/** HTML of a mail as lines of text: what a person sees of it, and whether it is quoted. */
import { Parser } from "htmlparser2";

export interface Line {
  readonly text: string;
  /** It belongs to an older mail that this one answers or forwards. */
  readonly quoted: boolean;
}

/**
 * Deeper than mails are; the parser looks through all open elements at every end tag, so without a bound a megabyte of
 * `<b>` would take minutes.
 */
const deepest = 400;
/** How much is parsed before looking whether the bound was passed. */
const pieceLength = 4096;

/** Elements of which nothing is shown as text. */
const unseen = new Set(
  "script style title template svg math object embed iframe audio video canvas select textarea button map noframes"
    .split(" "),
);
/** Elements that stand on lines of their own. */
const blocks = new Set(
  ("address article aside caption center dd div dl dt fieldset figcaption figure footer form header li main nav " +
    "section tbody tfoot thead tr").split(" "),
);
/** Those with an empty line around them. */
const paragraphs = new Set("p h1 h2 h3 h4 h5 h6 blockquote hr ol pre table ul".split(" "));

/**
 * Preheaders and other words that are there for machines. No size of letters is in this list: layouts set it to nothing
 * on a table and back to something in its cells.
 */
const invisible =
  /(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|max-height\s*:\s*0(?![.\d])|opacity\s*:\s*0(?![.\d]))/i;

/** Reads HTML in one go, linear in its length; broken HTML is read as browsers do, more or less. */
export function htmlLines(html: string): Line[] {
  const page = new VisibleText();
  const parser = new Parser({
    onopentag: (name, attributes) => page.open(name, attributes),
    onclosetag: (name) => page.close(name),
    ontext: (text) => page.write(text),
  });
  for (let at = 0; at < html.length && page.depth <= deepest; at += pieceLength) {
    parser.write(html.slice(at, at + pieceLength));
  }
  if (page.depth <= deepest) parser.end();
  return page.end();
}

interface Frame {
  readonly hidden: boolean;
  readonly quoted: boolean;
  readonly preformatted: boolean;
}

const outermost: Frame = { hidden: false, quoted: false, preformatted: false };

/** What is visible so far, line by line. */
class VisibleText {
  readonly #lines: Line[] = [];
  readonly #open: Frame[] = [];
  /** In pieces: asking a text that grows for its end would copy it at every entity. */
  #line: string[] = [];
  #endsInSpace = false;
  #lineIsQuoted = false;
  /** Line ends owed before the next visible character. */
  #owed = 0;

  get depth(): number {
    return this.#open.length;
  }

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    const outer = this.#frame;
    this.#owe(name, outer);
    const style = (attributes["style"] ?? "").slice(0, 1000);
    const hidden = outer.hidden || unseen.has(name) || "hidden" in attributes || invisible.test(style);
    const classes = (attributes["class"] ?? "").slice(0, 200);
    this.#open.push({
      hidden,
      quoted: outer.quoted || name === "blockquote" ||
        /\b(gmail_quote|yahoo_quoted|moz-cite-prefix)/.test(classes),
      preformatted: outer.preformatted || name === "pre",
    });
    if (hidden) return;
    if (name === "br") this.#endLine();
    else if (name === "li") this.write("- ");
    else if (name === "td" || name === "th") this.#append(" ");
  }

  close(name: string): void {
    this.#open.pop();
    this.#owe(name, this.#frame);
  }

  write(text: string): void {
    const { hidden, preformatted } = this.#frame;
    if (hidden) return;
    if (!preformatted) return this.#append(text.replace(/[ \t\r\n\f]+/g, " "));
    for (const [index, line] of text.split(/\r?\n/).entries()) {
      if (index > 0) this.#endLine();
      if (line === "") continue;
      this.#settle();
      this.#add(line);
    }
  }

  end(): Line[] {
    this.#endLine();
    return this.#lines;
  }

  get #frame(): Frame {
    return this.#open.at(-1) ?? outermost;
  }

  #owe(name: string, { hidden }: Frame): void {
    if (hidden) return;
    if (paragraphs.has(name)) this.#owed = 2;
    else if (blocks.has(name)) this.#owed = Math.max(this.#owed, 1);
  }

  #append(text: string): void {
    const starts = this.#owed > 0 || this.#line.length === 0 || this.#endsInSpace;
    const words = starts ? text.trimStart() : text;
    if (words === "") return;
    if (words !== " ") this.#settle();
    this.#add(words);
  }

  #add(words: string): void {
    this.#line.push(words);
    this.#endsInSpace = words.endsWith(" ");
    this.#lineIsQuoted = this.#frame.quoted;
  }

  /** Pays the line ends that are owed, now that something comes after them. */
  #settle(): void {
    if (this.#owed === 0) return;
    if (this.#line.length > 0) this.#endLine();
    if (this.#owed > 1 && this.#lines.length > 0) this.#lines.push({ text: "", quoted: this.#frame.quoted });
    this.#owed = 0;
  }

  #endLine(): void {
    this.#lines.push({ text: this.#line.join(""), quoted: this.#lineIsQuoted });
    this.#line = [];
    this.#endsInSpace = false;
  }
}
