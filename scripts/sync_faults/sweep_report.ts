/** What a sweep found, as a table for people. */
import { FAULT_KINDS } from "./platform_world.ts";
import type { SweepReport, SweptCase } from "./sweep.ts";
import { textTable } from "../local/text_table.ts";

/** The cases of a report that are not good. */
export function badCases({ cases }: SweepReport): readonly SweptCase[] {
  return cases.filter(({ violations }) => violations.length > 0);
}

export function sweepTable(reports: readonly SweepReport[]): string {
  const columns = [
    "platform",
    "fault",
    "injected",
    "missing",
    "extra",
    "false deletes",
    "stale",
    "wrong source",
    "bad cases",
    "extra passes",
  ];
  const rows = reports.flatMap((report) =>
    [...FAULT_KINDS, "all"].flatMap((kind) => {
      const own = report.cases.filter((one) => one.injected && (kind === "all" || one.kind === kind));
      // What cannot happen at a platform has no line; that nothing at all happened has one.
      if (own.length === 0 && kind !== "all") return [];
      const sum = (of: (one: SweptCase) => number) => own.reduce((total, one) => total + of(one), 0);
      return [{
        platform: report.cohort === "marketplace" ? report.platform : `${report.platform}, ${report.cohort}`,
        fault: kind,
        injected: own.length,
        missing: sum(({ missing }) => missing),
        extra: sum(({ extra }) => extra),
        "false deletes": sum(({ falseDeletes }) => falseDeletes),
        stale: sum(({ stale }) => stale),
        "wrong source": sum(({ wrongMembership }) => wrongMembership),
        "bad cases": own.filter(({ violations }) => violations.length > 0).length,
        "extra passes": own.reduce((most, { extraPasses }) => Math.max(most, extraPasses), 0),
      }];
    })
  );
  return textTable({ columns, rows, affected: 0 });
}
