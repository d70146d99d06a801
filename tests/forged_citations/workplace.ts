/** A small workplace for forgers: a person's items, somebody else's, and edits that happen while a text is written. */
import type { EvidenceItem } from "@shared/agent/evidence.ts";
import { type RpcStandIn, rpcStandIn } from "@shared/db/rpc_stand_in.ts";
import type { RpcResult } from "@shared/db/pipeline_database.ts";

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export const person = "22222222-2222-4222-8222-222222222222";
export const source = "33333333-3333-4333-8333-333333333331";
const idOf = (owner: number, n: number) => `0000000${owner}-0000-4000-8000-${String(n).padStart(12, "0")}`;

const people = ["Maya", "Bo", "Ana", "Chris", "Dora"];
const teams = ["finance", "legal", "platform", "support", "design", "field"];
const verbs = ["moved", "approved", "postponed", "priced", "reviewed", "shipped"];
const days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"];

/** What an item says: no two say the same, and each has a number and a negation to alter. */
function words(random: () => number, n: number): string {
  const pick = (list: readonly string[]) => list[Math.floor(random() * list.length)] ?? "";
  return `The ${pick(teams)} team ${pick(verbs)} order ${1000 + n} on ${pick(days)} and did not change the ${
    pick(teams)
  } budget of ${10 + n},500 euros.`;
}

export interface Workplace {
  /** The person's own, as they are shown at first. */
  readonly items: readonly EvidenceItem[];
  /** Another person's, two of which a fault of some tool has shown all the same. */
  readonly foreign: readonly EvidenceItem[];
  /** The person's items that are edited (the first of them deleted) while the text is written. */
  readonly edited: ReadonlySet<string>;
  readonly newest: (item: EvidenceItem) => EvidenceItem;
  readonly database: RpcStandIn;
}

export function workplaceOf(seed: number): Workplace {
  const random = randomFrom(seed);
  const itemOf = (owner: number, n: number): EvidenceItem => ({
    id: idOf(owner, n),
    revision: 1 + Math.floor(random() * 3),
    platform: "slack",
    source_name: "#launch",
    content_type: "message",
    title: null,
    content: words(random, owner * 100 + n),
    author: people[n % people.length] ?? null,
    permalink: `https://acme.slack.com/archives/C${owner}/p${n}`,
    source_timestamp: new Date(Date.UTC(2026, 10, 23, 8, 0, n)).toISOString(),
  });
  const items = Array.from({ length: 30 }, (_, n) => itemOf(1, n));
  const foreign = Array.from({ length: 6 }, (_, n) => itemOf(2, n));
  const edited = new Set(items.slice(24).map(({ id }) => id));
  const deleted = items[24]?.id;
  const newest = (item: EvidenceItem): EvidenceItem =>
    edited.has(item.id)
      ? { ...item, revision: item.revision + 1, content: item.content.replace("did not change", "cut") }
      : item;
  const own = new Map(items.map((item) => [item.id, newest(item)]));
  const database = rpcStandIn({
    current_evidence: ({ p_items }) =>
      (p_items as { id: string; revision: number }[]).map(({ id, revision }) => ({
        id,
        revision,
        // Null for what is not the person's, which the generated type does not know.
        current_revision: (own.get(id)?.revision ?? null) as number,
        readable: own.has(id) && id !== deleted,
      })),
    gather_evidence: ({ p_from, p_until }) =>
      [...own.values()].filter(({ id, source_timestamp }) =>
        id !== deleted && source_timestamp >= p_from && source_timestamp < p_until
      ).map((item) => ({ ...item, source_id: source })) as unknown as RpcResult<"gather_evidence">,
    search_platform_content: ({ p_query }) =>
      items.filter(({ content }) => content.includes(p_query)) as unknown as RpcResult<
        "search_platform_content"
      >,
  });
  return { items, foreign, edited, newest, database };
}
