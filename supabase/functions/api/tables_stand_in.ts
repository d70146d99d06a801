/**
 * A person's tables for unit tests: rows as the test gives them, found by the filters that supabase-js puts into the
 * address (`eq`, `in`, `lt`, `not.is.null`), ordered and limited. No function imports it.
 */
import type { Egress } from "@shared/http/egress.ts";

export type TableRows = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

export function tablesStandIn(tables: TableRows): Egress {
  return (input, init) => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    const rows = tables[url.pathname.split("/").at(-1) ?? ""];
    if (rows === undefined || request.method !== "GET") {
      return Promise.reject(new TypeError(`Nobody expected ${request.method} ${url.pathname}`));
    }
    const found = [...url.searchParams].reduce(
      (left, [column, filter]) => left.filter((row) => passes(row[column], column, filter)),
      [...rows],
    );
    const [column, ...direction] = (url.searchParams.get("order") ?? "").split(",")[0]?.split(".") ?? [];
    if (column !== undefined && column !== "") {
      const sign = direction.includes("desc") ? -1 : 1;
      found.sort((a, b) => sign * (Number(a[column]) - Number(b[column]) || compare(a[column], b[column])));
    }
    const limit = Number(url.searchParams.get("limit") ?? found.length);
    return Promise.resolve(Response.json(found.slice(0, limit)));
  };
}

const settings = ["select", "order", "limit", "or"];

function passes(value: unknown, column: string, filter: string): boolean {
  if (settings.includes(column)) return true;
  const [, operator, operand = ""] = /^(not\.is|[a-z]+)\.(.*)$/s.exec(filter) ?? [];
  if (operator === "eq") return String(value) === operand;
  if (operator === "lt") return Number(value) < Number(operand);
  if (operator === "in") return operand.slice(1, -1).split(",").includes(String(value));
  if (operator === "not.is") return value !== null;
  throw new TypeError(`The stand-in does not know the filter ${filter}`);
}

function compare(one: unknown, other: unknown): number {
  return String(one) < String(other) ? -1 : String(one) > String(other) ? 1 : 0;
}
