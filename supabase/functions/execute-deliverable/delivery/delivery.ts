/** A delivery as `pipeline.begin_delivery` returns it: what to send, and where. */
import { z } from "zod";
import { coverage } from "../coverage.ts";

const shared = {
  id: z.uuid(),
  status: z.string(),
  provider_id: z.string().nullable(),
  target: z.string(),
  /** When an earlier attempt began, whose fate may be unknown. */
  sent_before: z.string().nullable(),
  sent_before_seconds: z.number().nullable(),
  unsubscribe_token: z.uuid(),
  deliverable: z.object({ id: z.uuid(), title: z.string() }),
  version: z.object({
    number: z.number().int().nullable(),
    content: z.string(),
    coverage,
    corrections: z.array(z.object({ text: z.string() })).nullable().transform((told) => told ?? []),
    generated_at: z.string(),
  }),
  citations: z.array(z.object({
    number: z.number().int(),
    permalink: z.string().nullable(),
    label: z.string(),
  })),
  timezone: z.string(),
};

export const delivery = z.discriminatedUnion("channel", [
  z.object({ channel: z.literal("email"), ...shared }),
  z.object({
    channel: z.literal("slack"),
    ...shared,
    /** Later versions answer in the thread of the first. */
    thread: z.boolean(),
    /** The first message of this deliverable at this destination: `<channel>:<ts>`. */
    thread_root: z.string().nullable(),
    connection_id: z.uuid().nullable(),
    connection_status: z.enum(["active", "needs_reauth"]).nullable(),
    /** Slack's team. */
    account_id: z.string().nullable(),
    /** The person's own id in Slack, for direct messages. */
    external_user_id: z.string().nullable(),
  }),
]);
export type Delivery = z.output<typeof delivery>;
export type EmailDelivery = Extract<Delivery, { channel: "email" }>;
export type SlackDelivery = Extract<Delivery, { channel: "slack" }>;
