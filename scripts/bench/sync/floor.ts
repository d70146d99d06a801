/**
 * The least time that a sync can take: from what the workplace holds and what the platforms publish, without a look at
 * what any connector does. Every call is the largest that a platform allows, everything goes on side by side, and nothing
 * waits but for a limit.
 */
import { UNITS_PER_MINUTE, unitsOf } from "../../local/workplace/google/quota.ts";
import { limitOf } from "../../local/workplace/slack/rate_limits.ts";

/** What has to be read; sizes of listings and of what stands in them. */
export interface Contents {
  readonly slack: {
    readonly channelsListed: number;
    readonly members: number;
    /** Messages of each selected channel, replies apart. */
    readonly messages: readonly number[];
    /** Replies of each thread that has some. */
    readonly replies: readonly number[];
  };
  readonly gmail: {
    /** Mails of each thread that has to be read. */
    readonly threads: readonly number[];
    /** Mails of each listing: a label, or the history. */
    readonly listed: readonly number[];
  };
  readonly calendar: {
    /** Events of each calendar. */
    readonly events: readonly number[];
  };
  readonly notion: {
    /** Pages and data sources that a search lists. */
    readonly objects: number;
    /** Rows of each database. */
    readonly rows: readonly number[];
    /** Listings of children that a page needs: its own and one for each block that holds others. */
    readonly listings: readonly number[];
  };
}

/** Seconds for an answer, without any limit. */
export type Latency = Readonly<Record<"slack" | "gmail" | "calendar" | "notion", number>>;

export interface Floor {
  /** Platform seconds until the last answer. */
  readonly seconds: number;
  /** What it is bound by. */
  readonly bound: string;
  readonly calls: number;
}

/** The largest pages: conversations.list 1000, history 999, replies 1000, messages.list 500, events 2500, Notion 100. */
const MOST = { list: 1000, history: 999, replies: 1000, mails: 500, events: 2500, notion: 100 };
/** "An average of three requests per second", which the platform lets be spent at any pace within a minute. */
const NOTION_A_MINUTE = 180;
const MINUTE = 60;

/** @param latency platform seconds a call takes */
export function floorOf({ slack, gmail, calendar, notion }: Contents, latency: Latency): Floor {
  const pages = (count: number, most: number) => Math.max(1, Math.ceil(count / most));
  const sum = (counts: readonly number[]) => counts.reduce((total, one) => total + one, 0);
  const meters: { name: string; used: number; aMinute: number; calls: number; chain: number }[] = [];
  const slackMethod = (method: string, calls: number, chain: number) => {
    if (calls === 0) return;
    const aMinute = limitOf(method, "marketplace").requests;
    meters.push({ name: `slack ${method}`, used: calls, aMinute, calls, chain: chain * latency.slack });
  };
  slackMethod("conversations.list", pages(slack.channelsListed, MOST.list), 1);
  slackMethod("users.list", pages(slack.members, MOST.list), 1);
  // A channel is known once it is listed, a thread once its parent was read.
  slackMethod("conversations.history", sum(slack.messages.map((one) => pages(one, MOST.history))), 2);
  slackMethod("conversations.replies", sum(slack.replies.map((one) => pages(one + 1, MOST.replies))), 3);

  const mailLists = sum(gmail.listed.map((one) => pages(one, MOST.mails)));
  const [perMail, perThread] = [unitsOf("gmail.users.messages.get"), unitsOf("gmail.users.threads.get")];
  const mailUnits = unitsOf("gmail.users.labels.list") + mailLists * unitsOf("gmail.users.history.list") +
    sum(gmail.threads.map((mails) => Math.min(mails * perMail, perThread)));
  const mailCalls = 1 + mailLists +
    sum(gmail.threads.map((mails) => mails * perMail <= perThread ? mails : 1));
  meters.push({
    ...{ name: "gmail units", used: mailUnits, aMinute: UNITS_PER_MINUTE.gmail },
    ...{ calls: mailCalls, chain: 3 * latency.gmail },
  });
  const eventLists = 1 + sum(calendar.events.map((one) => pages(one, MOST.events)));
  meters.push({
    ...{ name: "calendar queries", used: eventLists, aMinute: UNITS_PER_MINUTE.calendar },
    ...{ calls: eventLists, chain: 2 * latency.calendar },
  });
  const notionCalls = pages(notion.objects, MOST.notion) +
    sum(notion.rows.map((one) => pages(one, MOST.notion))) +
    sum(notion.listings);
  meters.push({
    ...{ name: "notion requests", used: notionCalls, aMinute: NOTION_A_MINUTE },
    ...{ calls: notionCalls, chain: 3 * latency.notion },
  });

  const timed = meters.map((meter) => ({
    ...meter,
    // The last call of n starts with the window that it fits in.
    seconds: Math.floor((meter.used - 1) / meter.aMinute) * MINUTE + meter.chain,
  }));
  const slowest = timed.reduce((one, other) => other.seconds > one.seconds ? other : one);
  const isLimited = slowest.seconds > slowest.chain;
  return {
    seconds: slowest.seconds,
    bound: isLimited ? `${slowest.name}, ${slowest.used} at ${slowest.aMinute} a minute` : "latency",
    calls: sum(meters.map(({ calls }) => calls)),
  };
}
