/**
 * The writer behind the emulated model: it answers from the request's own content and from nothing else. It looks things
 * up once or twice when it has tools, and then writes a digest of the items it was shown, with quotes and citations, as
 * the prompt asks. It is no language model: it picks sentences by simple signs. What it proves is the way of the content.
 */

/** A conversation as the emulator hands it over: OpenAI's shape, tool results as role `tool`. */
export interface WriterRequest {
  readonly messages: readonly { readonly role: string; readonly content: unknown }[];
  readonly tools?: readonly unknown[] | undefined;
}

export interface WriterReply {
  readonly content?: string;
  readonly toolCalls?: readonly { readonly name: string; readonly arguments: string }[];
}

export interface ShownItem {
  readonly id: string;
  readonly source: string;
  readonly author: string;
  readonly inThread: boolean;
  readonly at: string;
  readonly text: string;
}

/** How many rounds of looking up it takes, when it may. */
const lookUps = 2;

export function write({ messages, tools = [] }: WriterRequest): WriterReply {
  const text = messages.map(({ content }) => textOf(content)).join("\n");
  const items = shownIn(text);
  const asked = messages.filter(({ role }) => role === "assistant").length;
  const mustAnswer = text.includes("Write the final text now");
  if (tools.length > 0 && asked < lookUps && !mustAnswer && items.length > 0) {
    return asked === 0 ? search(items) : read(items);
  }
  return { content: items.length === 0 ? "There was nothing to report." : digest(items) };
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

const signs = {
  decision: /\b(decid|decision|agreed|approved|go(?:ing)? with|settled|we'll keep|signed off)/i,
  incident: /\b(incident|outage|down|failing|rollback|rolled back|latency|sev\d)/i,
  launch: /\b(launch|ship|release|rollout|rolled out|live)/i,
  question: /\?\s*$/,
};

function digest(items: readonly ShownItem[]): string {
  const used = new Set<string>();
  const pick = (wanted: (item: ShownItem) => boolean, most: number) => {
    const found = items.filter((item) => !used.has(item.id) && wordsOf(item.text) >= 6 && wanted(item)).slice(
      -most,
    );
    found.forEach(({ id }) => used.add(id));
    return found;
  };
  const sections: [string, ShownItem[]][] = [
    ["Decisions", pick(({ text }) => signs.decision.test(text), 4)],
    ["Incidents and launches", pick(({ text }) => signs.incident.test(text) || signs.launch.test(text), 4)],
    ["Open questions", pick((item) => !item.inThread && signs.question.test(item.text), 3)],
    ["Threads", pick(({ inThread }) => inThread, 3)],
  ];
  // On a quiet day whatever there is, so that a single "Thanks!" still makes a briefing.
  const quiet = sections.every(([, found]) => found.length === 0);
  if (quiet) sections.push(["Also said", items.slice(-5)]);
  const sources = [...new Set(items.map(({ source }) => source))];
  const people = new Set(items.map(({ author }) => author));
  const opening = items.at(-1);
  return [
    "## Highlights",
    `${people.size} people wrote ${items.length} messages in ${sources.join(", ")}, most recently ${
      opening?.author ?? "someone"
    }${opening === undefined ? "" : ` [${opening.id}]`}.`,
    ...sections.filter(([, found]) => found.length > 0).flatMap((
      [title, found],
    ) => ["", `## ${title}`, ...found.map(point)]),
    ...(quiet ? ["", `No decision, incident, launch or open question was among them [${opening?.id}].`] : []),
  ].join("\n");
}

function point({ id, author, source, text }: ShownItem): string {
  const words = (text.split("\n").find((line) => wordsOf(line) >= 4) ?? text).trim();
  const quote = words.split(/\s+/).slice(0, 14).join(" ").replace(/["“”[\]]/g, "");
  return `- ${author} in ${source}: “${quote}” [${id}]`;
}

const wordsOf = (text: string) => text.split(/\s+/).filter(Boolean).length;

/** The fenced items of a prompt, each once, as last shown. */
export function shownIn(text: string): ShownItem[] {
  const items = new Map<string, ShownItem>();
  for (
    const [, nonce, attributes = "", body = ""] of text.matchAll(
      /<data-([0-9a-f]+)((?: [a-z_]+="[^"]*")*)>\n([\s\S]*?)\n<\/data-\1>/g,
    )
  ) {
    if (nonce === undefined) continue;
    const of = (name: string) => new RegExp(` ${name}="([^"]*)"`).exec(attributes)?.[1] ?? "";
    const id = of("id");
    if (id === "") continue;
    items.set(id, {
      id,
      source: of("source") || items.get(id)?.source || "a channel",
      author: of("author") || "Someone",
      inThread: of("in_thread") === "yes",
      at: of("at"),
      text: body,
    });
  }
  return [...items.values()];
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
