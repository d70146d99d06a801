import assert from "node:assert/strict";
import { CALL_FAULTS, EFFECT_FAULTS, planFaults, STRUCK_CALLS } from "./fault_plan.ts";
import { planTickets } from "./planned_ticket.ts";

Deno.test("the same seed plans the same tickets and faults, another one others", () => {
  const [one, same, other] = [7, 7, 8].map((seed) => {
    const tickets = planTickets(seed, 200, 40);
    return { tickets, plan: { ...planFaults(seed, tickets), wakeUp: undefined } };
  });
  assert.deepEqual(one, same);
  assert.notDeepEqual(one, other);
});

for (const count of [50, 120, 2000]) {
  Deno.test(`a plan for ${count} tickets has every fault in it, and no ticket that meets two`, () => {
    const tickets = planTickets(3, count, 40);
    const plan = planFaults(3, tickets);
    assert.deepEqual(new Set(plan.effects.values()), new Set(EFFECT_FAULTS));
    for (const call of STRUCK_CALLS) {
      assert.ok(plan.calls[call].size > 0, call);
    }
    const struck = STRUCK_CALLS.flatMap((call) => [...plan.calls[call].values()]);
    assert.deepEqual(new Set(struck), new Set(CALL_FAULTS));
    const met = [...plan.effects.keys()].map((spot) => Number(spot.split(":")[0]));
    const all = [...met, ...plan.poison, ...plan.cancelledWhileWaiting];
    assert.equal(new Set(all).size, all.length);
    for (const [spot] of plan.effects) {
      const [number = 0, step = 0] = spot.split(":").map(Number);
      assert.ok(step < (tickets[number]?.steps ?? 0), "it is a step that the ticket has");
    }
    const wakeUps = Array.from({ length: 10 }, (_, nth) => plan.wakeUp(nth + 1));
    assert.equal(wakeUps.filter((fate) => fate === "dropped").length, 1);
    assert.equal(wakeUps.filter((fate) => fate === "doubled").length, 2);
  });
}
