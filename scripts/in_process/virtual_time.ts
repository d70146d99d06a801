/** A time that passes only when somebody waits: the clock of a workplace, and of the meters before it. */

export interface VirtualTime {
  now(): Date;
  /** Milliseconds since it began. */
  readonly passed: number;
  advance(milliseconds: number): void;
}

export function virtualTime(start: Date): VirtualTime {
  let passed = 0;
  return {
    now: () => new Date(start.getTime() + passed),
    get passed() {
      return passed;
    },
    advance(milliseconds) {
      if (!(milliseconds >= 0)) throw new RangeError(`Time never goes back: ${milliseconds} ms`);
      passed += milliseconds;
    },
  };
}
