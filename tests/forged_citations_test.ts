/**
 * A model forges nearly a third of its citations, in five ways. Nothing forged is delivered and nothing true is lost,
 * whether it repairs honestly or forges again. With a check switched off, forgeries of its kind come through: else this
 * test would prove nothing.
 */
import assert from "node:assert/strict";
import { runAgent } from "@shared/agent/agent.ts";
import { contentTools } from "@shared/agent/content_tools.ts";
import { createEvidence, type Evidence } from "@shared/agent/evidence.ts";
import { createFence } from "@shared/agent/fence.ts";
import type { Model, ModelAnswer, ModelRequest } from "@shared/llm/model.ts";
import { currentEvidence } from "../supabase/functions/execute-deliverable/evidence_check/current_evidence.ts";
import {
  type ProblemKind,
  problemKinds,
} from "../supabase/functions/execute-deliverable/evidence_check/problem_kind.ts";
import {
  type VerifiedDraft,
  writeVerified,
} from "../supabase/functions/execute-deliverable/evidence_check/write_verified.ts";
import { forgedDraft, forgeries, type Forgery, type Statement, written } from "./forged_citations/forger.ts";
import { type Tally, tally } from "./forged_citations/tally.ts";
import { person, source, type Workplace, workplaceOf } from "./forged_citations/workplace.ts";

/** Forgers whose every text is the same for the same seed. */
const seeds = Array.from({ length: 15 }, (_, n) => n + 1);
const never = new AbortController().signal;

type Repair = (
  statements: readonly Statement[],
  instruction: string,
  evidence: Evidence,
  seed: number,
  workplace: Workplace,
) => Statement[];

/** Rests every forged statement on an item that truly bears it, and leaves the others as they were. */
const honest: Repair = (statements, instruction, evidence, _, { items, edited }) => {
  const sound = items.filter(({ id }) => !edited.has(id));
  return statements.map((statement, n): Statement => {
    if (statement.forgery === null) return statement;
    assert.ok(instruction.includes(statement.name), `it was told about ${statement.name}`);
    const basis = sound[n % sound.length] ?? statement.basis;
    return basis === null ? statement : {
      ...statement,
      forgery: null,
      basis,
      quote: null,
      text: `${statement.name} is as it was said [${evidence.add(basis)}].`,
    };
  });
};
/** Takes the true statements as they were, and forges the others in another way. */
const forgingAgain: Repair = (statements, _, evidence, seed, workplace) => {
  const others = forgedDraft(workplace, evidence, seed + 3).filter(({ forgery }) => forgery !== null);
  return statements.map((statement, n) => {
    const other = others[n % others.length];
    if (statement.forgery === null || other === undefined) return statement;
    return { ...other, name: statement.name, text: other.text.replaceAll(other.name, statement.name) };
  });
};

interface Run extends Tally {
  readonly statements: readonly Statement[];
  readonly draft: VerifiedDraft;
}

