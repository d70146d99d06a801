/** Which zones both sides know, and where their editions of the zone data differ. */
import type { Queryable } from "../../scripts/local/database/database.ts";
import { readZone, type Zone } from "./oracle.ts";

export interface ZoneData {
  /** Each until the first instant at which the two sides differ. */
  readonly zones: readonly Zone[];
  /** What Intl knows and Postgres does not. */
  readonly unknown: readonly string[];
}

const GRID = 6 * 3_600;

/**
 * Compares the offsets of zones on both sides: every six hours, and in the second before and at each change. The two
 * sides bring their own editions of the zone data: from where those differ on, no slots can agree. What is compared here
 * is Postgres's plain `at time zone`, so that no error of ours passes for a difference of editions.
 */
export async function readZoneData(
  database: Queryable,
  names: readonly string[],
  from: number,
  to: number,
): Promise<ZoneData> {
  const known = await knownZones(database, names);
  const zones: Zone[] = [];
  for (const zone of names.filter((each) => known.has(each)).map((name) => readZone(name, from, to))) {
    const instants = [
      ...Array.from({ length: Math.floor((to - from) / GRID) }, (_, step) => from + step * GRID),
      ...changesOf(zone).flatMap((at) => [at - 1, at]),
    ];
    const theirs = await offsets(database, zone.name, instants);
    const differing = instants.filter((instant, index) => offsetAt(zone, instant) !== theirs[index]);
    zones.push({ ...zone, until: Math.min(zone.until, ...differing) });
  }
  return { zones, unknown: names.filter((name) => !known.has(name)) };
}

/** The instants at which a zone's clock changes, epoch seconds. */
export function changesOf({ stretches }: Zone): number[] {
  return stretches.slice(1).map(({ from }) => from);
}

/** Seconds that the zone's clock is ahead of UTC at an instant. */
export function offsetAt({ stretches }: Zone, at: number): number {
  return stretches.find(({ from, to }) => at >= from && at < to)?.offset ?? NaN;
}

async function knownZones(database: Queryable, names: readonly string[]): Promise<Set<string>> {
  const rows = await database.query<{ name: string }>(
    "select z.name from pg_catalog.pg_timezone_names z join jsonb_array_elements_text($1) n(name) on n.name = z.name",
    [JSON.stringify(names)],
  );
  return new Set(rows.map(({ name }) => name));
}

async function offsets(database: Queryable, zone: string, instants: readonly number[]): Promise<number[]> {
  const [row] = await database.query<{ offsets: string }>(
    `select string_agg(extract(epoch from (to_timestamp(at::bigint) at time zone $1) - (to_timestamp(at::bigint) at time zone 'UTC'))::int::text, ','
              order by nth) as offsets
       from string_to_table($2, ',') with ordinality x(at, nth)`,
    [zone, instants.join(",")],
  );
  return (row?.offsets ?? "").split(",").map(Number);
}
