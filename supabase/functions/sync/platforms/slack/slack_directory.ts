/** The channels and people of a Slack team. */
import { type DiscoveredSource, type Discovery, type Person, PlatformError } from "../connector.ts";
import { channelList, memberList, nameOfMember } from "./slack_answers.ts";
import type { SlackClient } from "./slack_client.ts";

const pageSize = 200;
/** A listing of more pages than this is not one that ends: 200,000 channels or people. */
const mostPages = 1000;

export async function discoverSlack(client: SlackClient): Promise<Discovery> {
  const [channels, people] = await Promise.all([listChannels(client), listPeople(client)]);
  const sources = channels.map(({ source }) => source);
  // The busiest first (ADR-079); those that the app is in before those it would have to join.
  const ranked = channels.toSorted((a, b) =>
    Number(b.isMember) - Number(a.isMember) || b.members - a.members ||
    a.source.name.localeCompare(b.source.name)
  ).map(({ source }) => source.external_id);
  return { sources, ranked, people };
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
  return onceEach(channels).filter(({ is_archived }) => !is_archived).map((channel) => ({
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
        ...(channel.created && { created: channel.created }),
        // Who may read what is posted there decides what may be posted.
        ...(channel.is_ext_shared && { is_shared: true }),
      },
    },
  }));
}

async function listPeople(client: SlackClient): Promise<Person[]> {
  const members = await everyPage(
    (cursor) => client.call("users.list", { limit: pageSize, ...cursor }, memberList),
    ({ members }) => members,
  );
  return onceEach(members).map((member) => ({
    external_id: member.id,
    name: nameOfMember(member),
    is_guest: (member.is_restricted || member.is_ultra_restricted) && !member.deleted,
    ...(member.profile?.email && { email: member.profile.email }),
  }));
}

/** A listing that changes while it is read may show one thing on two pages: the later one counts. */
const onceEach = <T extends { id: string }>(
  all: readonly T[],
): T[] => [...new Map(all.map((one) => [one.id, one])).values()];

/**
 * All pages of a listing. What is missing in it would be taken for gone: a page that claims to be empty is read a second
 * time, and one that cannot be followed by another is a failure.
 */
async function everyPage<
  A extends { response_metadata?: { next_cursor?: string | undefined } | undefined },
  T,
>(
  ask: (cursor: { cursor?: string }) => Promise<A>,
  take: (answer: A) => readonly T[],
): Promise<T[]> {
  const all: T[] = [];
  const read = new Set<string>();
  let next = "";
  do {
    const place = next === "" ? {} : { cursor: next };
    let answer = await ask(place);
    if (take(answer).length === 0) answer = await ask(place);
    all.push(...take(answer));
    read.add(next);
    next = answer.response_metadata?.next_cursor ?? "";
    if (read.has(next) && next !== "" || read.size >= mostPages) {
      throw new PlatformError(
        "provider_down",
        "Slack repeated a page of a listing. What was synced before is kept.",
      );
    }
  } while (next !== "");
  // A team has a channel and somebody in it; one without would make every source look as if it were gone.
  if (all.length === 0) {
    throw new PlatformError("provider_down", "Slack listed nothing at all. What was synced before is kept.");
  }
  return all;
}
