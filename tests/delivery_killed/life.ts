/**
 * One person whose deliverable goes to their mailbox, a Slack channel and their direct messages, in a world of their own:
 * the handlers of `execute-deliverable` on the real SQL, before emulators that journal what reached them.
 */
import type { PipelineDatabase } from "@shared/db/pipeline_database.ts";
import { createEgress, type Egress } from "@shared/http/egress.ts";
import { environmentReader } from "@shared/http/environment.ts";
import { createLog } from "@shared/http/log.ts";
import { inProcessDatabase } from "../../scripts/in_process/in_process_database.ts";
import { Mortal } from "../../scripts/in_process/mortal.ts";
import { mortalDatabase, mortalTransport } from "../../scripts/in_process/mortal_calls.ts";
import { forget, signUp } from "../../scripts/in_process/stage_database.ts";
import { ticketRunner } from "../../scripts/in_process/ticket_runner.ts";
import { virtualMeters } from "../../scripts/in_process/virtual_meters.ts";
import { virtualTime } from "../../scripts/in_process/virtual_time.ts";
import { connectSlack } from "../../scripts/local/connect_slack.ts";
import type { Database } from "../../scripts/local/database/database.ts";
import { type MailServer, startMail } from "../../scripts/local/emulators/mail.ts";
import { startModel } from "../../scripts/local/emulators/model.ts";
import { startWorkplace, type Workplace } from "../../scripts/local/workplace/workplace.ts";
import { backtestDeliverable } from "../../supabase/functions/execute-deliverable/backtest_deliverable.ts";
import {
  deliverVersion,
  deliveryVariables,
} from "../../supabase/functions/execute-deliverable/delivery/deliver_version.ts";
import { generateDeliverable } from "../../supabase/functions/execute-deliverable/generate_deliverable.ts";
import { modelVariables } from "../../supabase/functions/execute-deliverable/run_context.ts";
import { writeAtLength } from "./long_text.ts";

const MINUTE = 60_000;

export interface LifeOptions {
  readonly database: Database;
  /** Hours that pass after a death, before another worker goes on. */
  readonly outageHours?: number;
  /** A weekly text looks back far enough that one which is written a day late still tells the same; weekly when left out. */
  readonly frequency?: "daily" | "weekly";
  /** The three deliveries are sent at once, as an isolate does; one after the other when left out. */
  readonly together?: boolean;
  /** Puts something between the worker and the providers, e.g. a deliberate mistake. */
  readonly around?: (reach: Egress) => Egress;
  /** Lines of the functions' log. */
  readonly write?: (line: string) => void;
}

export interface DeliveryLife extends AsyncDisposable {
  readonly userId: string;
  readonly email: string;
  readonly deliverable: string;
  /** Slack's id of the channel that it goes to. */
  readonly channel: string;
  /** Whoever runs the person's tickets. */
  readonly mortal: Mortal;
  readonly mail: MailServer;
  readonly workplace: Workplace;
  readonly pipeline: PipelineDatabase;
  /** So many things are said in the channel. */
  say(count: number): Promise<void>;
  /** Asks for a run, forced or not, and goes on until the person has no live ticket. */
  run(forced?: boolean): Promise<void>;
  /** Asks for a backtest of the last week, and goes on until it has ended. */
  backtest(): Promise<void>;
  /** Lets time pass while nothing happens. */
  rest(milliseconds: number): Promise<void>;
}

