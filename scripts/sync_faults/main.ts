/**
 * `deno task test:sync-faults`: every call of a first and an incremental sync of every platform fails once in every way
 * it can. Exit code 0: what was held in the end was the truth in every case. On PGlite, or on the Postgres 17 of DATABASE_URL.
 */
import { parseArgs } from "node:util";
import { stopSignals } from "../local/stop_signals.ts";
import { type Platform, PLATFORMS } from "./platform_world.ts";
import { openStageDatabase } from "../in_process/stage_database.ts";
import { sweep, type SweepReport } from "./sweep.ts";
import { badCases, sweepTable } from "./sweep_report.ts";
import { WORLDS } from "./worlds.ts";

const USAGE = `deno task test:sync-faults [options]

  --platform A,B     slack, gmail, calendar, notion (default: all)
  --cohort NAME      Slack's limits: marketplace (default) or commercial, which has small pages and one call a minute
  --sample N         only so many faults a platform, drawn by the seed (default: all of them)
  --seed S           the workplace, and what is drawn (default: 7)
  --jobs N           platforms side by side, each in a process of its own (default: one)
  --json FILE        where the figures go (default: .cache/sync_faults.json)`;

const print = (text: string) => void Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
const say = (text: string) => void Deno.stderr.writeSync(new TextEncoder().encode(`${text}\n`));
const cache = new URL("../../.cache/", import.meta.url);

async function main(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      platform: { type: "string", default: PLATFORMS.join(",") },
      cohort: { type: "string", default: "marketplace" },
      sample: { type: "string" },
      seed: { type: "string", default: "7" },
      jobs: { type: "string", default: "1" },
      json: { type: "string", default: new URL("sync_faults.json", cache).pathname },
      help: { type: "boolean", default: false },
    },
  });
  const platforms = PLATFORMS.filter((one) => values.platform.split(",").includes(one));
  const cohort = (["marketplace", "commercial"] as const).find((one) => one === values.cohort);
  const sample = values.sample === undefined ? undefined : Number(values.sample);
  const [seed, jobs] = [Number(values.seed), Number(values.jobs)];
  const isUnderstood = platforms.length === values.platform.split(",").length && cohort !== undefined &&
    [seed, jobs, sample ?? 1].every((number) => Number.isInteger(number) && number > 0);
  if (values.help || !isUnderstood || cohort === undefined) {
    say(values.help ? USAGE : `Cannot run that.\n\n${USAGE}`);
    return values.help ? 0 : 2;
  }
  const common = { seed, cohort, ...(sample !== undefined && { sample }) };
  const reports = jobs > 1 ? await sideBySide(platforms, jobs, common) : await inTurn(platforms, common);
  print(sweepTable(reports));
  await Deno.mkdir(new URL(".", `file://${values.json}`), { recursive: true });
  await Deno.writeTextFile(values.json, `${JSON.stringify(reports, null, 2)}\n`);
  const bad = reports.flatMap((report) => badCases(report).map((one) => ({ ...one, of: report.platform })));
  for (const { of, phase, call, method, kind, violations } of bad.slice(0, 40)) {
    print(`${of}: ${kind} at call ${call} (${method}) of the ${phase} sync: ${violations.join("; ")}`);
  }
  for (const { platform, longLife } of reports) {
    if (longLife === undefined) continue;
    print(
      `${platform}: three weeks, ${longLife.passes} passes, ${longLife.calls} calls; changes after 31 minutes, 1, 3, 9 and 20 days ` +
        `found by pass ${longLife.passesToFind.join(", ")} after them`,
    );
    for (const violation of longLife.violations.slice(0, 10)) print(`${platform}: ${violation}`);
  }
  const isLongGood = reports.every(({ longLife }) => (longLife?.violations ?? []).length === 0);
  const injected = reports.reduce(
    (sum, { cases }) => sum + cases.filter((one) => one.injected).length,
    0,
  );
  print(
    bad.length === 0
      ? `Clean: ${injected} faults injected. Figures: ${values.json}`
      : `${bad.length} of ${injected} faults left something wrong. Figures: ${values.json}`,
  );
  return bad.length === 0 && isLongGood && injected > 0 ? 0 : 1;
}

interface Common {
  readonly seed: number;
  readonly cohort: "marketplace" | "commercial";
  readonly sample?: number;
}

async function inTurn(platforms: readonly Platform[], common: Common): Promise<SweepReport[]> {
  const stop = stopSignals();
  const database = await openStageDatabase();
  const reports: SweepReport[] = [];
  try {
    for (const platform of platforms) {
      const open = WORLDS[platform];
      if (open === undefined) continue;
      const startedAt = performance.now();
      const seconds = () => ((performance.now() - startedAt) / 1000).toFixed(0);
      let bad = 0;
      const report = await sweep({
        ...common,
        platform,
        database,
        open,
        signal: stop.signal,
        onCase: (done, of, one) => {
          bad += Number(one.violations.length > 0);
          if (done % 25 === 0 || done === of) {
            say(`${platform}: ${done} of ${of} faults, ${bad} left something wrong, ${seconds()} s`);
          }
        },
      });
      reports.push(report);
    }
  } finally {
    await database.close();
    stop.dispose();
  }
  return reports;
}

/** Each platform in a process of its own, because a sweep is bound by one core. */
async function sideBySide(
  platforms: readonly Platform[],
  jobs: number,
  { seed, cohort, sample }: Common,
): Promise<SweepReport[]> {
  const waiting = [...platforms];
  const reports = new Map<Platform, SweepReport[]>();
  await Promise.all(Array.from({ length: jobs }, async () => {
    for (let platform = waiting.shift(); platform !== undefined; platform = waiting.shift()) {
      const json = await Deno.makeTempFile({ suffix: ".json" });
      try {
        const args = ["--platform", platform, "--seed", `${seed}`, "--cohort", cohort, "--json", json];
        await new Deno.Command(Deno.execPath(), {
          args: [
            "run",
            "-A",
            new URL(import.meta.url).pathname,
            ...args,
            ...(sample === undefined ? [] : ["--sample", `${sample}`]),
          ],
          stdout: "null",
          stderr: "inherit",
        }).output();
        reports.set(platform, JSON.parse(await Deno.readTextFile(json)));
      } finally {
        await Deno.remove(json);
      }
    }
  }));
  return platforms.flatMap((platform) => reports.get(platform) ?? []);
}

Deno.exit(await main(Deno.args));
