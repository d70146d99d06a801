/** The benchmark's table in `docs/benchmarks.md`, between two marks: written by `deno task bench:deliverables --docs`. */
import { cellsOf, type Report } from "../report.ts";

const BEGIN = "<!-- bench:deliverables: this table is written by --docs -->";
const END = "<!-- bench:deliverables: end -->";

/** @throws {Error} when the page has no place for the table */
export function withFigures(page: string, { figures, measuredOn, at }: Report): string {
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`Cannot write the table: the page lacks "${BEGIN}" … "${END}"`);
  const rows = [
    ["figure", "measured", "aim", "conditions"],
    ["---", "---", "---", "---"],
    ...figures.map(cellsOf),
  ];
  const table = rows.map((cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`);
  const measured = `Measured at ${at.slice(0, 16).replace("T", " ")} UTC on ${measuredOn}.`;
  return `${page.slice(0, from + BEGIN.length)}\n\n${measured}\n\n${table.join("\n")}\n\n${page.slice(to)}`;
}
