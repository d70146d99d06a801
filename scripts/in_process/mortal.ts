/**
 * A worker that can be killed between any two of its steps, in process: from its death on, nothing that it waits for ever
 * comes back, and nothing that it still asks for is carried out. The next life starts with nothing but the database.
 */

import { AsyncLocalStorage } from "node:async_hooks";

/** Killed before its call had any effect, or after the effect and before the answer arrived. */
export type Moment = "before" | "after";

export class Mortal {
  /** Which life a call belongs to, whatever the worker did in between: the dead make no more calls. */
  readonly #own = new AsyncLocalStorage<number>();
  #life = 0;
  readonly #names: string[] = [];
  #death = Promise.withResolvers<void>();
  #plan: { readonly at: number; readonly moment: Moment } | undefined;
  #planned: { readonly call: number; readonly moment: Moment } | undefined;

  /** Calls that the worker has waited for, over all its lives. */
  get awaits(): number {
    return this.#names.length;
  }

  /** What they were, in order. */
  get names(): readonly string[] {
    return this.#names;
  }

  /** How often it died. */
  get deaths(): number {
    return this.#life;
  }

  /** Dies at the n-th call from now on, counted from 1. */
  dieAt(call: number, moment: Moment): void {
    this.#plan = { at: this.awaits + call, moment };
    this.#planned = undefined;
  }

  /** After that death, dies once more at the n-th call of the life that follows. */
  dieAgainAt(call: number, moment: Moment): void {
    this.#planned = { call, moment };
  }

  /** One call of the worker to the outside, and its name for whoever reads where it died. */
  async step<T>(work: () => Promise<T>, name = "call"): Promise<T> {
    const life = this.#own.getStore() ?? this.#life;
    if (life !== this.#life) return await never();
    this.#names.push(name);
    const isLast = this.#plan?.at === this.awaits;
    const moment = this.#plan?.moment;
    if (isLast && moment === "before") return await this.#die();
    try {
      return await work();
    } finally {
      if (life !== this.#life) await never();
      if (isLast) await this.#die();
    }
  }

  /** What the worker does, or its death, whichever comes first. */
  async untilDeath(work: () => Promise<void>): Promise<"done" | "died"> {
    // Before the work begins: its first call may be its last.
    const death = this.#death.promise.then(() => "died" as const);
    const done = this.#own.run(this.#life, work).then(() => "done" as const);
    return await Promise.race([done, death]);
  }

  #die(): Promise<never> {
    const again = this.#planned;
    this.#plan = again && { at: this.awaits + again.call, moment: again.moment };
    this.#planned = undefined;
    this.#life += 1;
    this.#death.resolve();
    this.#death = Promise.withResolvers<void>();
    return never();
  }
}

function never(): Promise<never> {
  return new Promise(() => {});
}
