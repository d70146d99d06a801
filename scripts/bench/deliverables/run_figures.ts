/** Overhead and CPU of runs that were made one after another. */
import { type Figure, percentile } from "../report.ts";
import type { MeasuredRun } from "./one_by_one.ts";
import { overheadOf, type RunParts } from "./run_parts.ts";

const PARTS: readonly (readonly [keyof RunParts, string])[] = [
  ["wakeUp", "wake-up: trigger to the function's claim"],
  ["claim", "claim"],
  ["gather", "gather: to the first model call"],
  ["rounds", "between model calls: tools, ledger"],
  ["verify", "verify: citations, current evidence"],
  ["finish", "finish: version, outbox, retained content"],
  ["handOver", "hand-over to the mail's ticket"],
  ["send", "send: to the provider's acceptance"],
  ["model", "the model's own time, not in the overhead"],
];

/** @param where what the database is */
export function runFigures(where: string, runs: readonly MeasuredRun[]): Figure[] {
  const delivered = runs.flatMap((run) => run.parts === undefined ? [] : [{ ...run, parts: run.parts }]);
  const warm = delivered.filter(({ cold }) => !cold);
  const cold = delivered.filter((run) => run.cold);
  const overheads = warm.map(({ parts }) => overheadOf(parts));
  const types = [...new Set(warm.map(({ type }) => type))];
  const conditions =
    `${where}; ${warm.length} runs of ${types.length} types, one after another, warm process`;
  const lost = runs.filter(({ parts }) => parts === undefined);
  const heaviest = types.map((type) => ({
    type,
    ms: percentile(cpuOf(warm.filter((run) => run.type === type)), 0.5),
  })).toSorted((a, b) => b.ms - a.ms)[0];
  return [
    {
      name: `overhead p50, ${where}`,
      value: percentile(overheads, 0.5),
      unit: "ms",
      aim: { atMost: 1000 },
      conditions,
    },
    {
      name: `overhead p99, ${where}`,
      value: percentile(overheads, 0.99),
      unit: "ms",
      conditions: `the longest: ${Math.round(Math.max(...overheads))} ms`,
    },
    ...PARTS.map(([part, name]) => ({
      name: `· ${name}`,
      value: percentile(warm.map(({ parts }) => parts[part]), 0.5),
      unit: "ms",
      conditions: `p50; p99 ${Math.round(percentile(warm.map(({ parts }) => parts[part]), 0.99))} ms`,
    })),
    {
      name: `overhead by type, ${where}`,
      value: Math.max(...types.map((type) => p50(warm, type))),
      unit: "ms",
      conditions: `the slowest type's p50; ${
        types.map((type) => `${type} ${Math.round(p50(warm, type))}`).join(", ")
      }`,
    },
    {
      name: `CPU a run p50, ${where}`,
      value: percentile(cpuOf(warm), 0.5),
      unit: "ms",
      aim: { atMost: 500 },
      conditions: `user and system time of the function's process, generation and delivery; p99 ${
        Math.round(percentile(cpuOf(warm), 0.99))
      } ms`,
    },
    {
      name: `CPU a run, heaviest type, ${where}`,
      value: heaviest?.ms ?? NaN,
      unit: "ms",
      aim: { atMost: 500 },
      conditions: `p50 of ${heaviest?.type}`,
    },
    ...(cold.length === 0 ? [] : [
      {
        name: `cold: overhead, ${where}`,
        value: percentile(cold.map(({ parts }) => overheadOf(parts)), 0.5),
        unit: "ms",
        conditions: `p50 of ${cold.length} runs that started the process; wake-up ${
          Math.round(percentile(cold.map(({ parts }) => parts.wakeUp), 0.5))
        } ms of it`,
      },
      {
        name: `cold: CPU, ${where}`,
        value: percentile(cpuOf(cold), 0.5),
        unit: "ms",
        conditions: "the same runs, the process's start and first compilation in it",
      },
    ]),
    {
      name: `runs without a mail, ${where}`,
      value: lost.length,
      unit: "runs",
      aim: { atMost: 0 },
      conditions: lost.map(({ type, status }) => `${type}: ${status}`).join(", "),
    },
  ];
}

const cpuOf = (runs: readonly MeasuredRun[]): number[] => runs.map(({ cpuSeconds }) => cpuSeconds * 1000);

const p50 = (runs: readonly { type: string; parts: RunParts }[], type: string): number =>
  percentile(runs.filter((run) => run.type === type).map(({ parts }) => overheadOf(parts)), 0.5);
