/** The parts of Slack's answers that we read; everything else passes unseen. */
import { z } from "zod";

const nextCursor = z.object({ next_cursor: z.string().optional() }).optional();

export const channelList = z.object({
  channels: z.array(z.object({
    id: z.string(),
    name: z.string().optional(),
    is_private: z.boolean().default(false),
    is_archived: z.boolean().default(false),
    is_member: z.boolean().default(false),
    num_members: z.number().default(0),
    topic: z.object({ value: z.string() }).optional(),
    purpose: z.object({ value: z.string() }).optional(),
  })),
  response_metadata: nextCursor,
});

const member = z.object({
  id: z.string(),
  name: z.string().optional(),
  real_name: z.string().optional(),
  profile: z.object({
    display_name: z.string().optional(),
    real_name: z.string().optional(),
    email: z.string().optional(),
  }).optional(),
});
export type Member = z.output<typeof member>;

export const memberList = z.object({ members: z.array(member), response_metadata: nextCursor });
export const memberInfo = z.object({ user: member });

const reaction = z.object({ name: z.string(), count: z.number() });

export const message = z.object({
  // A string id with microseconds. As a number it would lose digits, and with them its identity.
  ts: z.string().regex(/^\d{9,10}\.\d{6}$/),
  text: z.string().default(""),
  user: z.string().optional(),
  username: z.string().optional(),
  bot_id: z.string().optional(),
  bot_profile: z.object({ name: z.string().optional() }).optional(),
  subtype: z.string().optional(),
  thread_ts: z.string().optional(),
  reply_count: z.number().optional(),
  latest_reply: z.string().optional(),
  edited: z.object({ ts: z.string() }).optional(),
  reactions: z.array(reaction).optional(),
  files: z.array(z.object({ name: z.string().nullish(), title: z.string().nullish() })).optional(),
  attachments: z.array(
    z.object({ fallback: z.string().optional(), text: z.string().optional(), title: z.string().optional() }),
  ).optional(),
});
export type Message = z.output<typeof message>;

export const history = z.object({
  messages: z.array(message),
  has_more: z.boolean().default(false),
  response_metadata: nextCursor,
});
export type HistoryAnswer = z.output<typeof history>;
