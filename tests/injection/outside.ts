/**
 * Everything outside of the functions, in this process: the model's provider, the mail provider, Slack, and whoever else
 * a request might go to. Every request is kept, and only these three answer.
 */
import { z } from "zod";
import type { Egress } from "@shared/http/egress.ts";

export interface SentMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Copies, answers and attachments, of which we send none. */
  readonly others: Readonly<Record<string, unknown>>;
}

/** A post as its form had it. */
export type SentPost = Readonly<Record<string, string>>;

export interface StrangeRequest {
  readonly url: string;
  readonly headers: string;
  readonly body: string;
}

/** What left in one run, by where it went. */
export interface Left {
  readonly mails: SentMail[];
  readonly posts: SentPost[];
  /** Questions that the provider was asked to search the web for. */
  readonly searches: string[];
  /** To anybody else, or in another way than we ever ask. */
  readonly strange: StrangeRequest[];
}

/** What the model's provider was sent. */
export const modelRequest = z.looseObject({
  system: z.union([z.string(), z.array(z.looseObject({ text: z.string() }))]).optional(),
  messages: z.array(z.looseObject({
    role: z.enum(["user", "assistant"]),
    content: z.union([z.string(), z.array(z.looseObject({ type: z.string() }))]),
  })),
  tools: z.array(z.looseObject({ name: z.string(), type: z.string().optional() })).optional(),
  tool_choice: z.looseObject({ type: z.string() }).optional(),
});
export type ModelRequest = z.output<typeof modelRequest>;

export type AnswerBlock =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "tool_use"; readonly name: string; readonly input: unknown };

/** The model behind the provider's address. */
export type Writer = (request: ModelRequest) => readonly AnswerBlock[];

export interface Outside {
  /** The transport of every egress. */
  readonly fetch: Egress;
  writer: Writer;
  /** What has left since this was last asked. */
  take(): Left;
}

const mail = z.looseObject({
  from: z.string(),
  to: z.union([z.string().transform((one) => [one]), z.array(z.string())]),
  subject: z.string(),
  html: z.string().default(""),
  text: z.string().default(""),
  headers: z.record(z.string(), z.string()).default({}),
  tags: z.unknown().optional(),
});

export function createOutside(): Outside {
  let left = nothing();
  let posted = 0;

  function answerOf(url: URL, headers: Headers, body: string): Response {
    const kept = { url: url.href, headers: JSON.stringify([...headers]), body };
    if (url.href === "https://api.anthropic.com/v1/messages") {
      const request = modelRequest.parse(JSON.parse(body));
      if (request.tools?.some(({ type }) => type?.startsWith("web_search_"))) {
        left.searches.push(request.messages.map(({ content }) => wordsOf(content)).join("\n"));
        return said(webAnswer);
      }
      const blocks = outside.writer(request).map((block) =>
        block.type === "text"
          ? { ...block, citations: null }
          : { ...block, id: `toolu_${crypto.randomUUID()}`, caller: { type: "direct" } }
      );
      return said(blocks);
    }
    if (url.href === "https://api.resend.com/emails") {
      const { from, to, subject, html, text, headers: own, tags: _tags, ...others } = mail.parse(
        JSON.parse(body),
      );
      left.mails.push({ from, to, subject, html, text, headers: own, others });
      return Response.json({ id: crypto.randomUUID() });
    }
    if (url.href === "https://slack.com/api/chat.postMessage") {
      left.posts.push(Object.fromEntries(new URLSearchParams(body)));
      posted += 1;
      return Response.json({ ok: true, ts: `1700000000.${String(posted).padStart(6, "0")}` });
    }
    if (url.href === "https://slack.com/api/conversations.open") {
      return Response.json({ ok: true, channel: { id: "D0OWN" } });
    }
    left.strange.push(kept);
    return Response.json({});
  }
  const outside: Outside = {
    writer: () => [{ type: "text", text: "Nothing." }],
    async fetch(input, init) {
      const request = new Request(input, init);
      return answerOf(new URL(request.url), request.headers, await request.text());
    },
    take() {
      const taken = left;
      left = nothing();
      return taken;
    },
  };
  return outside;
}

const nothing = (): Left => ({ mails: [], posts: [], searches: [], strange: [] });

const said = (content: readonly unknown[]) =>
  Response.json({
    id: "msg_1",
    type: "message",
    role: "assistant",
    model: "obedient",
    content,
    stop_reason: content.some((block) => (block as { type: string }).type === "tool_use")
      ? "tool_use"
      : "end_turn",
    stop_sequence: null,
    usage: { input_tokens: 10, output_tokens: 10 },
  });

const webAnswer = [{ type: "text", text: "Nothing was found.", citations: null }];

/** All text of a turn, of what tools answered too. */
export function wordsOf(content: ModelRequest["messages"][number]["content"]): string {
  if (typeof content === "string") return content;
  return content.map((block) =>
    typeof block["text"] === "string"
      ? block["text"]
      : typeof block["content"] === "string"
      ? block["content"]
      : ""
  ).join("\n");
}
