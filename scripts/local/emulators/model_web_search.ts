/**
 * The provider's server tool `web_search`, emulated: the model emulator speaks text and ordinary tools only, so that a
 * call with this tool is answered by it in text and gets its search blocks here, in the provider's own form.
 */

/** A page of the emulated web. */
export interface WebPage {
  readonly url: string;
  readonly title: string;
  readonly text: string;
}

/** Finds pages for a query; empty when the web has nothing. */
export type Web = (query: string) => readonly WebPage[];

/** A small public web that has something to say on everything, the same every time. */
export const placidWeb: Web = (query) => {
  const topic = query.toLowerCase().replace(/[^\p{L}\p{N} ]/gu, "").trim();
  if (topic === "") return [];
  const slug = topic.replaceAll(" ", "-");
  const title = topic.charAt(0).toUpperCase() + topic.slice(1);
  return [
    {
      url: `https://encyclopedia.example.org/${encodeURIComponent(slug)}`,
      title: `${title}: an overview`,
      text: `Public sources describe ${topic} as a field that changes slowly and is well documented.`,
    },
    {
      url: `https://news.example.com/2026/11/${encodeURIComponent(slug)}`,
      title: `${title} in the news`,
      text: `Analysts who follow ${topic} expect no surprises before the end of the year.`,
    },
  ];
};

interface SearchCall {
  readonly query: string;
}

/** The search that a request asks for; undefined when it offers no such tool. */
export function searchIn(body: unknown): SearchCall | undefined {
  if (!isRecord(body) || !Array.isArray(body["tools"]) || !Array.isArray(body["messages"])) return undefined;
  const offers = body["tools"].some((tool) =>
    isRecord(tool) && typeof tool["type"] === "string" && tool["type"].startsWith("web_search_")
  );
  if (!offers) return undefined;
  const asked = body["messages"].findLast((message) => isRecord(message) && message["role"] === "user");
  const content = isRecord(asked) ? asked["content"] : "";
  const query = typeof content === "string"
    ? content
    : Array.isArray(content)
    ? content.map((block) => isRecord(block) && typeof block["text"] === "string" ? block["text"] : "").join(
      " ",
    )
    : "";
  return { query };
}

/** The emulator's answer in text as the provider would give it: the search, its findings, and sentences that quote them. */
export function withSearch(answer: unknown, { query }: SearchCall, web: Web): unknown {
  if (!isRecord(answer) || answer["type"] !== "message") return answer;
  const pages = web(query);
  const id = `srvtoolu_${crypto.randomUUID().replaceAll("-", "")}`;
  const caller = { type: "direct" };
  const content = [
    { type: "server_tool_use", id, name: "web_search", input: { query }, caller },
    {
      type: "web_search_tool_result",
      tool_use_id: id,
      caller,
      content: pages.map(({ url, title }) => ({
        type: "web_search_result",
        url,
        title,
        encrypted_content: btoa(encodeURIComponent(url)),
        page_age: null,
      })),
    },
    ...(pages.length === 0
      ? [{ type: "text", text: "Nothing was found.", citations: null }]
      : pages.map(({ url, title, text }) => ({
        type: "text",
        text: `${text} `,
        citations: [{
          type: "web_search_result_location",
          url,
          title,
          // The provider quotes up to 150 characters.
          cited_text: text.slice(0, 150),
          encrypted_index: btoa(encodeURIComponent(title)),
        }],
      }))),
  ];
  const usage = isRecord(answer["usage"]) ? answer["usage"] : {};
  const words = pages.reduce((sum, { title, text }) => sum + title.length + text.length, 0);
  return {
    ...answer,
    content,
    stop_reason: "end_turn",
    usage: {
      ...usage,
      // What was found is read by the model, and billed as input.
      input_tokens: Number(usage["input_tokens"] ?? 0) + Math.ceil(words / 4),
      server_tool_use: { web_search_requests: 1, web_fetch_requests: 0 },
    },
  };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
