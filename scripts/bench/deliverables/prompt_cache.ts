/**
 * The provider's prompt cache, computed: the emulated model has none. By its documentation
 * (https://docs.claude.com/en/docs/build-with-claude/prompt-caching): a prefix runs through tools, system and messages;
 * what a cache mark ends is written, for five minutes from its last use, when it is long enough; what an earlier call
 * wrote is read when it ends within 20 blocks before a mark; another `tool_choice` is another prefix from the messages on.
 */
import { createHash } from "node:crypto";
import { z } from "zod";

/** Tokens of one request's input; together they are all of it. */
export interface CacheCounts {
  readonly plain: number;
  readonly read: number;
  readonly written: number;
}

export interface PromptCache {
  /** What the cache makes of a request at an instant (milliseconds), and keeps of it. */
  count(body: unknown, atMs: number): CacheCounts;
}

const LIFETIME_MS = 5 * 60 * 1000;
const BLOCKS_LOOKED_BACK = 20;
/** Characters a token, as the emulated model counts. */
const CHARACTERS_A_TOKEN = 4;

const block = z.looseObject({ cache_control: z.unknown().optional() });
const content = z.union([z.string(), z.array(block)]);
const request = z.object({
  tools: z.array(block).default([]),
  tool_choice: z.unknown().optional(),
  system: content.default([]),
  messages: z.array(z.object({ role: z.string(), content })),
});

/** @param leastTokens the shortest prefix that is kept: 1,024 for Sonnet, 4,096 for Haiku and most of Opus (the same page) */
export function createPromptCache(leastTokens: number): PromptCache {
  const expires = new Map<string, number>();
  return {
    count(body, atMs) {
      const prefixes = prefixesOf(body);
      const marks = prefixes.flatMap(({ marked, tokens }, at) => marked && tokens >= leastTokens ? [at] : []);
      const isKept = (at: number) => (expires.get(prefixes[at]?.key ?? "") ?? -Infinity) > atMs;
      let found = -1;
      for (const mark of marks) {
        for (let at = mark; at > Math.max(found, mark - BLOCKS_LOOKED_BACK); at--) {
          if (isKept(at)) found = at;
        }
      }
      const tokensTo = (at: number | undefined) => prefixes[at ?? -1]?.tokens ?? 0;
      const read = Math.round(tokensTo(found));
      const cached = Math.max(read, Math.round(tokensTo(marks.at(-1))));
      // What was read lives on, too.
      for (const at of [...marks, ...(found >= 0 ? [found] : [])]) {
        expires.set(prefixes[at]?.key ?? "", atMs + LIFETIME_MS);
      }
      return { read, written: cached - read, plain: Math.round(tokensTo(prefixes.length - 1)) - cached };
    },
  };
}

interface Prefix {
  /** The same for two requests that begin alike up to here. */
  readonly key: string;
  readonly tokens: number;
  readonly marked: boolean;
}

function prefixesOf(body: unknown): Prefix[] {
  const { tools, tool_choice, system, messages } = request.parse(body);
  const blocks = [
    ...tools.map((tool) => ({ level: "tools", block: tool })),
    ...blocksOf(system).map((one) => ({ level: "system", block: one })),
    ...messages.flatMap(({ role, content }) =>
      blocksOf(content).map((one) => ({
        level: `${role} ${JSON.stringify(tool_choice ?? null)}`,
        block: one,
      }))
    ),
  ];
  let [key, characters] = ["", 0];
  return blocks.map(({ level, block: { cache_control, ...own } }) => {
    const text = JSON.stringify(own);
    key = createHash("sha256").update(`${key}\n${level}\n${text}`).digest("hex");
    characters += text.length;
    return { key, tokens: characters / CHARACTERS_A_TOKEN, marked: cache_control !== undefined };
  });
}

const blocksOf = (content: z.output<typeof request>["system"]) =>
  typeof content === "string" ? [{ type: "text", text: content }] as z.output<typeof block>[] : content;
