import type { NetLoop, QueuedRequest } from "../local/net_loop.ts";
import type { FaultCounts } from "./fault_counts.ts";
import type { FaultPlan } from "./fault_plan.ts";

/** Every so many batches one is broken off in flight and sent again. */
const BATCHES_BETWEEN = 8;
/** Enough for its requests to have left, and too little for all of them to be answered. */
const BROKEN_OFF_AFTER_MS = 15;

/** What goes wrong between the database and the functions: wake-ups lost, doubled, and sent again with their batch. */
export class WakeUpFaults {
  readonly #known = new Set<string>();
  #batch: string[] = [];
  #batches = 0;
  #brokenOff = new Set<string>();
  #breaking: Promise<void> = Promise.resolve();

  constructor(readonly parts: { plan: FaultPlan; counts: FaultCounts; net: NetLoop }) {
    parts.net.faults.drop = (request) => this.#drop(request);
    parts.net.faults.duplicate = (request) => this.#double(request);
  }

  /** Sends everything as it is from now on. */
  async end(): Promise<void> {
    delete this.parts.net.faults.drop;
    delete this.parts.net.faults.duplicate;
    await this.#breaking;
  }

  #drop(request: QueuedRequest): boolean {
    const { plan, counts } = this.parts;
    const wakeUp = request.body ?? "";
    if (this.#batch.length === 0) setTimeout(() => this.#batchLeft(), 0);
    this.#batch.push(wakeUp);
    if (this.#known.has(wakeUp)) {
      counts.resentRequests++;
      if (this.#brokenOff.has(wakeUp)) {
        this.#brokenOff = new Set();
        counts.resentBatches++;
      }
      return false;
    }
    this.#known.add(wakeUp);
    if (plan.wakeUp(this.#known.size) !== "dropped") return false;
    counts.drops++;
    return true;
  }

  /** Asked right after `#drop` of the same request, which has counted it. */
  #double(_request: QueuedRequest): boolean {
    const doubled = this.parts.plan.wakeUp(this.#known.size) === "doubled";
    if (doubled) this.parts.counts.doubles++;
    return doubled;
  }

  #batchLeft(): void {
    const batch = this.#batch;
    this.#batch = [];
    // The third is the first that is broken off, so that a short run has one too.
    if (++this.#batches % BATCHES_BETWEEN !== 3) return;
    this.#breaking = this.#breaking.then(async () => {
      await new Promise((resolve) => setTimeout(resolve, BROKEN_OFF_AFTER_MS));
      this.#brokenOff = new Set(batch);
      await this.#restart();
    });
  }

  /** The database may be down at this very moment; the loop is started as soon as it is not. */
  async #restart(): Promise<void> {
    const { net } = this.parts;
    await net.stop().catch(() => {});
    while (true) {
      const started = await net.start().then(() => true, () => false);
      if (started) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
