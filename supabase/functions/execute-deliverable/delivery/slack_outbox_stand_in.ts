/** The outbox, with deliveries to a Slack that a test brings along. No function imports this. */
import { rpcStandIn } from "@shared/db/rpc_stand_in.ts";
import { createKeyRing } from "@shared/crypto/key_ring.ts";
import { sealToken } from "@shared/connections/tokens.ts";
import { tokenRowStandIn } from "@shared/connections/token_row_stand_in.ts";
import { createEgress, type Egress } from "@shared/http/egress.ts";
import { createLog } from "@shared/http/log.ts";
import { PipelineError } from "@shared/http/problem.ts";
import { claimedTicket, type QueueStandIn, queueStandIn } from "@shared/work/queue_stand_in.ts";
import { runTicket } from "@shared/work/run_ticket.ts";
import type { ClaimedTicket } from "@shared/work/ticket.ts";
import { type Crash, guardOf, whole } from "./crash_stand_in.ts";
import type { SlackDelivery } from "./delivery.ts";
import { deliverVersion } from "./deliver_version.ts";
import { environment, slackDeliveryOf } from "./delivery_stand_in.ts";

const userId = "22222222-2222-4222-8222-222222222222";
export const OPENING = new Date("2026-11-05T10:00:00Z");

/** A message that was posted. */
export interface Post {
  readonly channel: string;
  readonly ts: string;
  readonly threadTs?: string;
  readonly blocks: readonly unknown[];
  readonly metadata?: unknown;
}

/** The Slack of the test. */
export interface SlackPlace {
  /** What takes the place of https://slack.com. */
  readonly base: string;
  readonly teamId: string;
  /** The bot's token. */
  readonly token: string;
  /** Who connected it. */
  readonly ownerId: string;
  /** Where deliveries go that name no other target. */
  readonly channel: string;
  readonly carry: Egress;
  posts(): readonly Post[];
}

/** How one turn of the ticket ended. */
export interface Turn {
  /** What the queue was told beside checkpoints. */
  readonly told: readonly (readonly unknown[])[];
  readonly finished?: string;
}

/** Puts a new delivery into the outbox. */
export type AddDelivery = (parts?: Partial<SlackDelivery>) => OutboxRow;

export interface OutboxRow {
  readonly id: string;
  /** What was posted of it, oldest first; doubles stand here twice. */
  posts(): readonly Post[];
  /** How many calls the last turn made. */
  calls: number;
  progress: ClaimedTicket["progress"];
  /** Changes what the database says at the next turn. */
  change(parts: Partial<SlackDelivery>): void;
  turn(options?: TurnOptions): Promise<Turn>;
}

export interface TurnOptions {
  readonly crash?: Crash;
  readonly token?: string;
  /** Changes a request on its way. */
  readonly onTheWay?: (body: URLSearchParams) => void;
  /** What the meters say, by key; 0 everywhere else. */
  readonly wait?: (key: string) => number;
  /** Fails the record of the outcome. */
  readonly finishFails?: boolean;
}

export function slackOutbox(place: SlackPlace): AddDelivery {
  return (parts = {}) => {
    let stored = slackDeliveryOf({
      id: crypto.randomUUID(),
      target: place.channel,
      account_id: place.teamId,
      external_user_id: place.ownerId,
      ...parts,
    });
    const { id } = stored;
    const row: OutboxRow = {
      id,
      calls: 0,
      progress: {},
      posts: () => place.posts().filter((post) => JSON.stringify(post.metadata).includes(id)),
      change: (changes) => stored = { ...stored, ...changes },
      async turn(options = {}) {
        const { crash, token = place.token, wait = () => 0 } = options;
        const guard = guardOf(crash);
        const ring = await createKeyRing(environment.INTEGRATION_ENCRYPTION_KEY);
        const tokens = {
          access_token: await sealToken(ring, token, userId, "slack", "access_token"),
          refresh_token: null,
        };
        const tokenRow = tokenRowStandIn(tokens, () => new Date());
        let finished: string | undefined;
        const database = rpcStandIn({
          begin_delivery: () =>
            guard.make(() => {
              const answer = { ...stored };
              const sentBefore = stored.sent_before ?? OPENING.toISOString();
              stored = { ...stored, status: "sending", sent_before: sentBefore, sent_before_seconds: 1 };
              return answer;
            }),
          finish_delivery: ({ p_provider_id }) =>
            guard.make(() => {
              if (options.finishFails) {
                throw new PipelineError({ code: "database_unreachable", message: "gone", status: 503 });
              }
              finished = p_provider_id;
              stored = { ...stored, status: "accepted", provider_id: p_provider_id };
              return undefined;
            }),
          tokens_of: () =>
            guard.make(() => ({
              connection_id: stored.connection_id,
              account_id: stored.account_id,
              ...tokens,
              shared: false,
            })),
          reserve: ({ p_key }) => guard.make(() => wait(p_key)),
          hold_back: () => undefined,
          begin_token_refresh: (args) => tokenRow.database.call("begin_token_refresh", args),
          finish_token_refresh: (args) => tokenRow.database.call("finish_token_refresh", args),
          fail_token_refresh: (args) => tokenRow.database.call("fail_token_refresh", args),
          needs_reauth: (args) => tokenRow.database.call("needs_reauth", args),
        });
        const log = createLog({ write: () => {} });
        const { base } = place;
        const egress = createEgress({
          log,
          overrides: [base],
          timeoutMs: 400,
          transport: (input, init) =>
            guard.make(async () => {
              const body = new URLSearchParams(String(init?.body ?? ""));
              options.onTheWay?.(body);
              return await whole(place.carry(input, { ...init, body: body.toString() }));
            }),
        });
        const queue: QueueStandIn = queueStandIn({
          instead: {
            save: (tickets) =>
              guard.make(() => {
                for (const { progress } of tickets) row.progress = progress as ClaimedTicket["progress"];
                return tickets.map((ticket) => ({ id: ticket.id, held: true, cancelAsked: false }));
              }),
          },
        });
        await runTicket(
          claimedTicket({
            kind: "deliver_version",
            user_id: userId,
            payload: { delivery_id: id },
            progress: row.progress,
          }),
          {
            queue,
            handlers: {
              deliver_version: deliverVersion({
                environment: {
                  ...environment,
                  SLACK_BASE_URL: base,
                  SLACK_CLIENT_ID: "1.2",
                  SLACK_CLIENT_SECRET: "s",
                },
                database,
                egress,
                log,
              }),
            },
            log,
            stop: new AbortController(),
            clock: () => 0,
          },
        );
        row.calls = guard.calls;
        const told = queue.told.filter(([verb]) => verb !== "save");
        return { told, ...(finished !== undefined && { finished }) };
      },
    };
    return row;
  };
}

/** Words for more than one message. */
export const longContent = (messages: number) =>
  Array.from({ length: messages * 9 }, (_, at) => `## Part ${at}\n\n${"news ".repeat(220)}[1]`).join("\n\n");
