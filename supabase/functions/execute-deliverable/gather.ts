/** What a run reads: the news of its scope, what was known before where that counts, and what else bears on its subject. */
import { createEvidence, type EvidenceItem } from "@shared/agent/evidence.ts";
import type { Fence } from "@shared/agent/fence.ts";
import type { DeliverableDefinition, LeftOut } from "./deliverable_types/definition.ts";
import { focusQueries } from "./gather/focus.ts";
import { pick } from "./gather/pick.ts";
import type { Scope } from "./gather/scope.ts";
import { bytesPerToken, tokensOf } from "./gather/tokens.ts";
import { insists, type Run } from "./run.ts";
import type { GatheredItem, RunDatabase } from "./run_database.ts";
import type { Strategy } from "./strategies/strategy.ts";

/** All that is in scope, before anybody looks at its size. */
export interface Gathered {
  readonly news: readonly GatheredItem[];
  /** What earlier versions had read already. Empty unless the run reports on it all the same. */
  readonly known: readonly GatheredItem[];
  /** How many items are new in all; more than `news` when there are very many. */
  readonly total: number;
}

/** What the model is shown. */
export interface Material extends Gathered {
  /** Found by search: from outside of the scope. */
  readonly background: readonly EvidenceItem[];
  /** Characters of each item that are shown. */
  readonly charactersPerItem: number;
}

/** Rows of one gathering. */
const mostItems = 300;
/** Tokens of material: some 45 pages. The rest of the request, tools and rules, is below 3,000. */
const tokensOfMaterial = 15_000;
/** Of those, what searching may take. */
const tokensOfBackground = 5_000;
const mostFound = 40;
/** A few long items are shown nearly whole, many only by their beginnings. */
const charactersPerItem = { least: 1_200, most: 6_000 };

/** Reads the scope. What is known is read too when the run looks ahead, where a full week says more than its changes, and when a text was asked for in any case. */
export async function gather(
  database: RunDatabase,
  run: Run,
  scope: Scope,
  leavesOut: LeftOut,
): Promise<Gathered> {
  const read = await database.gather(run, scope, { known: false, limit: mostItems });
  const news = read.filter((item) => !leavesOut(item));
  const wantsKnown = run.seen !== null &&
    (insists(run) || !run.type.looks_back);
  const all = wantsKnown ? await database.gather(run, scope, { known: true, limit: mostItems }) : [];
  return {
    news,
    known: all.filter((item) => !item.is_new && !leavesOut(item)),
    total: (read[0]?.total ?? 0) - (read.length - news.length),
  };
}

/** Chooses what of it the model is shown, in the order of sources and time, and searches for what bears on it. */
export async function choose(
  database: RunDatabase,
  run: Run,
  { strategy, definition, gathered, fence }: {
    readonly strategy: Strategy;
    readonly definition: DeliverableDefinition;
    readonly gathered: Gathered;
    readonly fence: Fence;
  },
): Promise<Material> {
  const everything = [...gathered.news, ...gathered.known];
  const characters = Math.min(
    charactersPerItem.most,
    Math.max(
      charactersPerItem.least,
      Math.floor((tokensOfMaterial * bytesPerToken) / Math.max(everything.length, 1)),
    ),
  );
  const costOf = costsOf(fence, characters);
  const fits = sum(everything.map(costOf)) <= tokensOfMaterial;
  const searches = strategy.searchesBackground(run);
  const found = searches || !fits
    ? await search(database, run, focusQueries(run, definition, everything))
    : [];

  const inScope = new Set(everything.map(({ id }) => id));
  const background = searches
    ? pick({
      candidates: found.filter(({ id }) => !inScope.has(id)).map((item) => ({
        ...item,
        // Found items carry no source id; their names are fair enough to share by.
        source_id: item.source_name ?? item.platform,
      })),
      relevant: found.map(({ id }) => id),
      at: Date.parse(run.at),
      budget: tokensOfBackground,
      costOf,
    })
    : [];
  const picking = { relevant: found.map(({ id }) => id), at: Date.parse(run.at), costOf };
  const room = tokensOfMaterial - sum(background.map(costOf));
  const news = pick({ ...picking, candidates: gathered.news, budget: room });
  const known = pick({ ...picking, candidates: gathered.known, budget: room - sum(news.map(costOf)) });
  return {
    news: inOrder(run, news),
    known: inOrder(run, known),
    background,
    total: gathered.total,
    charactersPerItem: characters,
  };
}

/** Tokens of items as they will be shown, with their fences. Nothing counts as shown by being measured. */
function costsOf(fence: Fence, characters: number): (item: EvidenceItem) => number {
  const costs = new Map<string, number>();
  return (item) => {
    const cost = costs.get(item.id) ?? tokensOf(createEvidence(fence).show(item, characters));
    costs.set(item.id, cost);
    return cost;
  };
}

/** The answers to all questions, each one's best before any one's second best. */
async function search(database: RunDatabase, run: Run, queries: readonly string[]): Promise<EvidenceItem[]> {
  if (run.search_sources.length === 0) return [];
  const answers = await Promise.all(queries.map((query) => database.search(run, query, mostFound)));
  const found = new Map<string, EvidenceItem>();
  for (let rank = 0; rank < mostFound; rank++) {
    for (const item of answers.flatMap((answer) => answer[rank] ?? [])) {
      if (found.size < mostFound && !found.has(item.id)) found.set(item.id, item);
    }
  }
  return [...found.values()];
}

/** A conversation is read from its beginning. */
function inOrder(run: Run, items: readonly GatheredItem[]): GatheredItem[] {
  const order = run.sources.map(({ source_id }) => source_id);
  return items.toSorted((a, b) =>
    order.indexOf(a.source_id) - order.indexOf(b.source_id) ||
    Date.parse(a.source_timestamp) - Date.parse(b.source_timestamp)
  );
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
