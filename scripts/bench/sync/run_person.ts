/** One person's first and incremental sync with the functions as processes, on a fresh Postgres 17 in platform time. */
import { createPipelineDatabase, type PipelineDatabase } from "@shared/db/pipeline_database.ts";
import { type Stack, startStack } from "../../local/stack.ts";
import type { Workplace } from "../../local/workplace/workplace.ts";
import { projectExtensions, startCluster } from "../../postgres/cluster.ts";
import { prepare } from "../../postgres/prepare.ts";
import { heldContent, selectedSources } from "../../sync_faults/held_content.ts";
import { PLATFORMS } from "../../sync_faults/platform_world.ts";
import { contentsOf, type Selection } from "./bench_contents.ts";
import { type BenchWorld, growWorld } from "./bench_world.ts";
import { connectAll, type Connected } from "./connect_all.ts";
import { type Floor, floorOf } from "./floor.ts";
import { addLatency, LATENCY } from "./latency.ts";
import type { BenchPerson } from "./person.ts";
import { type ProcessUse, watchProcesses } from "./process_watch.ts";
import { followTime, PlatformTime, scaleTime } from "./scaled_time.ts";

export interface Measured extends ProcessUse {
  /** Platform seconds from the request to the end of the last ticket. */
  readonly seconds: number;
  /** Platform seconds until each platform's last ticket had ended. */
  readonly byPlatform: Readonly<Record<string, number>>;
  readonly calls: number;
  readonly callsByMethod: Readonly<Record<string, number>>;
  readonly refused: number;
  readonly floor: Floor;
  readonly items: number;
  readonly turns: number;
  /** Tickets that did not end well. */
  readonly failed: readonly string[];
}

export interface PersonRun {
  readonly person: BenchPerson;
  readonly oneAtATime: boolean;
  readonly first: Measured;
  readonly incremental: Measured;
}

export interface RunOptions {
  readonly person: BenchPerson;
  readonly scale: number;
  readonly seed: number;
  readonly oneAtATime: boolean;
  readonly write: (line: string) => void;
}

/** How often the tick comes, in platform seconds: as hosted. */
const TICK_SECONDS = 5;

export async function runPerson(options: RunOptions): Promise<PersonRun> {
  const { person, scale, seed, oneAtATime } = options;
  const time = new PlatformTime(scale);
  const cluster = await startCluster(await prepare(), {
    durable: true,
    authStub: false,
    extensions: projectExtensions(),
  });
  try {
    await using stack = await startStack({
      databaseUrl: cluster.databaseUrl,
      port: 0,
      loops: false,
      workplace: { seed, now: time.now, days: 2, pace: 0.2 },
    });
    const { workplace } = stack;
    if (workplace === undefined) throw new Error("The benchmark needs the emulated workplace");
    const world = growWorld(workplace, person, seed);
    addLatency(workplace, time, oneAtATime);
    await scaleTime(stack.database, time);
    if (oneAtATime) {
      await stack.database.query(
        "update pipeline.ticket_kinds set per_call = 1, max_running = 1, max_running_per_user = 1 where function_name = 'sync'",
      );
    }
    const bench = new Bench(stack, workplace, world, time, options);
    return { person, oneAtATime, ...await bench.run() };
  } finally {
    await cluster.stop();
  }
}

class Bench {
  readonly #pipeline: PipelineDatabase;
  #userId = "";

  constructor(
    readonly stack: Stack,
    readonly workplace: Workplace,
    readonly world: BenchWorld,
    readonly time: PlatformTime,
    readonly options: RunOptions,
  ) {
    this.#pipeline = createPipelineDatabase({ url: stack.url, secretKey: stack.secretKey, fetch });
  }

