/** The benchmark's table in `docs/benchmarks.md`, between two marks: written by `deno task bench:sync --docs`. */
import type { Measured, PersonRun } from "./run_person.ts";

const [BEGIN, END] = ["<!-- bench:sync: this table is written by --docs -->", "<!-- bench:sync: end -->"];

export interface TableFacts {
  readonly at: Date;
  readonly measuredOn: string;
  readonly runs: readonly PersonRun[];
  /** Rows a second: new ones, and ones that are stored already. */
  readonly rows?: { readonly fresh: number; readonly unchanged: number };
}

/** @throws {Error} when the page has no place for the table */
export function withTable(page: string, facts: TableFacts): string {
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`Cannot write the table: the page lacks "${BEGIN}" … "${END}"`);
  return `${page.slice(0, from + BEGIN.length)}\n\n${table(facts)}\n\n${page.slice(to)}`;
}

function table({ at, measuredOn, runs, rows }: TableFacts): string {
  const head = [
    ...["sync", "took", "floor", "to the floor", "what binds the floor", "one call at a time"],
    ...["calls", "calls of the floor", "429s", "memory", "CPU a ticket's turn"],
  ];
  const people = [...new Set(runs.map(({ person }) => person.tier))];
  const body = people.flatMap((tier) => {
    const [run, inSequence] = [false, true].map((one) =>
      runs.find(({ person, oneAtATime }) => person.tier === tier && oneAtATime === one)
    );
    return (["first", "incremental"] as const).flatMap((phase) => {
      const [measured, sequential] = [run?.[phase], inSequence?.[phase]];
      return measured === undefined ? [] : [[`${tier}, ${phase}`, ...cells(measured, sequential)]];
    });
  });
  const lines = [head, head.map(() => "---"), ...body].map((line) => `| ${line.join(" | ")} |`);
  return [
    `Measured at ${at.toISOString().slice(0, 16).replace("T", " ")} UTC on ${measuredOn}.`,
    "",
    ...lines,
    ...(rows === undefined ? [] : [
      "",
      `Rows stored a second, 200 a page, one page after the other: ${rows.fresh.toFixed(0)} new ones, ` +
      `${rows.unchanged.toFixed(0)} that are stored already.`,
    ]),
  ].join("\n");
}

function cells(run: Measured, inSequence: Measured | undefined): string[] {
  const { floor, seconds, calls, refused, peakBytes, cpuSeconds, turns } = run;
  return [
    inSeconds(seconds),
    inSeconds(floor.seconds),
    `${(seconds / floor.seconds).toFixed(2)} ×`,
    floor.bound,
    inSequence === undefined ? "" : inSeconds(inSequence.seconds),
    String(calls),
    String(floor.calls),
    String(refused),
    `${(peakBytes / 2 ** 20).toFixed(0)} MB`,
    `${(1000 * cpuSeconds / Math.max(1, turns)).toFixed(0)} ms`,
  ];
}

const inSeconds = (seconds: number): string => `${seconds.toFixed(seconds < 20 ? 1 : 0)} s`;
