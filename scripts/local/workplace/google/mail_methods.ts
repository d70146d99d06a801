import { z } from "zod";
import {
  flag,
  type GoogleCallContext,
  type GoogleMethod,
  googleMethod,
  pageSize,
  repeated,
} from "./google_method.ts";
import { badRequest, type GoogleJson, GoogleRefusal, notFound } from "./google_refusal.ts";
import type { Change, Message } from "./mail.ts";
import { attachmentOf, messageJson, snippetOf } from "./mail_json.ts";
import { type MailQuery, readMailQuery } from "./mail_query.ts";
import { type Mailbox, older } from "./mailbox.ts";
import { base64url } from "./mime_source.ts";
import { pageOf } from "./page_token.ts";
import { LABEL_SCOPES, MAIL_BODY_SCOPES, MAIL_SCOPES } from "./scopes.ts";

const USERS = "/gmail/v1/users/:userId";
const gmail = { quota: "gmail", scopes: MAIL_SCOPES } as const;
const user = { userId: z.string() };
const WATCH_LIFETIME = 7 * 86_400_000;

/**
 * The mailbox that `userId` names.
 *
 * @throws GoogleRefusal 403 for anybody else's: a client of one person reads that person's mail only
 */
function mailboxOf({ account }: GoogleCallContext, userId: string): Mailbox {
  if (userId === "me" || userId.toLowerCase() === account.email) return account.mailbox;
  throw new GoogleRefusal(403, "forbidden", `Delegation denied for ${account.email}`);
}

/** Refuses what the metadata scope alone may not do. */
function needsBodies({ scopes }: GoogleCallContext, what: string): void {
  if (scopes.some((scope) => MAIL_BODY_SCOPES.includes(scope))) return;
  throw new GoogleRefusal(403, "forbidden", `Metadata scope does not support ${what}`);
}

function messageOf(mailbox: Mailbox, id: string): Message {
  const message = mailbox.messages.get(id);
  if (message === undefined) throw notFound();
  return message;
}

const getProfile = googleMethod({ ...gmail, path: `${USERS}/profile` }, z.object(user), (call, args) => {
  const mailbox = mailboxOf(call, args.userId);
  const messages = [...mailbox.messages.values()];
  return {
    emailAddress: mailbox.email,
    messagesTotal: messages.length,
    threadsTotal: new Set(messages.map(({ threadId }) => threadId)).size,
    historyId: String(mailbox.historyId),
  };
});

function labelJson({ id, name, type }: Mailbox["labels"][number]): GoogleJson {
  const visible = { messageListVisibility: "show", labelListVisibility: "labelShow" };
  return { id, name, type, ...(type === "user" && visible) };
}

const listLabels = googleMethod(
  { ...gmail, scopes: LABEL_SCOPES, path: `${USERS}/labels` },
  z.object(user),
  (call, args) => ({ labels: mailboxOf(call, args.userId).labels.map(labelJson) }),
);

const getLabel = googleMethod(
  { ...gmail, scopes: LABEL_SCOPES, path: `${USERS}/labels/:id` },
  z.object({ ...user, id: z.string() }),
  (call, args) => {
    const mailbox = mailboxOf(call, args.userId);
    const label = mailbox.labels.find(({ id }) => id === args.id);
    if (label === undefined) throw notFound();
    const messages = [...mailbox.messages.values()].filter(({ labelIds }) => labelIds.has(label.id));
    const unread = messages.filter(({ labelIds }) => labelIds.has("UNREAD"));
    const threads = (list: readonly Message[]) => new Set(list.map(({ threadId }) => threadId)).size;
    return {
      ...labelJson(label),
      messagesTotal: messages.length,
      messagesUnread: unread.length,
      threadsTotal: threads(messages),
      threadsUnread: threads(unread),
    };
  },
);

