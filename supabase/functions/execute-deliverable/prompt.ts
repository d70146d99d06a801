/** The words with which a run asks for its text. */
import type { Evidence, EvidenceItem } from "@shared/agent/evidence.ts";
import type { Fence } from "@shared/agent/fence.ts";
import { PipelineError } from "@shared/http/problem.ts";
import { definitions } from "./deliverable_types/definitions.ts";
import { charactersPerItem, type Gathered } from "./gather.ts";
import type { Run } from "./run.ts";

export function systemPrompt(fence: Fence): string {
  return [
    "You write recurring briefings from a person's own workplace content. Your whole answer is the text that is delivered: no greeting, no account of how you worked, no question back.",
    "Write plain markdown: headings, short paragraphs, lists. No title line, no tables, no images, no links, no emoji.",
    "State only what the material says. Every statement ends with the id of the item it rests on in square brackets, such as [e3] or [e3, e7]. Put words in quotation marks only when they stand exactly so in the item you cite right behind them.",
    "Search and Read are there for what the given material leaves open. Use them sparingly; most briefings need neither.",
    fence.rule,
  ].join("\n\n");
}

export function userPrompt(run: Run, gathered: Gathered, evidence: Evidence, now: Date): string {
  const { deliverable } = run;
  const recipient = Object.entries(deliverable.recipient_context)
    .map(([key, value]) => `${key}: ${typeof value === "string" ? value : JSON.stringify(value)}`);
  return [
    `Title: ${deliverable.title}`,
    deliverable.description === "" ? "" : `What its owner wants: ${deliverable.description}`,
    recipient.length === 0 ? "" : `Its reader: ${recipient.join("; ")}`,
    `Now: ${now.toISOString()} (the reader's time zone: ${run.timezone})`,
    briefOf(run),
    gathered.total > gathered.items.length
      ? `These are the newest ${gathered.items.length} of ${gathered.total} new items:`
      : `These are all ${gathered.items.length} new items:`,
    ...gathered.items.map((item: EvidenceItem) => evidence.show(item, charactersPerItem)),
  ].filter((part) => part !== "").join("\n\n");
}

function briefOf({ deliverable }: Run): string {
  const definition = definitions.get(deliverable.deliverable_type);
  if (definition !== undefined) return definition.brief(deliverable.type_config);
  throw new PipelineError({
    code: "type_not_available",
    message: `"${deliverable.deliverable_type}" cannot be written yet.`,
    hint:
      "The database offers a type that this version of the function does not know: run 'deno task deploy'.",
    status: 422,
  });
}
