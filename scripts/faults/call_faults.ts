import { z } from "zod";
import type { AroundData } from "../local/gateway.ts";
import type { FaultCounts } from "./fault_counts.ts";
import { type CallFault, type FaultPlan, STRUCK_CALLS, type StruckCall } from "./fault_plan.ts";
import type { Processes } from "./processes.ts";

const Held = z.object({ lease: z.string() });
/** What the calls of the function under test have in common, and what only some of them say. */
const Arguments = z.object({
  p_lease: z.string().optional(),
  p_tickets: z.array(Held).optional(),
  p_number: z.number().optional(),
  p_step: z.number().optional(),
  p_pid: z.number().optional(),
  p_wake_up: z.string().optional(),
});
type Arguments = z.infer<typeof Arguments>;
const Claimed = z.array(z.object({ lease_token: z.string() }));
const Refusal = z.object({ code: z.string() });

export interface CallFaultsParts {
  readonly plan: FaultPlan;
  readonly counts: FaultCounts;
  readonly processes: Processes;
  readonly written: (number: number, step: number, lease: string) => void;
}

/**
 * What goes wrong on the way to the database. It stands in the gateway, sees every call of the function under test, and
 * kills the caller before, while or after the call takes effect, or keeps the answer back.
 */
export class CallFaults {
  readonly #seen: Record<StruckCall, number> = {
    fault_write: 0,
    save: 0,
    finish: 0,
    yield: 0,
    fail: 0,
    claim: 0,
  };
  /** Planned strikes that found nobody to hit; the next call of that name meets them. */
  readonly #due = new Map<StruckCall, CallFault[]>();
  /** By wake-up, the leases that its claims have given: who comes back for more is known by them. */
  readonly #given = new Map<string, string[]>();

  constructor(readonly parts: CallFaultsParts) {}

  readonly around: AroundData = async (request, answer) => {
    const name = /\/rpc\/([a-z_]+)$/.exec(new URL(request.url).pathname)?.[1];
    if (name === undefined) return await answer(request);
    const body = await request.text();
    const own = new Request(request.url, { method: request.method, headers: request.headers, body });
    const said = Arguments.parse(JSON.parse(body));
    if (said.p_pid !== undefined && said.p_lease !== undefined) {
      this.parts.processes.learn(said.p_lease, said.p_pid);
    }
    const call = STRUCK_CALLS.find((struck) => struck === name);
    const strike = call === undefined ? undefined : this.#strike(call, said);
    const response = await carryOut(() => answer(own), strike);
    await this.#observe(name, said, response);
    if (strike?.fault !== "lost_answer") return response;
    await response.body?.cancel();
    return Response.json({ message: "The answer was lost on its way" }, { status: 502 });
  };

  #strike(call: StruckCall, said: Arguments): Strike | undefined {
    const planned = this.parts.plan.calls[call].get(++this.#seen[call]);
    const due = this.#due.get(call) ?? [];
    if (planned !== undefined) due.push(planned);
    this.#due.set(call, due);
    const fault = due[0];
    const pid = this.#callerOf(call, said);
    if (fault === undefined || pid === undefined) return undefined;
    due.shift();
    if (fault === "lost_answer") this.parts.counts.lostAnswers++;
    const kill = () => {
      if (this.parts.processes.kill(pid)) this.parts.counts.kills++;
    };
    return { fault, kill };
  }

  #callerOf(call: StruckCall, said: Arguments): number | undefined {
    if (call === "claim") return this.parts.processes.holderOf(this.#given.get(said.p_wake_up ?? "") ?? []);
    return this.parts.processes.holderOf(
      said.p_lease === undefined ? (said.p_tickets ?? []).map(({ lease }) => lease) : [said.p_lease],
    );
  }

  async #observe(name: string, said: Arguments, response: Response): Promise<void> {
    if (name === "claim" && response.ok) {
      const claimed = Claimed.parse(await response.clone().json());
      const given = this.#given.get(said.p_wake_up ?? "") ?? [];
      this.#given.set(said.p_wake_up ?? "", [...given, ...claimed.map(({ lease_token }) => lease_token)]);
    }
    if (name !== "fault_write") return;
    const { p_number, p_step, p_lease } = said;
    if (response.ok && p_number !== undefined && p_step !== undefined && p_lease !== undefined) {
      this.parts.written(p_number, p_step, p_lease);
    } else if (response.status === 409) {
      const refusal = Refusal.safeParse(await response.clone().json());
      if (refusal.data?.code === "lease_lost") this.parts.counts.zombieWritesRefused++;
    }
  }
}

interface Strike {
  readonly fault: CallFault;
  readonly kill: () => void;
}

async function carryOut(answer: () => Promise<Response>, strike: Strike | undefined): Promise<Response> {
  switch (strike?.fault) {
    case "kill_before":
      strike.kill();
      return Response.json({ message: "Nobody is there to hear this" }, { status: 503 });
    case "kill_during": {
      const pending = answer();
      strike.kill();
      return await pending;
    }
    case "kill_after": {
      const response = await answer();
      strike.kill();
      return response;
    }
    default:
      return await answer();
  }
}
