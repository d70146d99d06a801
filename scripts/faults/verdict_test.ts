import assert from "node:assert/strict";
import type { Evidence } from "./evidence.ts";
import { noFaults } from "./fault_counts.ts";
import type { PlannedTicket } from "./planned_ticket.ts";
import { judge } from "./verdict.ts";

const ticket = (number: number, kind: PlannedTicket["kind"] = "fault_plain"): PlannedTicket => ({
  number,
  kind,
  steps: 2,
  person: 0,
  platform: "none",
  priority: 1,
});
const line = (number: number, step: number, accepted = true) => ({
  number,
  step,
  accepted,
  ticket: number,
  lease: "a",
  pid: 1,
});
const taken = { ticket_id: 1, kind: "fault_plain", lane: "a", was: "queued", becomes: "running" } as const;
const ended = { ...taken, was: "running", becomes: null } as const;
const everyFault = Object.fromEntries(
  Object.keys(noFaults()).map((name) => [name, 1]),
) as unknown as Evidence[
  "counts"
];

/** Three tickets that met everything and did well: one done, one dead of poison, one cancelled after a step. */
const clean: Evidence = {
  tickets: [ticket(0), ticket(1, "fault_hooked"), ticket(2)],
  poison: new Set([1]),
  endings: [
    { number: 0, outcome: "done", reason: null },
    { number: 1, outcome: "dead", reason: "worker_vanished" },
    { number: 2, outcome: "cancelled", reason: "cancelled" },
  ],
  live: [],
  ledger: [line(0, 0), line(0, 1), line(0, 1, false), line(2, 0), line(2, 1)],
  writes: [{ number: 0, step: 0 }, { number: 0, step: 1 }, { number: 2, step: 0 }],
  hooks: [{ number: 1, outcome: "dead" }],
  transitions: [taken, ended, taken, ended],
  maxRunningPerUser: 1,
  counts: everyFault,
};

Deno.test("a clean run is clean: repeats are absorbed, a cancelled ticket may stop anywhere", () => {
  const verdict = judge(clean);
  assert.deepEqual(verdict.violations, []);
  assert.deepEqual([verdict.done, verdict.cancelled, verdict.dead], [1, 1, { worker_vanished: 1 }]);
  assert.deepEqual([verdict.effects, verdict.writes], [4, 3]);
});

const unclean: readonly [what: string, evidence: Partial<Evidence>, violations: readonly string[]][] = [
  ["an effect that the ledger never saw is lost, and its row a lie", { ledger: clean.ledger.slice(1) }, [
    "lost: 2",
  ]],
  ["a row that was never written is lost", { writes: clean.writes.slice(1) }, ["lost: 1"]],
  ["a row that was written twice is doubled", { writes: [...clean.writes, ...clean.writes] }, ["doubled: 3"]],
  ["an effect that was accepted twice is doubled", { ledger: [...clean.ledger, line(0, 0)] }, ["doubled: 1"]],
  [
    "what is still live is in limbo",
    { live: [0], endings: clean.endings.slice(1) },
    ["limbo: 1"],
  ],
  ["a ticket that is nowhere has not ended once", { endings: clean.endings.slice(1) }, ["wronglyEnded: 1"]],
  [
    "a ticket that ended twice has not ended once",
    { endings: [...clean.endings, ...clean.endings.slice(0, 1)] },
    ["wronglyEnded: 1"],
  ],
  ["a hook that was not told is one too few", { hooks: [] }, ["wronglyEnded: 1"]],
  [
    "nobody is dead without a reason",
    {
      endings: [
        ...clean.endings.slice(0, 1),
        { number: 1, outcome: "dead", reason: null },
        ...clean.endings.slice(2),
      ],
    },
    ["deadWithoutReason: 1"],
  ],
  ["poison must die", { poison: new Set([0]) }, ["poisonNotDead: 1"]],
  [
    "a ticket that changes hands while it runs was claimed twice",
    { transitions: [taken, { ...taken, was: "running" }, ended] },
    ["doubleClaims: 1"],
  ],
  ["a second ticket at once is over a limit of one", { transitions: [taken, taken, ended] }, [
    "overTheLimit: 1",
  ]],
  ["a fault that never happened proves nothing", { counts: { ...everyFault, stalls: 0 } }, ["no stalls"]],
];
for (const [what, evidence, violations] of unclean) {
  Deno.test(what, () => assert.deepEqual(judge({ ...clean, ...evidence }).violations, violations));
}