  async run(): Promise<{ first: Measured; incremental: Measured }> {
    const { stack, workplace, world, options } = this;
    const { userId } = await stack.signUp(`${options.person.tier}@yarnnn.example`, "a long password");
    this.#userId = userId;
    await stack.database.query("update public.workspaces set tier = $2::public.tier where owner_id = $1", [
      userId,
      options.person.tier,
    ]);
    const encryptionKey = stack.env["INTEGRATION_ENCRYPTION_KEY"] ?? "";
    const connected = await connectAll(this.#pipeline, workplace, world, { userId, encryptionKey });
    // The start of a process is not scaled: it is over before anything is measured.
    await stack.database.query("select pipeline.wake_function('sync', false)");
    await stack.settle();
    const first = await this.#measure(connected, -Infinity);
    options.write(`  first: ${first.seconds.toFixed(0)} s, ${first.calls} calls`);
    // So that nothing new shares its minute with what was read.
    await this.#advance(2 * 60);
    const since = workplace.clock.now().getTime();
    await this.#advance(60 * 60);
    world.goOn();
    // Hardly a limit is met now: what this machine takes for a call must not count several times any more.
    this.time.runAt(1);
    await followTime(stack.database, this.time);
    const incremental = await this.#measure(connected, since);
    return { first, incremental };
  }

  async #measure(connected: Connected, since: number): Promise<Measured> {
    const { stack, workplace, world, time: { scale } } = this;
    const { slack, google, notion } = workplace;
    const journals = [slack.journal, google.journal, notion.journal];
    const latest = journals.map((journal) => journal.latest);
    const endWatch = watchProcesses(stack.functions, "sync");
    const [begun] = await stack.database.query<{ at: string }>("select clock_timestamp()::text as at");
    for (const platform of PLATFORMS) {
      const connection = platform === "slack"
        ? connected.slack
        : platform === "notion"
        ? connected.notion
        : connected.google;
      await this.#pipeline.call("sync_now", { p_connection: connection, p_platform: platform });
    }
    await this.#crank();
    const use = await endWatch();
    const ended = await stack.database.query<{ platform: string; seconds: number; turns: number }>(
      `select coalesce(platform, '') as platform, extract(epoch from max(ended_at) - $2::timestamptz)::float8 as seconds, sum(turn + 1)::int as turns
         from pipeline.work_execution_log where user_id = $1 and ended_at >= $2::timestamptz and outcome = 'done' group by 1`,
      [this.#userId, begun?.at],
    );
    const failed = await stack.database.query<{ text: string }>(
      `select kind || ' ' || coalesce(payload ->> 'unit', '') || ': ' || outcome || ' ' || coalesce(error ->> 'message', '') as text
         from pipeline.work_execution_log where user_id = $1 and ended_at >= $2::timestamptz and outcome <> 'done'`,
      [this.#userId, begun?.at],
    );
    const selection = await this.#selection();
    const held = await Promise.all(
      PLATFORMS.map((platform) => heldContent(stack.database, this.#userId, platform)),
    );
    const byPlatform = Object.fromEntries(ended.map(({ platform, seconds }) => [platform, seconds * scale]));
    const callsByMethod = Object.assign(
      {},
      ...journals.map((journal, at) => journal.countByMethod(latest[at])),
    );
    return {
      ...use,
      seconds: Math.max(...Object.values(byPlatform)),
      byPlatform,
      callsByMethod,
      calls: journals.reduce((sum, journal, at) => sum + journal.latest - (latest[at] ?? 0), 0),
      refused: journals.reduce((sum, journal, at) => sum + journal.countRateLimited(latest[at]), 0),
      floor: floorOf(contentsOf(workplace, world, selection, since), LATENCY),
      items: held.flat().filter(({ deleted }) => !deleted).length,
      turns: ended.reduce((sum, { turns }) => sum + turns, 0),
      failed: failed.map(({ text }) => text),
    };
  }

  /** Lets platform seconds pass at once, for the meters too. */
  async #advance(seconds: number): Promise<void> {
    const { stack, time } = this;
    time.advance(seconds);
    await followTime(stack.database, time);
    await stack.database.query(
      `update pipeline.rate_meters m set held_until = m.held_until - make_interval(secs => $1),
              taken = array(select t - make_interval(secs => $1) from unnest(m.taken) with ordinality u(t, nth) order by nth)`,
      [seconds / time.scale],
    );
  }

  /** Ticks as pg_cron would, sends as pg_net would, until the person has no live ticket. */
  async #crank(): Promise<void> {
    const { stack, time: { scale } } = this;
    const tickMs = TICK_SECONDS * 1000 / scale;
    let nextTick = performance.now() + tickMs;
    while (true) {
      await stack.net.turn();
      if (performance.now() >= nextTick) {
        nextTick += tickMs;
        await stack.database.query("select pipeline.tick()");
        const [{ live } = { live: 0 }] = await stack.database.query<{ live: number }>(
          "select count(*)::int as live from pipeline.work_tickets where user_id = $1 and kind in (select k.kind from pipeline.ticket_kinds k where k.function_name = 'sync')",
          [this.#userId],
        );
        if (live === 0) return;
      }
      await new Promise((resolve) => setTimeout(resolve, Math.min(20, tickMs)));
    }
  }

  async #selection(): Promise<Selection> {
    const { database } = this.stack;
    const selected = (platform: (typeof PLATFORMS)[number]) =>
      selectedSources(database, this.#userId, platform);
    const [tier] = await database.query<{ rows: number }>(
      "select notion_rows_per_pass as rows from public.tiers where tier = $1::public.tier",
      [this.options.person.tier],
    );
    return {
      slack: await selected("slack"),
      gmail: await selected("gmail"),
      calendar: await selected("calendar"),
      notion: await selected("notion"),
      notionRowsPerPass: tier?.rows ?? 0,
    };
  }
}
