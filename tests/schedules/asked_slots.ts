/** The same questions, asked of pipeline.next_slot: many rules and all their slots in one statement. */
import type { Queryable } from "../../scripts/local/database/database.ts";
import type { Rule } from "./rule.ts";

export interface Question {
  readonly rule: Rule;
  /** The day in whose week a biweekly rule begins, ISO. */
  readonly anchor: string;
  /** Epoch seconds; slots after `from` and up to `to` are wanted. */
  readonly from: number;
  readonly to: number;
}

/** For each question its slots, each found from the one before. */
export async function askSequences(
  database: Queryable,
  zone: string,
  questions: readonly Question[],
): Promise<number[][]> {
  const rows = await database.query<{ slots: string | null }>(
    `with recursive asked as (
       select x.nth, pipeline.parse_rule(x.q -> 'rule', $1, (x.q ->> 'anchor')::date) as rule,
              to_timestamp((x.q ->> 'from')::bigint) as from_at, to_timestamp((x.q ->> 'to')::bigint) as to_at
         from jsonb_array_elements($2) with ordinality x(q, nth)
     ), found as (
       select a.nth, a.rule, a.to_at, pipeline.next_slot(a.rule, a.from_at) as at from asked a
       union all
       select f.nth, f.rule, f.to_at, pipeline.next_slot(f.rule, f.at) from found f where f.at < f.to_at
     )
     select string_agg(extract(epoch from f.at)::bigint::text, ',' order by f.at) filter (where f.at <= f.to_at) as slots
       from found f group by f.nth order by f.nth`,
    [zone, JSON.stringify(questions)],
  );
  return rows.map(({ slots }) => numbers(slots));
}

/** For each question the next slot after each instant from `from` to `to`, `step` seconds apart; NaN for none. */
export async function askAfter(
  database: Queryable,
  zone: string,
  questions: readonly Question[],
  step: number,
): Promise<number[][]> {
  const rows = await database.query<{ slots: string | null }>(
    `select (select string_agg(coalesce(extract(epoch from pipeline.next_slot(r.rule, g.at))::bigint::text, 'none'), ',' order by g.at)
               from generate_series(to_timestamp((x.q ->> 'from')::bigint), to_timestamp((x.q ->> 'to')::bigint), make_interval(secs => $3)) g(at)) as slots
       from jsonb_array_elements($2) with ordinality x(q, nth)
      cross join lateral (select pipeline.parse_rule(x.q -> 'rule', $1, (x.q ->> 'anchor')::date) as rule offset 0) r
      order by x.nth`,
    [zone, JSON.stringify(questions), step],
  );
  return rows.map(({ slots }) => numbers(slots));
}

function numbers(text: string | null): number[] {
  return text === null ? [] : text.split(",").map(Number);
}
