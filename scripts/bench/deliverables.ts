/**
 * `deno task bench:deliverables [--runs N] [--people N] [--only runs|drain] [--on pglite|postgres] [--docs]`: what a
 * deliverable takes from its trigger to its mail. Postgres is the one at DATABASE_URL, or else a durable one of its own;
 * drains run on it with `--on postgres` only.
 * `--docs` writes the table of `docs/benchmarks.md`, too.
 */
import { parseArgs } from "node:util";
import { VARIABLES } from "@shared/http/environment.ts";
import { projectExtensions, startCluster } from "../postgres/cluster.ts";
import { prepare } from "../postgres/prepare.ts";
import { withFigures } from "./deliverables/docs_section.ts";
import { drainFigures } from "./deliverables/drain.ts";
import { type MeasuredRun, runOneByOne } from "./deliverables/one_by_one.ts";
import { runFigures } from "./deliverables/run_figures.ts";
import { tokenFigures } from "./deliverables/token_figures.ts";
import { startWatchedStack } from "./deliverables/watched_stack.ts";
import { type Figure, publish } from "./report.ts";

const { values: flags } = parseArgs({
  options: {
    /** Of each of the eight types. */
    runs: { type: "string", default: "8" },
    cold: { type: "string", default: "3" },
    people: { type: "string", default: "1000" },
    latency: { type: "string", default: "2" },
    processes: { type: "string", default: "1" },
    only: { type: "string" },
    on: { type: "string" },
    docs: { type: "boolean", default: false },
  },
});
const write = (line: string) => void Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
/** The processes that measure what a warm one takes must not end of old age between. */
const LONG_WALL_CLOCK_SECONDS = 400;

async function oneByOne(databaseUrl: string | undefined): Promise<MeasuredRun[]> {
  await using watched = await startWatchedStack({
    databaseUrl,
    wallClockSeconds: LONG_WALL_CLOCK_SECONDS,
    write,
  });
  return await runOneByOne(watched, { runs: Number(flags.runs), cold: Number(flags.cold), write });
}

async function onPostgres<T>(work: (databaseUrl: string) => Promise<T>): Promise<T> {
  const given = Deno.env.get("DATABASE_URL");
  if (given !== undefined) return await work(given);
  const cluster = await startCluster(await prepare(), {
    durable: true,
    authStub: false,
    extensions: projectExtensions(),
  });
  try {
    return await work(cluster.databaseUrl);
  } finally {
    await cluster.stop();
  }
}

const figures: Figure[] = [];
if (flags.only !== "drain") {
  if (flags.on !== "postgres") {
    write("runs one by one on PGlite …");
    const runs = await oneByOne(undefined);
    const model = VARIABLES.MODEL_WRITER.schema.parse(undefined);
    figures.push(...runFigures("PGlite", runs), ...tokenFigures(model, runs));
  }
  if (flags.on !== "pglite") {
    write("runs one by one on Postgres 17 …");
    figures.push(...runFigures("Postgres 17", await onPostgres(oneByOne)));
  }
}
if (flags.only !== "runs") {
  const people = Number(flags.people);
  const processes = Number(flags.processes);
  const latencyMs = Number(flags.latency) * 1000;
  for (const drain of [{ atOnce: true, latencyMs: 0 }, { atOnce: false, latencyMs }]) {
    write(
      `drain of ${people}, ${drain.atOnce ? "at once" : "spread"}, model ${
        drain.latencyMs / 1000
      } s a call …`,
    );
    const drainOn = (databaseUrl?: string) =>
      drainFigures({ people, processes, write, databaseUrl, ...drain });
    // A cluster each: a schedule of the one before would come due in the other.
    figures.push(...await (flags.on === "postgres" ? onPostgres(drainOn) : drainOn()));
  }
}

const report = {
  benchmark: "bench:deliverables",
  measuredOn:
    `the local stack (functions as processes, emulated model and mail) on PGlite and on Postgres 17, ` +
    `${navigator.hardwareConcurrency} cores shared by all of them`,
  at: new Date().toISOString(),
  figures,
};
await publish(report, write);
if (flags.docs) {
  const page = new URL("../../docs/benchmarks.md", import.meta.url);
  await Deno.writeTextFile(page, withFigures(await Deno.readTextFile(page), report));
  await new Deno.Command(Deno.execPath(), { args: ["fmt", "--quiet", page.pathname] }).output();
  write(`table: ${page.pathname}`);
}
