/** What a platform tells of an item beside its words, as short facts for the model. All of it may be anyone's text. */
import { z } from "zod";
import { cutText } from "./cut_text.ts";

const longestFact = 200;
const mostPeople = 8;

const count = z.number().int().positive();
const slack = {
  reactions: z.array(z.object({ name: z.string(), count })),
  reply_count: count,
};
const attendees = z.array(
  z.object({ name: z.string().nullish(), email: z.string().nullish(), response: z.string() }),
);
const attachments = z.array(z.object({ name: z.string() }));

/**
 * Reactions, replies, start and end, place, attendees, attachments: those that are there. What has not the expected shape
 * is left out.
 */
export function factsOf(
  metadata: Readonly<Record<string, unknown>> | null | undefined,
): Record<string, string> {
  if (!metadata) return {};
  const facts: [string, string | undefined][] = [
    ["reactions", reactionsOf(metadata["reactions"])],
    ["replies", read(count, metadata["reply_count"], String)],
    ["starts", read(z.string().min(1), metadata["start"], String)],
    ["ends", read(z.string().min(1), metadata["end"], String)],
    ["where", read(z.string().min(1), metadata["location"], String)],
    ["attendees", attendeesOf(metadata["attendees"], metadata["attendee_count"])],
    [
      "attachments",
      read(attachments, metadata["attachments"], (all) => all.map(({ name }) => name).join(", ")),
    ],
  ];
  return Object.fromEntries(
    facts.flatMap(([name, fact]) =>
      fact === undefined || fact === "" ? [] : [[name, cutText(fact, longestFact, "…")]]
    ),
  );
}

function read<S extends z.ZodType>(
  shape: S,
  value: unknown,
  say: (value: z.output<S>) => string,
): string | undefined {
  const fits = shape.safeParse(value);
  return fits.success ? say(fits.data) : undefined;
}

const reactionsOf = (value: unknown) =>
  read(slack.reactions, value, (all) => all.map(({ name, count }) => `${name} ${count}`).join(", "));

function attendeesOf(value: unknown, total: unknown): string | undefined {
  return read(attendees, value, (all) => {
    const named = all.slice(0, mostPeople).map(({ name, email, response }) =>
      `${name || email || "somebody"} (${response})`
    );
    const more = (typeof total === "number" ? Math.max(total, all.length) : all.length) - named.length;
    return more > 0 ? `${named.join(", ")} and ${more} more` : named.join(", ");
  });
}
