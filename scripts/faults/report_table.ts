import type { FaultReport } from "./fault_run.ts";

/** The runs side by side, a column each. */
export function reportTable(reports: readonly FaultReport[]): string {
  const line = (
    what: string,
    of: (report: FaultReport) => number,
  ) => [what, ...reports.map((report) => String(of(report)))];
  const rows = [
    ["", ...reports.map(({ seed }) => `seed ${seed}`)],
    line("tickets", ({ tickets }) => tickets),
    line("  poison", ({ poison }) => poison),
    line("done", ({ verdict }) => verdict.done),
    line("dead", ({ verdict }) => total(verdict.dead)),
    ...[...new Set(reports.flatMap(({ verdict }) => Object.keys(verdict.dead)))].toSorted().map((reason) =>
      line(`  ${reason}`, ({ verdict }) => verdict.dead[reason] ?? 0)
    ),
    line("cancelled", ({ verdict }) => verdict.cancelled),
    line("functions killed with -9", ({ counts }) => counts.kills),
    line("  by poison tickets", ({ counts }) => counts.poisonKills),
    line("Postgres killed", ({ counts }) => counts.databaseCrashes),
    line("wake-ups", ({ wakeUps }) => wakeUps),
    line("  dropped", ({ counts }) => counts.drops),
    line("  doubled", ({ counts }) => counts.doubles),
    line("batches sent again", ({ counts }) => counts.resentBatches),
    line("  wake-ups in them", ({ counts }) => counts.resentRequests),
    line("stalls past the lease", ({ counts }) => counts.stalls),
    line("zombie writes refused", ({ counts }) => counts.zombieWritesRefused),
    line("answers lost or broken", ({ counts }) => counts.lostAnswers),
    line("handlers that threw", ({ counts }) => counts.throws),
    line("yields", ({ counts }) => counts.yields),
    line("cancellations asked", ({ counts }) => counts.cancellations),
    line("effects accepted outside", ({ verdict }) => verdict.effects),
    line("  repeats absorbed", ({ repeats }) => repeats),
    line("effects written under a lease", ({ verdict }) => verdict.writes),
    line("lost", ({ verdict }) => verdict.lost),
    line("doubled", ({ verdict }) => verdict.doubled),
    line("tickets in limbo", ({ verdict }) => verdict.limbo),
    line("ended not exactly once", ({ verdict }) => verdict.wronglyEnded),
    line("dead without a reason", ({ verdict }) => verdict.deadWithoutReason),
    line("poison that did not die", ({ verdict }) => verdict.poisonNotDead),
    line("claimed twice at once", ({ verdict }) => verdict.doubleClaims),
    line("over a person's limit", ({ verdict }) => verdict.overTheLimit),
    line("seconds", ({ seconds }) => seconds),
  ];
  const first = Math.max(...rows.map(([what = ""]) => what.length));
  return rows.map(([what = "", ...cells]) =>
    what.padEnd(first) + cells.map((cell) => cell.padStart(10)).join("")
  )
    .join("\n");
}

const total = (counts: Readonly<Record<string, number>>) =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);