const listing = {
  ...user,
  labelIds: repeated,
  q: z.string().optional(),
  includeSpamTrash: flag,
  maxResults: pageSize(100, 500),
  pageToken: z.string().optional(),
};

/** The messages that a listing asks for, newest first. */
function matching(
  call: GoogleCallContext,
  mailbox: Mailbox,
  { labelIds = [], q = "", includeSpamTrash }: { labelIds?: string[]; q?: string; includeSpamTrash: boolean },
): Message[] {
  for (const labelId of labelIds) {
    if (!mailbox.labels.some(({ id }) => id === labelId)) throw badRequest(`Invalid label: ${labelId}`);
  }
  if (q !== "") needsBodies(call, "'q' parameter");
  const query: MailQuery = readMailQuery(q, mailbox, call.clock.now());
  const hides = (label: string) => !includeSpamTrash && !query.includesSpamTrash && !labelIds.includes(label);
  const [hidesSpam, hidesTrash] = [hides("SPAM"), hides("TRASH")];
  return [...mailbox.messages.values()].filter((message) =>
    labelIds.every((label) => message.labelIds.has(label)) &&
    !(hidesSpam && message.labelIds.has("SPAM")) && !(hidesTrash && message.labelIds.has("TRASH")) &&
    query.fits(message)
  ).sort((left, right) => older(right, left));
}

/** A message's place in a listing, newest first. */
const newestFirst = {
  placeOf: (message: Message) => `${String(message.internalDate).padStart(15, "0")}-${message.id}`,
  isBefore: (left: string, right: string) => left > right,
};

const listMessages = googleMethod(
  { ...gmail, path: `${USERS}/messages` },
  z.object(listing),
  (call, args) => {
    const messages = matching(call, mailboxOf(call, args.userId), args);
    const { method } = call;
    const { page, more } = pageOf(messages, {
      method,
      pageToken: args.pageToken,
      size: args.maxResults,
      ...newestFirst,
    });
    // An empty list has no `messages` at all.
    const shown = page.map(({ id, threadId }) => ({ id, threadId }));
    return { ...(shown.length > 0 && { messages: shown }), ...more, resultSizeEstimate: messages.length };
  },
);

const format = z.enum(["full", "metadata", "minimal", "raw"]).optional().transform((value) =>
  value ?? "full"
);

const getMessage = googleMethod(
  { ...gmail, path: `${USERS}/messages/:id` },
  z.object({ ...user, id: z.string(), format, metadataHeaders: repeated }),
  (call, args) => {
    const mailbox = mailboxOf(call, args.userId);
    if (args.format === "full" || args.format === "raw") {
      needsBodies(call, `format ${args.format.toUpperCase()}`);
    }
    return messageJson(messageOf(mailbox, args.id), args.format, args.metadataHeaders);
  },
);

const getAttachment = googleMethod(
  { ...gmail, scopes: MAIL_BODY_SCOPES, path: `${USERS}/messages/:messageId/attachments/:id` },
  z.object({ ...user, messageId: z.string(), id: z.string() }),
  (call, args) => {
    const content = attachmentOf(messageOf(mailboxOf(call, args.userId), args.messageId), args.id);
    if (content === undefined) throw badRequest("Invalid attachment token");
    return { size: content.length, data: base64url(content) };
  },
);

const listThreads = googleMethod({ ...gmail, path: `${USERS}/threads` }, z.object(listing), (call, args) => {
  const mailbox = mailboxOf(call, args.userId);
  const newest = new Map<string, Message>();
  for (const message of matching(call, mailbox, args)) {
    if (!newest.has(message.threadId)) newest.set(message.threadId, message);
  }
  const { page, more } = pageOf([...newest.values()], {
    method: call.method,
    pageToken: args.pageToken,
    size: args.maxResults,
    ...newestFirst,
  });
  const threads = page.map((message) => ({
    id: message.threadId,
    snippet: snippetOf(message),
    historyId: String(latestChange(mailbox.thread(message.threadId))),
  }));
  return { ...(threads.length > 0 && { threads }), ...more, resultSizeEstimate: newest.size };
});

