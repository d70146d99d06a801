import type { StatementResult } from "./database/database.ts";

const WIDEST_CELL = 80;

/** What one statement answered, as text for a terminal: a table, or how many rows it wrote. */
export function textTable(result: StatementResult): string {
  if (result.columns.length === 0) return `${count(result.affected)} written`;
  const cells = result.rows.map((row) => result.columns.map((column) => cellText(row[column])));
  const widths = result.columns.map((column, index) =>
    Math.max(column.length, ...cells.map((row) => row[index]?.length ?? 0))
  );
  const numeric = result.columns.map((column) => result.rows.every((row) => typeof row[column] === "number"));
  const line = (row: readonly string[]) =>
    row.map((cell, index) => {
      const width = widths[index] ?? 0;
      return numeric[index] ? cell.padStart(width) : cell.padEnd(width);
    }).join("  ").trimEnd();
  return [
    line(result.columns),
    widths.map((width) => "─".repeat(width)).join("  "),
    ...cells.map(line),
    `(${count(result.rows.length)})`,
  ].join("\n");
}

function cellText(value: unknown): string {
  const text = value === null || value === undefined
    ? "∅"
    : typeof value === "object"
    ? JSON.stringify(value)
    : String(value);
  const oneLine = text.replaceAll("\n", "⏎");
  return oneLine.length > WIDEST_CELL ? `${oneLine.slice(0, WIDEST_CELL - 1)}…` : oneLine;
}

function count(rows: number): string {
  return rows === 1 ? "1 row" : `${rows} rows`;
}
