/**
 * Slack's Events API: what changes in the channels that our bot is in is posted to the app, signed.
 *
 * Opt-in, and nothing is sent by itself: after `subscribe` each change waits in `waiting`, which a test may reorder,
 * thin out or double, and `deliver` posts it. A post that is refused is tried three times more, as Slack does (there
 * after a second, a minute and five).
 */
import { createHmac, randomUUID } from "node:crypto";
import type { WorkplaceClock } from "../world/clock.ts";
import type { ChatChange } from "./chat.ts";
import type { SlackApp } from "./installations.ts";
import type { Channel, Message, SlackJson } from "./message.ts";
import { messageJson } from "./message_json.ts";
import type { SlackTeam } from "./team.ts";
import { tsOfMicros } from "./ts.ts";

/** What is posted; `event` is the change, the rest is around every event. */
export interface EventEnvelope {
  readonly type: "event_callback";
  readonly event_id: string;
  /** Unix seconds. */
  readonly event_time: number;
  readonly team_id: string;
  readonly event: SlackJson;
  readonly [field: string]: unknown;
}

/** How one envelope fared. */
export interface Delivery {
  readonly envelope: EventEnvelope;
  /** The status of every try; 0 when nobody answered. */
  readonly statuses: readonly number[];
}

const retries = 3;

export class SlackEvents {
  /** Not sent yet, oldest first. */
  readonly waiting: EventEnvelope[] = [];
  readonly #app: SlackApp;
  readonly #clock: WorkplaceClock;
  #subscriber?: { readonly url: string; readonly secret: string };
  #told = 0;

  constructor(app: SlackApp, clock: WorkplaceClock) {
    this.#app = app;
    this.#clock = clock;
  }

  /** From now on changes of this team wait to be sent, while somebody is subscribed. */
  watch(team: SlackTeam): void {
    team.chat.watchers.push((change) => {
      for (const event of eventsOf(team, change)) this.tell(team, event);
    });
  }

  /**
   * Asks the address for Slack's challenge and sends events there from now on.
   *
   * @throws when the address does not answer as Slack demands
   */
  async subscribe(url: string, secret: string = this.#app.signingSecret): Promise<void> {
    const challenge = randomUUID();
    const body = JSON.stringify({ type: "url_verification", token: "unused", challenge });
    const answer = await post(url, secret, body);
    const text = await answer.text();
    if (!answer.ok || !text.includes(challenge)) {
      throw new Error(`The subscriber did not answer the challenge: ${answer.status} ${text.slice(0, 200)}`);
    }
    this.#subscriber = { url, secret };
  }

  /** Ends the subscription; what waits is forgotten. */
  unsubscribe(): void {
    this.#subscriber = undefined;
    this.waiting.length = 0;
  }

  /** Lets any event wait, also one that no chat makes: `{type: "app_uninstalled"}`. */
  tell(team: SlackTeam, event: SlackJson): void {
    if (this.#subscriber === undefined) return;
    this.#told += 1;
    const now = this.#clock.now().getTime();
    const teamId = team.id;
    this.waiting.push({
      type: "event_callback",
      token: "unused",
      event_id: `Ev${teamId.slice(1)}${String(this.#told).padStart(6, "0")}`,
      event_time: Math.floor(now / 1000),
      team_id: teamId,
      context_team_id: teamId,
      api_app_id: this.#app.id,
      authorizations: [{
        enterprise_id: null,
        team_id: teamId,
        user_id: team.bot.userId,
        is_bot: true,
        is_enterprise_install: false,
      }],
      is_ext_shared_channel: false,
      event: { event_ts: tsOfMicros(BigInt(now) * 1000n + BigInt(this.#told % 1000)), ...event },
    });
  }

  /** Posts all that waits, one after the other. */
  async deliver(): Promise<Delivery[]> {
    const deliveries: Delivery[] = [];
    for (const envelope of this.waiting.splice(0)) {
      if (this.#subscriber === undefined) break;
      const { url, secret } = this.#subscriber;
      const statuses: number[] = [];
      for (let nth = 0; nth <= retries; nth++) {
        const again = { "x-slack-retry-num": String(nth), "x-slack-retry-reason": "http_error" };
        const answer = await post(url, secret, JSON.stringify(envelope), nth === 0 ? {} : again)
          .catch(() => undefined);
        await answer?.body?.cancel();
        statuses.push(answer?.status ?? 0);
        if (answer?.ok) break;
      }
      deliveries.push({ envelope, statuses });
    }
    return deliveries;
  }
}

/** The post itself travels in real time, whatever time the workplace has: its signature is of this moment. */
function post(
  url: string,
  secret: string,
  body: string,
  headers: Record<string, string> = {},
): Promise<Response> {
  const at = Math.floor(Date.now() / 1000);
  const signature = createHmac("sha256", secret).update(`v0:${at}:${body}`).digest("hex");
  return fetch(url, {
    method: "POST",
    body,
    headers: {
      "content-type": "application/json",
      "x-slack-request-timestamp": String(at),
      "x-slack-signature": `v0=${signature}`,
      ...headers,
    },
  });
}

/** The events of a change that our bot sees; none of channels that it is not in. */
function eventsOf(team: SlackTeam, change: ChatChange): SlackJson[] {
  const { bot, chat } = team;
  if (change.kind === "left" || change.kind === "archived") {
    const { channel, kind, userId } = change;
    const isOurs = userId === bot.userId && kind === "left";
    if (!channel.members.has(bot.userId) && !isOurs) return [];
    if (kind === "archived") {
      const type = channel.kind === "private" ? "group_archive" : "channel_archive";
      return [{ type, channel: channel.id, user: userId }];
    }
    const place = { channel: channel.id, channel_type: letterOf(channel), team: team.id };
    return [{ type: "member_left_channel", user: userId, ...place }];
  }
  const message = change.kind === "deleted" ? change.before : change.message;
  const channel = chat.channel(message.channelId);
  // Our app is not subscribed to direct messages.
  if (channel.kind === "im" || !channel.members.has(bot.userId)) return [];
  const place = { channel: channel.id, channel_type: channel.kind === "private" ? "group" : "channel" };
  const shown = (one: Message) => messageJson(team, one);
  const around = { type: "message", hidden: true, ...place };
  switch (change.kind) {
    case "posted":
      return [{ ...shown(message), ...place, event_ts: message.ts }];
    case "edited": {
      const ts = change.message.edited?.ts;
      const states = { message: shown(message), previous_message: shown(change.before) };
      return [{ ...around, subtype: "message_changed", ts, ...states }];
    }
    case "deleted": {
      // Replies keep a parent's place: to the app it changed into a tombstone.
      const stone = change.tombstone && { subtype: "message_changed", message: shown(change.tombstone) };
      const gone = { subtype: "message_deleted", deleted_ts: message.ts };
      return [{ ...around, ...stone ?? gone, ts: message.ts, previous_message: shown(message) }];
    }
  }
}

const letterOf = ({ kind }: Channel) => kind === "private" ? "G" : "C";
