/** Slack: channels as sources, messages and their threads as items. */
import { z } from "zod";
import type { Json } from "@shared/db/pipeline_database.ts";
import {
  type Connector,
  type DiscoveredSource,
  type Discovery,
  type Page,
  type Pass,
  type Person,
  PlatformError,
  type SourceToRead,
  type Unit,
} from "./connector.ts";
import {
  channelList,
  history,
  type HistoryAnswer,
  type Member,
  memberInfo,
  memberList,
  type Message,
} from "./slack/slack_answers.ts";
import { type SlackClient, slackCodeOf } from "./slack/slack_client.ts";
import { afterPage, afterReplies, openPass, readCursor, type SlackCursor } from "./slack/slack_cursor.ts";
import { readImport } from "./slack/slack_import.ts";
import { idsIn, isContent, itemOf, type SlackScene } from "./slack/slack_item.ts";

export interface SlackConnectorOptions {
  readonly client: SlackClient;
  readonly teamUrl: string | undefined;
  readonly ownId: string | undefined;
  /** The names of members that the database knows; the others are asked for one by one. */
  readonly peopleNamed: (ids: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  /** Messages of one channel that its first and every later pass read; the rest is the next pass's. */
  readonly passBudget?: { readonly first: number; readonly later: number };
}

/** The seed's F1. */
const seedsPassBudget = { first: 1000, later: 500 };
/** The largest page that Slack recommends; an app of the slow cohort gets 15 whatever it asks for. */
const pageSize = 200;
const anything = z.unknown();

export function createSlackConnector(options: SlackConnectorOptions): Connector {
  const { client, passBudget = seedsPassBudget } = options;
  return {
    async discover(): Promise<Discovery> {
      const channels = await listChannels(client);
      const sources = channels.map(({ source }) => source);
      // The busiest first (ADR-079); those that the app is in before those it would have to join.
      const ranked = channels.toSorted((a, b) =>
        Number(b.isMember) - Number(a.isMember) || b.members - a.members ||
        a.source.name.localeCompare(b.source.name)
      ).map(({ source }) => source.external_id);
      return { sources, ranked, people: await listPeople(client) };
    },
    importHistory(source, scope, cursor, pass) {
      const itemsHere = (messages: readonly Message[]) => itemsOf(messages, source.externalId, options);
      const channel = { id: source.externalId, isPrivate: source.metadata["is_private"] === true };
      return readImport({ client, itemsOf: itemsHere }, channel, scope, cursor, pass);
    },
    async *sync(unit: Unit, stored: Json, _pass: Pass): AsyncGenerator<Page, void, void> {
      const [source] = unit.sources;
      if (source === undefined) return;
      let cursor = openPass(readCursor(stored));
      let budget = cursor.newest === null ? passBudget.first : passBudget.later;
      while (cursor.gaps.length > 0 && budget > 0) {
        const { messages, hasMore } = await readGap(client, source, cursor);
        budget -= messages.length;
        cursor = afterPage(cursor, {
          timestamps: messages.map(({ ts }) => ts),
          hasMore,
          threads: messages.filter(({ reply_count }) => (reply_count ?? 0) > 0),
        });
        yield { items: await itemsOf(messages, source.externalId, options), cursor };
      }
      while (cursor.threads.length > 0) {
        const { replies, last } = await readReplies(client, source.externalId, cursor);
        cursor = afterReplies(cursor, replies.map(({ ts }) => ts), last);
        yield { items: await itemsOf(replies, source.externalId, options), cursor };
      }
    },
  };
}

async function readGap(
  client: SlackClient,
  source: SourceToRead,
  cursor: SlackCursor,
): Promise<{ messages: Message[]; hasMore: boolean }> {
  const [gap] = cursor.gaps;
  const read = () =>
    client.call("conversations.history", {
      channel: source.externalId,
      limit: pageSize,
      ...(gap?.after && { oldest: gap.after }),
      ...(gap?.before && { latest: gap.before }),
    }, history);
  try {
    return historyPage(await read());
  } catch (thrown) {
    // A public channel that was selected is joined; a private one must invite the app.
    if (slackCodeOf(thrown) !== "not_in_channel" || source.metadata["is_private"] === true) throw thrown;
    await client.call("conversations.join", { channel: source.externalId }, anything);
    return historyPage(await read());
  }
}

function historyPage({ messages, has_more }: HistoryAnswer): { messages: Message[]; hasMore: boolean } {
  // Without a message nothing says where the rest begins; taken for the end, the rest would be lost.
  if (has_more && messages.length === 0) {
    throw new PlatformError("provider_down", "Slack promised more messages and sent none.");
  }
  return { messages, hasMore: has_more };
}

async function readReplies(
  client: SlackClient,
  channel: string,
  cursor: SlackCursor,
): Promise<{ replies: Message[]; last: boolean }> {
  const [thread] = cursor.threads;
  if (thread === undefined) return { replies: [], last: true };
  try {
    const page = await client.call("conversations.replies", {
      channel,
      ts: thread.ts,
      limit: pageSize,
      ...(thread.after && { oldest: thread.after }),
    }, history);
    // Every page begins with the parent, which the channel's history has already.
    const replies = page.messages.filter(({ ts }) => ts !== thread.ts);
    return { replies, last: !page.has_more || replies.length === 0 };
  } catch (thrown) {
    // The parent was deleted after its page was read: there is no thread to read any more.
    if (slackCodeOf(thrown) === "thread_not_found") return { replies: [], last: true };
    throw thrown;
  }
}

async function itemsOf(messages: readonly Message[], channelId: string, options: SlackConnectorOptions) {
  const content = messages.filter(isContent);
  const names = await namesOf(idsIn(content), options);
  const scene: SlackScene = {
    channelId,
    teamUrl: options.teamUrl,
    ownId: options.ownId,
    nameOf: (id) => names.get(id),
  };
  return content.map((message) => itemOf(message, scene));
}

async function namesOf(
  ids: readonly string[],
  { client, peopleNamed }: SlackConnectorOptions,
): Promise<Map<string, string>> {
  const names = new Map(ids.length === 0 ? [] : await peopleNamed(ids));
  for (const id of ids) {
    if (names.has(id)) continue;
    try {
      names.set(id, nameOf((await client.call("users.info", { user: id }, memberInfo)).user));
    } catch (thrown) {
      // Guests of other teams cannot be looked up; their id stands for them.
      if (slackCodeOf(thrown) !== "user_not_found") throw thrown;
      names.set(id, id);
    }
  }
  return names;
}

interface FoundChannel {
  readonly source: DiscoveredSource;
  readonly members: number;
  readonly isMember: boolean;
}

async function listChannels(client: SlackClient): Promise<FoundChannel[]> {
  const channels = await everyPage((cursor) =>
    client.call("conversations.list", {
      types: "public_channel,private_channel",
      exclude_archived: true,
      limit: pageSize,
      ...cursor,
    }, channelList), ({ channels }) => channels);
  return channels.filter(({ is_archived }) => !is_archived).map((channel) => ({
    members: channel.num_members,
    isMember: channel.is_member,
    source: {
      external_id: channel.id,
      kind: "channel",
      name: `#${channel.name ?? channel.id}`,
      metadata: {
        is_private: channel.is_private,
        is_member: channel.is_member,
        num_members: channel.num_members,
        topic: channel.topic?.value ?? "",
        purpose: channel.purpose?.value ?? "",
      },
    },
  }));
}

async function listPeople(client: SlackClient): Promise<Person[]> {
  const members = await everyPage(
    (cursor) => client.call("users.list", { limit: pageSize, ...cursor }, memberList),
    ({ members }) => members,
  );
  return members.map((member) => ({
    external_id: member.id,
    name: nameOf(member),
    ...(member.profile?.email && { email: member.profile.email }),
  }));
}

const nameOf = ({ id, name, real_name, profile }: Member): string =>
  profile?.display_name || profile?.real_name || real_name || name || id;

async function everyPage<
  A extends { response_metadata?: { next_cursor?: string | undefined } | undefined },
  T,
>(
  ask: (cursor: { cursor?: string }) => Promise<A>,
  take: (answer: A) => readonly T[],
): Promise<T[]> {
  const all: T[] = [];
  let next = "";
  do {
    const answer = await ask(next === "" ? {} : { cursor: next });
    all.push(...take(answer));
    const following = answer.response_metadata?.next_cursor ?? "";
    // A listing that cannot be finished is not a complete one, and what is missing in it would be taken for gone.
    if (following !== "" && following === next) {
      throw new PlatformError("provider_down", "Slack repeated a page of a listing.");
    }
    next = following;
  } while (next !== "");
  return all;
}
