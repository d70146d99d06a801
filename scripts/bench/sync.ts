/**
 * `deno task bench:sync [--tier NAME] [--scale N] [--only syncs|store] [--docs]`: how long syncs take, on a durable
 * Postgres 17. `--docs` writes the table of `docs/benchmarks.md`, too.
 */
import { parseArgs } from "node:util";
import { type Figure, publish } from "./report.ts";
import { sizeOf } from "./sync/bench_contents.ts";
import { withTable } from "./sync/docs_table.ts";
import { LATENCY } from "./sync/latency.ts";
import { PEOPLE } from "./sync/person.ts";
import { type Measured, type PersonRun, runPerson } from "./sync/run_person.ts";
import { storeFigures } from "./sync/store_rate.ts";

const { values: flags } = parseArgs({
  options: {
    tier: { type: "string" },
    scale: { type: "string" },
    seed: { type: "string", default: "7" },
    only: { type: "string" },
    docs: { type: "boolean", default: false },
  },
});
const seed = Number(flags.seed);
const write = (line: string) => void Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));

const figures: Figure[] = [];
const runs: PersonRun[] = [];
for (const person of flags.only === "store" ? [] : PEOPLE) {
  if (flags.tier !== undefined && flags.tier !== person.tier) continue;
  const scale = Number(flags.scale ?? person.scale);
  write(`${person.tier} …`);
  const run = await runPerson({ person, scale, seed, oneAtATime: false, write });
  write(`${person.tier}, one call at a time …`);
  const inSequence = await runPerson({ person, scale, seed, oneAtATime: true, write });
  runs.push(run, inSequence);
  for (const phase of ["first", "incremental"] as const) {
    const name = `${person.tier}, ${phase} sync`;
    figures.push(...syncFigures(name, run[phase], inSequence[phase], sizeOf(person)));
  }
}
const stored = flags.only === "syncs" ? [] : await storeFigures();
figures.push(...stored);

const { slack, gmail, calendar, notion } = LATENCY;
const at = new Date();
const scales = runs.filter(({ oneAtATime }) => !oneAtATime).map(({ person }) => flags.scale ?? person.scale);
const measuredOn =
  `Postgres 17, flushed to disk, with the local stack's gateway and functions as processes, ` +
  `${navigator.hardwareConcurrency} cores shared with the simulated platforms; ` +
  `in first syncs platform time runs ${scales.join(", ")} times as fast, with the limits' periods; ` +
  `a call takes Slack ${slack} s, Gmail ${gmail} s, Calendar ${calendar} s, Notion ${notion} s`;
await publish({ benchmark: "bench:sync", measuredOn, at: at.toISOString(), figures }, write);
const details = new URL("../../.cache/bench/bench_sync_runs.json", import.meta.url);
await Deno.writeTextFile(details, JSON.stringify(runs, null, 2));
write(`calls by method and platform: ${details.pathname}`);
if (flags.docs) {
  const page = new URL("../../docs/benchmarks.md", import.meta.url);
  const [fresh, unchanged] = stored.map(({ value }) => value);
  const rows = fresh === undefined || unchanged === undefined ? {} : { rows: { fresh, unchanged } };
  await Deno.writeTextFile(
    page,
    withTable(await Deno.readTextFile(page), { at, measuredOn, runs, ...rows }),
  );
  await new Deno.Command(Deno.execPath(), { args: ["fmt", "--quiet", page.pathname] }).output();
  write(`table: ${page.pathname}`);
}

function syncFigures(name: string, run: Measured, inSequence: Measured, size: string): Figure[] {
  const { floor } = run;
  const failed = run.failed.length === 0 ? "" : `; ${run.failed.length} tickets failed`;
  return [
    { name, value: run.seconds, unit: "s", conditions: `${size}; ${run.items} items held${failed}` },
    {
      name: `${name}: floor`,
      value: floor.seconds,
      unit: "s",
      conditions: `${floor.bound}; ${floor.calls} calls`,
    },
    {
      name: `${name}: to the floor`,
      value: run.seconds / floor.seconds,
      unit: "×",
      aim: { atMost: 1.2 },
      conditions: floor.bound === "latency" ? "everything fits into the first window of every limit" : "",
    },
    { name: `${name}: in sequence`, value: inSequence.seconds, unit: "s", conditions: "one call at a time" },
    {
      name: `${name}: calls`,
      value: run.calls,
      unit: "calls",
      conditions: `${inSequence.calls} in sequence`,
    },
    {
      name: `${name}: refused`,
      value: run.refused,
      unit: "× 429",
      aim: { atMost: 0 },
      conditions: "all platforms",
    },
    {
      name: `${name}: memory`,
      value: run.peakBytes / 2 ** 20,
      unit: "MB",
      aim: { atMost: 128 },
      conditions: "highest anonymous memory of a process of the function",
    },
    {
      name: `${name}: CPU a turn`,
      value: run.cpuSeconds / Math.max(1, run.turns),
      unit: "s",
      aim: { atMost: 2 },
      conditions: `${
        run.cpuSeconds.toFixed(1)
      } s in all, ${run.turns} turns of tickets, ${run.processes} processes`,
    },
  ];
}
