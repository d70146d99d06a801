/** One person with one platform in a workplace of their own: connected, synced pass by pass, and judged. */
import type { PipelineDatabase } from "@shared/db/pipeline_database.ts";
import type { Connector } from "../../supabase/functions/sync/platforms/connector.ts";
import { inProcessDatabase } from "../in_process/in_process_database.ts";
import { Mortal } from "../in_process/mortal.ts";
import { forget, signUp, type Tier } from "../in_process/stage_database.ts";
import { ticketRunner } from "../in_process/ticket_runner.ts";
import { virtualMeters } from "../in_process/virtual_meters.ts";
import { type VirtualTime, virtualTime } from "../in_process/virtual_time.ts";
import type { Database } from "../local/database/database.ts";
import { heldContent, selectedSources } from "./held_content.ts";
import { inProcessFunctions } from "./in_process_functions.ts";
import type { PlatformWorld, WorldOptions } from "./platform_world.ts";
import { storeGrant } from "./store_grant.ts";
import { judge, type Verdict } from "./verdict.ts";

export interface LifeOptions {
  readonly database: Database;
  readonly open: (options: WorldOptions) => Promise<PlatformWorld>;
  readonly seed: number;
  readonly tier?: Tier;
  readonly cohort?: WorldOptions["cohort"];
  readonly ages?: WorldOptions["ages"];
  /** Puts something between a connector and the sync, e.g. a deliberate mistake. */
  readonly around?: (connector: Connector) => Connector;
  readonly write?: (line: string) => void;
}

export interface Life extends AsyncDisposable {
  readonly world: PlatformWorld;
  readonly time: VirtualTime;
  readonly userId: string;
  /** Whoever runs the person's syncs. */
  readonly mortal: Mortal;
  /** Ends the calls that the workplace leaves unanswered. */
  hangUp(): void;
  /** Connects the platform, or connects it again after its token died. */
  connect(): Promise<void>;
  /** Asks for a sync and runs it to its end, retries and waits included. */
  pass(): Promise<void>;
  verdict(): Promise<Verdict>;
  /** What the person sees of the connection. */
  standing(): Promise<{ readonly status: string; readonly notices: number }>;
}

const opening = new Date("2026-11-05T10:00:00Z");

export async function beginLife(options: LifeOptions): Promise<Life> {
  const { database, seed, tier = "starter", cohort, ages, around, write } = options;
  const time = virtualTime(opening);
  const world = await options.open({ seed, time, ...(cohort && { cohort }), ...(ages && { ages }) });
  const { platform, workplace } = world;
  const meters = virtualMeters(time);
  const mortal = new Mortal();
  const pipeline: PipelineDatabase = inProcessDatabase(database, (name, args) => {
    if (name === "reserve") return { answer: meters.reserve(args) };
    if (name !== "hold_back") return undefined;
    meters.holdBack(args);
    return { answer: null };
  });
  const encryptionKey = crypto.getRandomValues(new Uint8Array(32)).toBase64();
  const functions = inProcessFunctions({
    database: pipeline,
    workplace,
    mortal,
    encryptionKey,
    ...(around && { around }),
    ...(write && { write }),
  });
  const runner = ticketRunner({
    functionName: "sync",
    database,
    pipeline,
    handlers: functions.handlers,
    time,
    mortal,
    ...(write && { write }),
  });
  await runner.align();
  const userId = await signUp(database, tier);
  let connection = "";
  return {
    world,
    time,
    userId,
    mortal,
    hangUp: functions.hangUp,
    async connect() {
      await runner.align(userId);
      connection = await storeGrant(pipeline, world.grant, { userId, encryptionKey });
    },
    async pass() {
      await runner.align(userId);
      await pipeline.call("sync_now", { p_connection: connection, p_platform: platform });
      await runner.run(userId);
    },
    async verdict() {
      const selected = await selectedSources(database, userId, platform);
      return judge(world.wanted(selected), await heldContent(database, userId, platform));
    },
    async standing() {
      const [row] = await database.query<{ status: string; notices: number }>(
        `select c.status::text, (select count(*)::int from public.notifications n where n.user_id = c.user_id) as notices
           from public.platform_connections c where c.id = $1`,
        [connection],
      );
      return row ?? { status: "disconnected", notices: 0 };
    },
    async [Symbol.asyncDispose]() {
      await forget(database, userId);
      // Whoever uses this database next lives in a time of their own.
      await database.query("select pipeline.move_clock('0')");
      await world[Symbol.asyncDispose]();
    },
  };
}
