/** A model that looks something up and then writes at length: everything that it was shown, quoted and cited. */
import { shownIn } from "../../scripts/local/emulators/writer/shown_items.ts";
import { type WriterReply, type WriterRequest } from "../../scripts/local/emulators/writer.ts";

export function writeAtLength({ messages, tools = [] }: WriterRequest): WriterReply {
  const text = messages.map(({ content }) => typeof content === "string" ? content : JSON.stringify(content));
  const hasAsked = messages.some(({ role }) => role === "assistant");
  if (tools.length > 0 && !hasAsked) {
    return { toolCalls: [{ name: "Search", arguments: JSON.stringify({ query: "decided" }) }] };
  }
  const points = shownIn(text.join("\n")).map(({ id, text }) => `- Maya wrote: “${text}” [${id}]`);
  return { content: ["## What was decided", ...points].join("\n\n") };
}