function latestChange(messages: readonly Message[]): number {
  return Math.max(...messages.map(({ historyId }) => historyId));
}

const getThread = googleMethod(
  { ...gmail, path: `${USERS}/threads/:id` },
  z.object({ ...user, id: z.string(), format, metadataHeaders: repeated }),
  (call, args) => {
    const messages = mailboxOf(call, args.userId).thread(args.id);
    if (messages.length === 0) throw notFound();
    if (args.format === "raw") throw badRequest("Invalid value for format", "format");
    if (args.format === "full") needsBodies(call, "format FULL");
    const shown = messages.map((message) => messageJson(message, args.format, args.metadataHeaders));
    return { id: args.id, historyId: String(latestChange(messages)), messages: shown };
  },
);

/** The member of a history record that tells a change. */
const TOLD: Readonly<Record<Change["kind"], string>> = {
  messageAdded: "messagesAdded",
  messageDeleted: "messagesDeleted",
  labelAdded: "labelsAdded",
  labelRemoved: "labelsRemoved",
};

function changeJson({ id, kind, message, labelIds }: Change): GoogleJson {
  const { id: messageId, threadId } = message;
  const told = [{ message: { ...message, id: messageId }, ...(labelIds && { labelIds }) }];
  return { id: String(id), messages: [{ id: messageId, threadId }], [TOLD[kind]]: told };
}

const listHistory = googleMethod(
  { ...gmail, path: `${USERS}/history` },
  z.object({
    ...user,
    startHistoryId: z.string().regex(/^\d+$/),
    historyTypes: repeated,
    labelId: z.string().optional(),
    maxResults: pageSize(100, 500),
    pageToken: z.string().optional(),
  }),
  (call, args) => {
    const mailbox = mailboxOf(call, args.userId);
    const changes = mailbox.changesSince(Number(args.startHistoryId));
    if (changes === undefined) throw notFound();
    const { labelId } = args;
    const wanted = changes.filter(({ kind, message, labelIds = [] }) =>
      (args.historyTypes?.includes(kind) ?? true) &&
      (labelId === undefined || message.labelIds.includes(labelId) || labelIds.includes(labelId))
    );
    const { page, more } = pageOf(wanted, {
      method: call.method,
      pageToken: args.pageToken,
      size: args.maxResults,
      placeOf: ({ id }) => String(id),
      isBefore: (left, right) => Number(left) < Number(right),
    });
    const history = page.map(changeJson);
    return { ...(history.length > 0 && { history }), ...more, historyId: String(mailbox.historyId) };
  },
);

const watch = googleMethod(
  { ...gmail, verb: "POST", path: `${USERS}/watch` },
  z.object(user),
  (call, args) => {
    const { historyId } = mailboxOf(call, args.userId);
    return { historyId: String(historyId), expiration: String(call.clock.now().getTime() + WATCH_LIFETIME) };
  },
);

const stop = googleMethod({ ...gmail, verb: "POST", path: `${USERS}/stop` }, z.object(user), (call, args) => {
  mailboxOf(call, args.userId);
  return {};
});

/** The Gmail API, v1, as far as reading needs it. */
export const MAIL_METHODS: Readonly<Record<string, GoogleMethod>> = {
  "gmail.users.getProfile": getProfile,
  "gmail.users.history.list": listHistory,
  "gmail.users.labels.get": getLabel,
  "gmail.users.labels.list": listLabels,
  "gmail.users.messages.attachments.get": getAttachment,
  "gmail.users.messages.get": getMessage,
  "gmail.users.messages.list": listMessages,
  "gmail.users.stop": stop,
  "gmail.users.threads.get": getThread,
  "gmail.users.threads.list": listThreads,
  "gmail.users.watch": watch,
};