/** One run: the agent looks something up, writes, is told what does not hold, and writes again. */
async function run(seed: number, repair: Repair, checks?: ReadonlySet<ProblemKind>): Promise<Run> {
  const workplace = workplaceOf(seed);
  const evidence = createEvidence(createFence("ab12"));
  const shown = [...workplace.items.slice(0, 28), ...workplace.foreign.slice(0, 2)];
  const prompt = shown.map((item) => evidence.show(item, 1200)).join("\n");
  const drafts: Statement[][] = [];
  let asked = 0;
  const say = (text: string): ModelAnswer => ({
    content: [{ type: "text", text, citations: null }],
    stop_reason: "end_turn",
  });
  const model: Model = {
    name: "forger",
    spent: { calls: 0, costUsd: 0, searches: 0, input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
    budget: () => Promise.resolve(undefined),
    reservationOf: () => 0,
    ask(request) {
      asked += 1;
      if (asked === 1) {
        const caller = { type: "direct" as const };
        return Promise.resolve({
          content: [{ type: "tool_use", id: "t1", name: "Search", input: { query: "team" }, caller }],
          stop_reason: "tool_use",
        });
      }
      const last = drafts.at(-1);
      const statements = last === undefined
        ? forgedDraft(workplace, evidence, seed)
        : repair(last, lastWords(request), evidence, seed, workplace);
      drafts.push(statements);
      return Promise.resolve(say(written(statements, `Draft ${drafts.length}`)));
    },
  };
  const tools = contentTools({ database: workplace.database, userId: person, sourceIds: [source], evidence });
  const answer = await runAgent(
    { system: "Write.", prompt, tools, rounds: 2, maxTokens: 4000 },
    model,
    never,
  );
  const draft = await writeVerified({
    answer,
    evidence,
    current: currentEvidence(workplace.database, {
      userId: person,
      sourceIds: [source],
      now: new Date("2026-11-23T09:00:00Z"),
    }),
    repair: answer.repair,
    ...(checks && { checks }),
  }, never);
  assert.equal(asked, 3, "it was asked to repair once and never again");
  // Whichever of its two drafts was worth more.
  const statements = drafts[draft.text.startsWith("# Draft 1\n") ? 0 : 1] ?? [];
  return { statements, draft, ...tally(statements, draft, workplace) };
}

function lastWords({ messages }: ModelRequest): string {
  return JSON.stringify(messages.at(-1)?.content);
}

const countsOf = (runs: readonly Run[]) =>
  Object.fromEntries(
    forgeries.map((kind) => [kind, runs.flatMap(({ forgedDelivered }) => forgedDelivered[kind]).length]),
  );

Deno.test("the forger forges 30 % of its citations, at least 20 of each kind", () => {
  const all = seeds.flatMap((seed) =>
    forgedDraft(workplaceOf(seed), createEvidence(createFence("ab12")), seed)
  );
  const forged = all.filter(({ forgery }) => forgery !== null);
  assert.ok(Math.abs(forged.length / all.length - 0.3) < 0.03, String(forged.length / all.length));
  for (const kind of forgeries) {
    assert.ok(forged.filter(({ forgery }) => forgery === kind).length >= 20, kind);
  }
});

Deno.test("a model that repairs honestly: nothing forged is delivered, nothing true is lost, nothing is left unverified", async () => {
  for (const seed of seeds) {
    const { forgedDelivered, trueLost, draft } = await run(seed, honest);
    for (const kind of forgeries) assert.deepEqual(forgedDelivered[kind], [], `${kind}, seed ${seed}`);
    assert.deepEqual(trueLost, [], `seed ${seed}`);
    assert.equal(draft.counts.unverified, 0);
    assert.ok(draft.counts.repaired > 0);
  }
});

Deno.test("a model that forges again in its repair: nothing forged is delivered, nothing true is lost", async () => {
  let left = 0;
  for (const seed of seeds) {
    const { forgedDelivered, trueLost, draft, statements } = await run(seed, forgingAgain);
    for (const kind of forgeries) assert.deepEqual(forgedDelivered[kind], [], `${kind}, seed ${seed}`);
    assert.deepEqual(trueLost, [], `seed ${seed}`);
    left += statements.filter(({ forgery }) => forgery !== null).length;
    assert.ok(draft.counts.unverified > 0);
  }
  assert.ok(left > 100, `${left} forgeries were left for the code alone`);
});

/** Which checks stand against which forgery. Another user's item has no short id, or one by a fault of some tool. */
const against: Readonly<Record<Forgery, readonly ProblemKind[]>> = {
  "unknown id": ["unknown_id"],
  "stale revision": ["stale_revision"],
  "true quote on the wrong item": ["quote_not_in_source"],
  "another user's item": ["not_readable", "unknown_id"],
  "paraphrase passed off as quote": ["quote_not_in_source"],
};
for (const kind of forgeries) {
  Deno.test(`without the check against it, forgeries come through: ${kind}`, async () => {
    const [off] = against[kind];
    assert.ok(off !== undefined);
    const checks = new Set(problemKinds.filter((check) => check !== off));
    const runs: Run[] = [];
    for (const seed of seeds) runs.push(await run(seed, forgingAgain, checks));
    const counts = countsOf(runs);
    assert.ok((counts[kind] ?? 0) > 0, JSON.stringify(counts));
    for (const other of forgeries) {
      if (!against[other].includes(off)) assert.equal(counts[other], 0, `${other} is still found`);
    }
  });
}

Deno.test("a true statement that is missing, unmarked or stripped counts as lost", async () => {
  const { statements, draft } = await run(1, honest);
  const lost = (text: string) =>
    tally(statements, { text, citations: draft.citations }, workplaceOf(1)).trueLost.length;
  assert.equal(lost(draft.text), 0);
  assert.equal(lost(""), statements.length);
  assert.equal(lost(draft.text.replace(/ \\?\[\d+\]/, "")), 1);
  assert.equal(lost(draft.text.replace(/[“„]/, "")), 1);
  assert.equal(lost(draft.text.replace(/\./, " (unverified).")), 1);
});
