/** Which items a model is shown when not all of them fit: fair between platforms and their sources, and within one the nearest in time and most relevant first. */

/** What picking needs to know of an item. */
export interface Candidate {
  readonly id: string;
  readonly platform: string;
  readonly source_id: string;
  readonly source_timestamp: string;
}

export interface Picking<C extends Candidate> {
  readonly candidates: readonly C[];
  /** The instant of the run. Near it is the newest of what happened, and the soonest of what is to come. */
  readonly at: number;
  /** Ids by relevance, best first. */
  readonly relevant: readonly string[];
  /** Tokens for all that is picked. */
  readonly budget: number;
  /** Tokens of one item as it will be shown. */
  readonly costOf: (candidate: C) => number;
}

/** Reciprocal rank fusion's constant: with 60 no single list decides alone (Cormack, Clarke and Büttcher, SIGIR 2009). */
const fusion = 60;

/**
 * Picks until the budget is used up, always for the platform that has used least of it, and there for the source that has,
 * so that nobody's share is smaller than another's unless they have nothing more to show. Platforms come first because
 * thirty pages are thirty sources, and one channel is one. The order of the result is that of `candidates`.
 */
export function pick<C extends Candidate>(picking: Picking<C>): C[] {
  const { candidates, budget, costOf } = picking;
  const waiting = bySource(picking);
  const platformOf = new Map(candidates.map(({ source_id, platform }) => [source_id, platform]));
  const used = new Map<string, number>();
  const usedBy = (key: string | undefined) => used.get(key ?? "") ?? 0;
  const share = (source: string) => [usedBy(platformOf.get(source)), usedBy(source)] as const;
  const hadLess = (a: string, b: string): boolean => {
    const [[platformA, sourceA], [platformB, sourceB]] = [share(a), share(b)];
    return platformA < platformB || (platformA === platformB && sourceA < sourceB);
  };
  const picked = new Set<C>();
  let left = budget;
  while (waiting.size > 0) {
    const source = [...waiting.keys()].reduce((a, b) => hadLess(b, a) ? b : a);
    const queue = waiting.get(source) ?? [];
    const next = queue.shift();
    if (queue.length === 0) waiting.delete(source);
    if (next === undefined) continue;
    const cost = costOf(next);
    // A long item that does not fit any more leaves the rest to shorter ones.
    if (cost > left) continue;
    left -= cost;
    for (const key of [source, platformOf.get(source) ?? ""]) used.set(key, usedBy(key) + cost);
    picked.add(next);
  }
  return candidates.filter((candidate) => picked.has(candidate));
}

/** Each source's items, best first: by nearness and relevance together. */
function bySource<C extends Candidate>({ candidates, relevant, at }: Picking<C>): Map<string, C[]> {
  const relevance = new Map(relevant.map((id, rank) => [id, rank]));
  const distance = ({ source_timestamp }: C) => Math.abs(Date.parse(source_timestamp) - at);
  const sources = new Map<string, C[]>();
  for (const candidate of candidates) {
    sources.set(candidate.source_id, [...sources.get(candidate.source_id) ?? [], candidate]);
  }
  return new Map(
    [...sources].map(([source, own]) => {
      const nearest = own.toSorted((a, b) => distance(a) - distance(b));
      const score = new Map(nearest.map((candidate, nearness) => {
        const rank = relevance.get(candidate.id);
        return [candidate, 1 / (fusion + nearness) + (rank === undefined ? 0 : 1 / (fusion + rank))];
      }));
      return [source, nearest.toSorted((a, b) => (score.get(b) ?? 0) - (score.get(a) ?? 0))];
    }),
  );
}