export async function beginLife(options: LifeOptions): Promise<DeliveryLife> {
  const { database, outageHours = 0, frequency = "weekly", together = false, around, write = () => {} } =
    options;
  // Whoever looks after an outage compares what is real now with what the providers noted then.
  const time = virtualTime(new Date(Date.now() - outageHours * 60 * MINUTE));
  await using opened = new AsyncDisposableStack();
  const workplace = opened.use(await startWorkplace({ seed: 7, days: 1, pace: 0.2, now: time.now }));
  const mail = opened.use(await startMail({ now: time.now }));
  const model = opened.use(await startModel({ answer: writeAtLength }));
  const meters = virtualMeters(time);
  const pipeline = inProcessDatabase(database, (name, args) => {
    if (name === "reserve") return { answer: meters.reserve(args) };
    if (name !== "hold_back") return undefined;
    meters.holdBack(args);
    return { answer: null };
  });
  const mortal = new Mortal();
  const encryptionKey = crypto.getRandomValues(new Uint8Array(32)).toBase64();
  const log = createLog({ level: "debug", write });
  const values: Readonly<Record<string, string>> = {
    SUPABASE_URL: "https://project.supabase.co",
    INTEGRATION_ENCRYPTION_KEY: encryptionKey,
    ANTHROPIC_API_KEY: model.apiKey,
    ANTHROPIC_BASE_URL: model.url,
    RESEND_API_KEY: mail.apiKey,
    RESEND_BASE_URL: mail.url,
    RESEND_FROM_EMAIL: mail.sender,
    SLACK_BASE_URL: `${workplace.url}/slack`,
    SLACK_CLIENT_ID: workplace.slack.installations.app.clientId,
    SLACK_CLIENT_SECRET: workplace.slack.installations.app.clientSecret,
  };
  const environment = environmentReader(
    "execute-deliverable",
    [...modelVariables, ...deliveryVariables],
    (name) => values[name],
  )();
  const { transport, settled } = mortalTransport(mortal, around);
  const overrides = [model.url, mail.url, workplace.url];
  const context = {
    environment,
    database: mortalDatabase(pipeline, mortal),
    egress: createEgress({ log, overrides, transport }),
    transport,
    log,
  };
  const runner = ticketRunner({
    functionName: "execute-deliverable",
    database,
    pipeline,
    handlers: {
      generate_deliverable: generateDeliverable(context),
      backtest_deliverable: backtestDeliverable(context),
      deliver_version: deliverVersion(context),
    },
    time,
    mortal,
    together,
    async afterDeath() {
      await settled();
      time.advance(outageHours * 60 * MINUTE);
    },
    write,
  });
  await runner.align();
  const userId = await signUp(database, "pro");
  opened.defer(async () => {
    await forget(database, userId);
    await database.query("select pipeline.move_clock('0')");
  });
  const email = `${userId}@yarnnn.example`;
  const { team } = workplace;
  const channel = team.chat.channel("general").id;
  const connection = await connectSlack(pipeline, {
    userId,
    installation: workplace.installation,
    encryptionKey,
  });
  await database.query(
    `insert into public.sync_registry (user_id, connection_id, platform, external_id, kind, name, selected, selected_by, last_synced_at, metadata)
     values ($1, $2, 'slack', $3, 'channel', '#general', true, 'person', pipeline.now(), '{"is_private": false}')`,
    [userId, connection, channel],
  );
  const [ordered] = await database.query<{ id: string }>(
    `with ordered as (
       insert into public.deliverables (user_id, title, deliverable_type, schedule)
       values ($1, 'What was decided', 'slack_channel_digest', $4) returning id
     ), destinations as (
       insert into public.deliverable_destinations (deliverable_id, user_id, channel, target, options)
       select o.id, $1, d.channel::public.delivery_channel, d.target, d.options::jsonb from ordered o,
              (values ('email', $2, '{}'), ('slack', $3, '{}'), ('slack', 'dm', '{"thread": true}')) d(channel, target, options)
     )
     select id from ordered`,
    [
      userId,
      email,
      channel,
      JSON.stringify({ frequency, ...(frequency === "weekly" && { day: "monday" }), time: "09:00" }),
    ],
  );
  if (ordered === undefined) throw new Error("An order without a row");
  const settings = { p_deliverable: ordered.id, p_user: userId };
  const parts = opened.move();
  let said = 0;
  return {
    userId,
    email,
    deliverable: ordered.id,
    channel,
    mortal,
    mail,
    workplace,
    pipeline,
    async say(count) {
      await runner.align(userId);
      const items = Array.from({ length: count }, () => said++).map((one) => ({
        container_id: channel,
        item_id: `m${one}`,
        content_type: "message",
        content: sentence(one),
        author: "Maya",
        permalink: `https://${team.domain}.slack.example/archives/${channel}/p${one}`,
        source_timestamp: time.now().toISOString(),
        sources: [channel],
      }));
      await database.query("select private.store_items($1, 'slack', $2, $3)", [
        connection,
        userId,
        JSON.stringify(items),
      ]);
      time.advance(MINUTE);
    },
    async run(forced = true) {
      await runner.align(userId);
      await pipeline.call("run_deliverable", { ...settings, p_forced: forced });
      await runner.run(userId);
    },
    async backtest() {
      await runner.align(userId);
      await pipeline.call("start_backtest", { ...settings, p_weeks: 1 });
      await runner.run(userId);
    },
    async rest(milliseconds) {
      time.advance(milliseconds);
      await runner.align(userId);
    },
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

/** Long enough that thirty of them need two messages of Slack. */
const sentence = (one: number) =>
  `We decided on plan ${one} after the call with vendor ${one * 7} because their second offer of ${
    one * 113
  } euros a month came with a notice period of ${
    one + 2
  } weeks, support in our own time zone, a data centre in Lisbon and a discount for the first ${
    one + 3
  } months, which the first offer did not have; the contract goes to legal review number ${one * 17} next.`;
