/**
 * The writer behind the emulated model: it answers from the request's own content and from nothing else. It looks things
 * up once or twice when it has tools, and then writes the sections that the assignment names from the items it was shown,
 * with quotes and citations, as the prompt asks. It is no language model: it picks sentences by simple signs. What it
 * proves is the way of the content.
 */
import { isOpening, sortedUnder, wordsOf } from "./writer/sections.ts";
import { headingsIn, shownIn, type ShownItem } from "./writer/shown_items.ts";

/** A conversation as the emulator hands it over: OpenAI's shape, tool results as role `tool`. */
export interface WriterRequest {
  readonly messages: readonly { readonly role: string; readonly content: unknown }[];
  readonly tools?: readonly unknown[] | undefined;
}

export interface WriterReply {
  readonly content?: string;
  readonly toolCalls?: readonly { readonly name: string; readonly arguments: string }[];
}

/** How many rounds of looking up it takes, when it may. */
const lookUps = 2;
const mostPoints = 4;

export function write({ messages, tools = [] }: WriterRequest): WriterReply {
  const text = messages.map(({ content }) => textOf(content)).join("\n");
  const shown = shownIn(text);
  const items = shown.filter(({ id }) => !id.startsWith("w"));
  const pages = shown.filter(({ id }) => id.startsWith("w"));
  const asked = messages.filter(({ role }) => role === "assistant").length;
  const mustAnswer = text.includes("Write the final text now");
  if (tools.length > 0 && asked < lookUps && !mustAnswer && items.length > 0) {
    return asked === 0 ? search(items) : read(items);
  }
  const topic = topicOf(text);
  if (
    tools.some((tool) => nameOf(tool) === "WebSearch") && !mustAnswer && topic !== "" &&
    !hasAskedWeb(messages)
  ) {
    return call("WebSearch", { query: topic });
  }
  const web = webSection(pages);
  if (items.length === 0) {
    if (web !== "") return { content: web };
    return {
      content:
        "Nothing could be found about this: no item of the material speaks of it, and no page of the web was found that would say more.",
    };
  }
  const untold = items.filter(({ told }) => !told);
  const own = textFrom(headingsIn(text), untold.length > 0 ? untold : items);
  return { content: web === "" ? own : `${own}\n\n${web}` };
}

/** What the work is called: its owner's words, which may leave in a web search. */
const topicOf = (text: string) => /^Title: (.+)$/m.exec(text)?.[1]?.trim().slice(0, 100) ?? "";

/** Whatever came back: pages, nothing, or why it was not asked. */
const hasAskedWeb = (messages: WriterRequest["messages"]) =>
  messages.some(({ role, content }) =>
    role === "tool" && /^<data-[0-9a-f]+ id="w\d|\bweb\b|^This search was not made/i.test(textOf(content))
  );

function nameOf(tool: unknown): string {
  if (typeof tool !== "object" || tool === null) return "";
  const named = "function" in tool ? tool.function : tool;
  return typeof named === "object" && named !== null && "name" in named ? String(named.name) : "";
}

function webSection(pages: readonly ShownItem[]): string {
  const points = pages.flatMap(({ id, text }) => {
    const [title = "", ...words] = text.split("\n");
    const quote = words.join(" ").trim().replace(/["“”„«»[\]]/g, "");
    return quote === "" ? [] : [`- ${title.replace(/[[\]]/g, "")}: “${quote}” [${id}]`];
  });
  return points.length === 0 ? "" : ["## From the web", ...points].join("\n");
}

const call = (name: string, input: unknown): WriterReply => ({
  toolCalls: [{ name, arguments: JSON.stringify(input) }],
});

/** Looks for what is talked about most. */
function search(items: readonly ShownItem[]): WriterReply {
  const counts = new Map<string, number>();
  for (const { text } of items) {
    for (const [word] of text.matchAll(/\b[A-Z][a-z]{4,}\b/g)) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const telling = [...counts].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])).slice(0, 3).map((
    [word],
  ) => word);
  return call("Search", { query: telling.join(" ") || "decision", limit: 5 });
}

/** Reads the longest item in full. */
function read(items: readonly ShownItem[]): WriterReply {
  const longest = items.reduce((a, b) => b.text.length > a.text.length ? b : a);
  return call("Read", { id: longest.id });
}

function textFrom(headings: readonly string[], items: readonly ShownItem[]): string {
  const sections = sortedUnder(headings, items, mostPoints);
  const opening = headings.find(isOpening);
  const quiet = sections.every(({ items: found }) => found.length === 0);
  return [
    ...(opening === undefined ? [] : [`## ${opening}`]),
    overviewOf(items),
    ...sections.filter(({ items: found }) => found.length > 0).flatMap((
      { heading, items: found },
    ) => ["", `## ${heading}`, ...found.map(point)]),
    // On a quiet day whatever there is, so that a single "Thanks!" still makes a briefing.
    ...(quiet
      ? [
        "",
        ...items.slice(-5).map(point),
        "",
        `Nothing else was said that asks for anything [${items.at(-1)?.id}].`,
      ]
      : []),
  ].join("\n");
}

function overviewOf(items: readonly ShownItem[]): string {
  const sources = [...new Set(items.map(({ source }) => source))];
  const people = new Set(items.map(({ author }) => author));
  const last = items.at(-1);
  return `There are ${items.length} ${items.length === 1 ? "item" : "items"} of ${people.size} ${
    people.size === 1 ? "person" : "people"
  } in ${sources.join(", ")}, the last of them by ${last?.author ?? "someone"} [${last?.id}].`;
}

function point({ id, author, source, text }: ShownItem): string {
  const words = (text.split("\n").find((line) => wordsOf(line) >= 4) ?? text).trim();
  const quote = words.split(/\s+/).slice(0, 14).join(" ").replace(/["“”„«»[\]]/g, "");
  return `- ${author} in ${source}: “${quote}” [${id}]`;
}

function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content.map((part: unknown) =>
    typeof part === "object" && part !== null && "text" in part && typeof part.text === "string"
      ? part.text
      : ""
  ).join("\n");
}
