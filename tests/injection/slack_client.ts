/** What Slack makes of a post: whom it calls, what it links, and what it loads by itself. */
import { z } from "zod";
import { autoLinked } from "./mail_client.ts";
import type { SentPost } from "./outside.ts";

export interface PostAsRead {
  readonly channel: string;
  /** People, groups and whole channels that the post calls, or other channels that it names. */
  readonly calls: readonly string[];
  readonly addresses: readonly string[];
  /** All of its words. */
  readonly words: string;
  /** Parts that we never send: images, buttons, attachments. */
  readonly foreign: readonly string[];
}

const text = z.looseObject({ type: z.string(), text: z.string(), verbatim: z.boolean().optional() });
const block = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("header"), text, emoji: z.boolean().optional() }),
  z.strictObject({ type: z.literal("section"), text, expand: z.boolean().optional() }),
  z.strictObject({ type: z.literal("context"), elements: z.array(text) }),
  z.strictObject({ type: z.literal("divider") }),
]);

export function readPost(post: SentPost): PostAsRead {
  const blocks = z.array(z.unknown()).parse(JSON.parse(post["blocks"] ?? "[]"));
  const known = blocks.map((one) => block.safeParse(one));
  const parts = known.flatMap((one) =>
    !one.success
      ? []
      : one.data.type === "divider"
      ? []
      : one.data.type === "context"
      ? one.data.elements
      : [one.data.text]
  );
  const links = post["parse"] !== "none" || post["link_names"] === "true";
  const read = [
    markup(post["text"] ?? "", { links, names: post["link_names"] === "true" }),
    ...parts.map(({ type, text, verbatim }) =>
      type === "plain_text"
        ? { calls: [], addresses: autoLinked(text) }
        : markup(text, { links: verbatim !== true, names: verbatim !== true })
    ),
  ];
  const foreign = blocks.filter((_, at) => known[at]?.success !== true).map((one) => JSON.stringify(one));
  return {
    channel: post["channel"] ?? "",
    calls: read.flatMap(({ calls }) => calls),
    addresses: [...read.flatMap(({ addresses }) => addresses), ...foreign],
    words: [post["text"] ?? "", ...parts.map(({ text }) => text)].join("\n"),
    foreign: [...foreign, ...(post["attachments"] === undefined ? [] : [post["attachments"]])],
  };
}

/** https://docs.slack.dev/messaging/formatting-message-text: what stands in angle brackets is no text. */
function markup(written: string, { links, names }: { links: boolean; names: boolean }) {
  const calls: string[] = [];
  const addresses: string[] = [];
  const rest = written.replace(/<([^<>]+)>/g, (_, inner: string) => {
    if (/^[!@#]/.test(inner)) calls.push(inner);
    else addresses.push(inner.split("|")[0] ?? "");
    return " ";
  });
  if (links) addresses.push(...autoLinked(unescaped(rest)));
  if (names) calls.push(...rest.match(/@(?:here|channel|everyone)\b/g) ?? []);
  return { calls, addresses: addresses.map(unescaped) };
}

const unescaped = (text: string) =>
  text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
