/**
 * `deno task test:faults`: thousands of tickets on a real Postgres 17 of their own, while everything that can fail does.
 * Exit code 0: every run was clean. It needs nothing that `deno task postgres prepare` cannot make.
 */
import { parseArgs } from "node:util";
import { join } from "node:path";
import { stopSignals } from "../local/stop_signals.ts";
import { cacheFolder } from "../postgres/installation.ts";
import { print, say } from "../postgres/say.ts";
import { type FaultProgress, type FaultReport, runFaults } from "./fault_run.ts";
import { reportTable } from "./report_table.ts";
import { VARIANTS } from "./variant.ts";

const USAGE = `deno task test:faults [options]

  --tickets N        how many a run (default: 2000)
  --seeds A,B,C      one run each (default: 1,2,3)
  --variant NAME     none (default), or a queue without one of its protections, where the test must fail:
                     no-fence, no-claim-lock
  --json FILE        where the figures go (default: .cache/faults.json)
  --verbose          what goes wrong inside while it runs; much does`;

const SAY_EVERY_SECONDS = 5;

async function main(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      tickets: { type: "string", default: "2000" },
      seeds: { type: "string", default: "1,2,3" },
      variant: { type: "string", default: "none" },
      json: { type: "string", default: join(cacheFolder(), "faults.json") },
      verbose: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const tickets = Number(values.tickets);
  const seeds = values.seeds.split(",").map(Number);
  const variant = VARIANTS.find((name) => name === values.variant);
  // Fewer could not meet every fault once.
  const understood = Number.isInteger(tickets) && tickets >= 50 && seeds.every(Number.isInteger);
  if (values.help || !understood || variant === undefined) {
    say(values.help ? USAGE : `Cannot run that: at least 50 tickets, seeds as whole numbers.\n\n${USAGE}`);
    return values.help ? 0 : 2;
  }
  const stop = stopSignals();
  const reports: FaultReport[] = [];
  try {
    for (const seed of seeds) {
      say(
        `seed ${seed}: ${tickets} tickets on a Postgres of their own${
          variant === "none" ? "" : `, ${variant}`
        }`,
      );
      const report = await runFaults({
        seed,
        tickets,
        variant,
        signal: stop.signal,
        onProgress: everyFewSeconds((progress) => say(progressLine(seed, progress))),
        ...(values.verbose && { onFailure: say }),
      });
      reports.push(report);
      say(`seed ${seed}: ${report.verdict.violations.join(", ") || "clean"} after ${report.seconds} s`);
    }
  } finally {
    stop.dispose();
  }
  print(reportTable(reports));
  await Deno.writeTextFile(values.json, `${JSON.stringify(reports, null, 2)}\n`);
  const unclean = reports.filter(({ verdict }) => verdict.violations.length > 0);
  for (const { seed, verdict } of unclean) {
    print(`Not clean with seed ${seed}: ${verdict.violations.join(", ")}`);
  }
  print(unclean.length === 0 ? `Clean. Figures: ${values.json}` : `Figures: ${values.json}`);
  return unclean.length === 0 ? 0 : 1;
}

function progressLine(seed: number, { seconds, ended, live, counts }: FaultProgress): string {
  return `seed ${seed}: ${
    seconds.toFixed(0).padStart(4)
  } s  ${ended} ended, ${live} live · ${counts.kills} killed, ` +
    `${counts.drops} dropped, ${counts.doubles} doubled, ${counts.resentBatches} batches again, ${counts.stalls} stalls, ` +
    `${counts.zombieWritesRefused} zombie writes refused`;
}

function everyFewSeconds(show: (progress: FaultProgress) => void): (progress: FaultProgress) => void {
  let next = 0;
  return (progress) => {
    if (progress.seconds < next) return;
    next = progress.seconds + SAY_EVERY_SECONDS;
    show(progress);
  };
}

if (import.meta.main) Deno.exit(await main(Deno.args));
