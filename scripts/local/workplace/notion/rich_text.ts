/** A value of Notion's JSON. */
export type NotionJson = { readonly [name: string]: unknown };

/** A stretch of text with its own look, or something mentioned in the text. */
export type Span =
  | string
  | { text: string; bold?: boolean; italic?: boolean; strikethrough?: boolean; code?: boolean; link?: string }
  /** Mentions a person by their key. */
  | { user: string }
  /** Mentions a page by its id. */
  | { page: string }
  /** Mentions a day, `YYYY-MM-DD`. */
  | { date: string }
  /** An inline formula in KaTeX. */
  | { equation: string };

/** Text as people write it into a block, a title or a property. */
export type Rich = string | readonly Span[];

/** What rich text mentions, resolved when it is read. */
export interface Mentions {
  /** Id and name of the person with this key. */
  person(key: string): { id: string; name: string };
  /** The present title of a page. */
  title(pageId: string): string;
}

/** Longest content of one rich text item; https://developers.notion.com/reference/request-limits#size-limits. */
const ITEM_LENGTH = 2000;

const PLAIN = { bold: false, italic: false, strikethrough: false, underline: false, code: false };

/** The API's `rich_text` array; long text comes in several items, as it does from Notion. */
export function richTextJson(rich: Rich, mentions: Mentions): NotionJson[] {
  const spans = typeof rich === "string" ? [rich] : rich;
  return spans.flatMap((span) => spanJson(span, mentions));
}

/** The same without any look: the joined `plain_text` of the API's array. */
export function plainText(rich: Rich, mentions: Mentions): string {
  return richTextJson(rich, mentions).map((item) => String(item.plain_text)).join("");
}

function spanJson(span: Span, mentions: Mentions): NotionJson[] {
  if (typeof span === "string") return textItems(span, {}, null);
  if ("text" in span) {
    const { text, link, ...look } = span;
    return textItems(text, look, link ?? null);
  }
  if ("user" in span) {
    const { id, name } = mentions.person(span.user);
    return [mention({ type: "user", user: { object: "user", id } }, `@${name}`)];
  }
  if ("page" in span) {
    const href = pageUrl(span.page);
    return [
      mention({ type: "page", page: { id: span.page } }, mentions.title(span.page) || "Untitled", href),
    ];
  }
  if ("date" in span) {
    const date = { start: span.date, end: null, time_zone: null };
    return [mention({ type: "date", date }, span.date)];
  }
  const equation = { expression: span.equation };
  return [{ type: "equation", equation, annotations: annotate({}), plain_text: span.equation, href: null }];
}

function textItems(text: string, look: object, link: string | null): NotionJson[] {
  const items: NotionJson[] = [];
  for (let start = 0; start < text.length; start += ITEM_LENGTH) {
    const content = text.slice(start, start + ITEM_LENGTH);
    items.push({
      type: "text",
      text: { content, link: link === null ? null : { url: link } },
      annotations: annotate(look),
      plain_text: content,
      href: link,
    });
  }
  return items;
}

function mention(what: NotionJson, plain: string, href: string | null = null): NotionJson {
  return { type: "mention", mention: what, annotations: annotate({}), plain_text: plain, href };
}

function annotate(look: object): NotionJson {
  return { ...PLAIN, ...look, color: "default" };
}

/** Where a page or database opens in the browser. */
export function pageUrl(id: string): string {
  return `https://www.notion.so/${id.replaceAll("-", "")}`;
}
