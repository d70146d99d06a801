/** What a run is about, as questions to the search. */
import { cutText } from "@shared/agent/cut_text.ts";
import { z } from "zod";
import type { DeliverableDefinition } from "../deliverable_types/definition.ts";
import type { Run } from "../run.ts";
import type { GatheredItem } from "../run_database.ts";

/** The search takes 400 characters and more words say less, not more. */
const longestQuery = 400;
/** Meetings of one day that are looked into one by one. */
const mostEvents = 4;

const meeting = z.object({
  attendees: z.array(z.object({ name: z.string().nullish(), email: z.string().nullish() })).catch([]),
});

/** One question for the assignment, and one for each of the next events when those are what it prepares. */
export function focusQueries(
  { deliverable, at }: Run,
  definition: DeliverableDefinition,
  items: readonly GatheredItem[],
): string[] {
  const own = [deliverable.title, ...definition.focus(deliverable.type_config), deliverable.description];
  const events = definition.preparesEvents(deliverable.type_config)
    ? items.filter(({ content_type }) => content_type === "event").toSorted((a, b) =>
      distance(a, at) - distance(b, at)
    ).slice(0, mostEvents)
    : [];
  return [
    ...events.map(({ title, metadata }) => {
      const { attendees } = meeting.parse({ attendees: metadata["attendees"] ?? [] });
      return [title ?? "", ...attendees.map(({ name, email }) => name ?? email?.split("@")[0] ?? "")];
    }),
    own,
  ].map((words) => cutText(words.join(" ").replace(/\s+/g, " ").trim(), longestQuery))
    .filter((query) => query !== "");
}

const distance = ({ source_timestamp }: GatheredItem, at: string) =>
  Math.abs(Date.parse(source_timestamp) - Date.parse(at));
