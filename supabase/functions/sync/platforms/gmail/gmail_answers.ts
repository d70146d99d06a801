/** What of Gmail's answers the connector relies on; everything else in them is ignored. */
import { z } from "zod";

const mailId = z.string().regex(/^[\w-]{1,64}$/);
const labelId = z.string().min(1).max(255);
const labelIds = z.array(labelId).max(1000);
/** A number too large for JSON's own, so it comes as text; only its order means something. */
const historyId = z.string().regex(/^\d{1,32}$/);
/** Some answers end a listing with an empty token instead of none. */
const nextPageToken = z.string().max(4096).optional().transform((token) => token === "" ? undefined : token);

export const profile = z.object({ emailAddress: z.string().min(1).max(320), historyId });

export const labelList = z.object({
  labels: z.array(z.object({ id: labelId, name: z.string().max(500), type: z.string().max(50).optional() }))
    .max(20_000).default([]),
});
export type Label = z.output<typeof labelList>["labels"][number];

export const labelCount = z.object({ messagesTotal: z.number().int().min(0).default(0) });

export const mailRef = z.object({ id: mailId, threadId: mailId });
/** Names a mail and the thread that it is in. */
export type MailRef = z.output<typeof mailRef>;

export const mailList = z.object({ messages: z.array(mailRef).max(500).default([]), nextPageToken });
export type MailList = z.output<typeof mailList>;

export const mail = mailRef.extend({
  labelIds: labelIds.default([]),
  /** The beginning of the text, escaped for HTML. */
  snippet: z.string().max(10_000).default(""),
  /** When Gmail took it in, epoch milliseconds. The Date header is the sender's and can say anything. */
  internalDate: z.string().regex(/^-?\d{1,15}$/).transform(Number),
  /** A tree of parts as deep as the sender likes: {@link readPart} reads it part by part. */
  payload: z.unknown(),
});
export type Mail = z.output<typeof mail>;

export const thread = z.object({ messages: z.array(mail).max(2000).default([]) });

const told = z.array(z.object({ message: mailRef.extend({ labelIds: labelIds.optional() }) })).default([]);
const toldOfLabels = z.array(z.object({ message: mailRef, labelIds: labelIds.default([]) })).default([]);

export const history = z.object({
  history: z.array(z.object({
    id: historyId,
    messagesAdded: told,
    messagesDeleted: told,
    labelsAdded: toldOfLabels,
    labelsRemoved: toldOfLabels,
  })).max(500).default([]),
  nextPageToken,
  historyId,
});
export type HistoryPage = z.output<typeof history>;
export type HistoryRecord = HistoryPage["history"][number];

const header = z.object({ name: z.string(), value: z.string() });
const part = z.object({
  mimeType: z.string().default(""),
  filename: z.string().default(""),
  headers: z.array(header).default([]),
  body: z.object({ data: z.string().optional(), size: z.number().optional() }).default({}),
  parts: z.array(z.unknown()).default([]),
});
export type Part = z.output<typeof part>;

/** One part without its own parts; undefined when it is none, which costs the mail that part and not the sync. */
export function readPart(value: unknown): Part | undefined {
  const read = part.safeParse(value);
  return read.success ? read.data : undefined;
}
