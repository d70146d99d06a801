/** A benchmark's figures: a table for people, JSON for programs. */

export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What the project aims at, as a bound on the value. */
  readonly aim?: { readonly atMost?: number; readonly atLeast?: number };
  /** Conditions: batch, people, round trips, connections. */
  readonly conditions: string;
}

export interface Report {
  readonly benchmark: string;
  /** Where it ran: PGlite, Postgres 17, or hosted; cores, flush to disk. */
  readonly measuredOn: string;
  readonly at: string;
  readonly figures: readonly Figure[];
}

const folder = new URL("../../.cache/bench/", import.meta.url);

export async function publish(report: Report, write: (line: string) => void): Promise<void> {
  write(`\n${report.benchmark}, measured on ${report.measuredOn}\n`);
  const rows = report.figures.map(cellsOf);
  const titles = ["figure", "measured", "aim", "conditions"];
  const widths = titles.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? "").length))
  );
  const line = (cells: readonly string[]) =>
    write(cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ").trimEnd());
  line(titles);
  line(widths.map((width) => "─".repeat(width)));
  rows.forEach(line);
  await Deno.mkdir(folder, { recursive: true });
  const file = new URL(`${report.benchmark.replaceAll(/\W+/g, "_")}.json`, folder);
  await Deno.writeTextFile(file, JSON.stringify(report, null, 2));
  write(`\nas JSON: ${file.pathname}`);
}

/** A figure's row: name, measured, aim, conditions. */
export const cellsOf = ({ name, value, unit, aim, conditions }: Figure): string[] => [
  name,
  `${round(value)} ${unit}`,
  aimOf(aim, value, unit),
  conditions,
];

function aimOf(aim: Figure["aim"], value: number, unit: string): string {
  if (aim === undefined) return "";
  const { atMost, atLeast } = aim;
  const met = (atMost === undefined || value <= atMost) && (atLeast === undefined || value >= atLeast);
  return `${atMost === undefined ? `≥ ${atLeast}` : `≤ ${atMost}`} ${unit} ${met ? "✓" : "✗"}`;
}

const round = (value: number) =>
  value >= 100 ? Math.round(value).toString() : Number(value.toPrecision(3)).toString();

/** The value below which a share of the sorted samples lies. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}
