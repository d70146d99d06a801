/** The parts of Slack's answers that we read; everything else passes unseen. */
import { z } from "zod";
import { timestamp } from "./slack_time.ts";

const nextCursor = z.object({ next_cursor: z.string().optional() }).optional();

export const channelList = z.object({
  channels: z.array(z.object({
    id: z.string(),
    name: z.string().optional(),
    is_private: z.boolean().default(false),
    is_archived: z.boolean().default(false),
    is_member: z.boolean().default(false),
    is_ext_shared: z.boolean().default(false),
    num_members: z.number().default(0),
    created: z.number().optional(),
    topic: z.object({ value: z.string() }).optional(),
    purpose: z.object({ value: z.string() }).optional(),
  })),
  response_metadata: nextCursor,
});

const member = z.object({
  id: z.string(),
  name: z.string().optional(),
  real_name: z.string().optional(),
  deleted: z.boolean().default(false),
  is_restricted: z.boolean().default(false),
  is_ultra_restricted: z.boolean().default(false),
  profile: z.object({
    display_name: z.string().optional(),
    real_name: z.string().optional(),
    email: z.string().optional(),
  }).optional(),
});
export type Member = z.output<typeof member>;

export const memberList = z.object({ members: z.array(member), response_metadata: nextCursor });
export const memberInfo = z.object({ user: member });

/** What a member is called in the team. */
export const nameOfMember = ({ id, name, real_name, profile }: Member): string =>
  profile?.display_name || profile?.real_name || real_name || name || id;

const reaction = z.object({ name: z.string(), count: z.number() });
const text = z.string().nullish().catch(undefined);

/** What an app puts below its text. Its form is the app's own: what is not text is passed over, never a failure. */
export const attachment = z.object({
  pretext: text,
  title: text,
  text,
  fallback: text,
  fields: z.array(z.object({ title: text, value: text }).catch({})).nullish().catch(undefined),
  blocks: z.array(z.unknown()).nullish().catch(undefined),
}).catch({});
export type Attachment = z.output<typeof attachment>;

export const message = z.object({
  // A string id with microseconds. As a number it would lose digits, and with them its identity.
  ts: timestamp,
  text: z.string().nullish().transform((said) => said ?? ""),
  user: z.string().nullish(),
  username: z.string().nullish(),
  bot_id: z.string().nullish(),
  bot_profile: z.object({ name: z.string().optional() }).nullish().catch(undefined),
  subtype: z.string().nullish(),
  thread_ts: z.string().nullish(),
  reply_count: z.number().nullish(),
  latest_reply: z.string().nullish(),
  edited: z.object({ ts: z.string() }).nullish(),
  reactions: z.array(reaction).nullish().catch(undefined),
  files: z.array(z.object({ name: text, title: text }).catch({})).nullish().catch(undefined),
  attachments: z.array(attachment).nullish().catch(undefined),
  blocks: z.array(z.unknown()).nullish().catch(undefined),
});
export type Message = z.output<typeof message>;

export const history = z.object({
  messages: z.array(message),
  has_more: z.boolean().default(false),
  response_metadata: nextCursor,
});
export type HistoryAnswer = z.output<typeof history>;
