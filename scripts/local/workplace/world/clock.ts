/** The workplace's own time. Everything in it asks this clock: new messages, rate limits, OAuth codes. */
export interface WorkplaceClock {
  /** The present instant of the workplace. */
  now(): Date;
  /** Moves the workplace's time forward by so many milliseconds at once; time never goes back. */
  advance(milliseconds: number): void;
}

export interface ClockOptions {
  /**
   * The reading the workplace follows; the machine's clock if left out. A constant makes time stand still.
   */
  now?: () => Date;
  /** How many workplace seconds pass for each second of `now`; 1 if left out. */
  scale?: number;
}

/** Starts a clock at the present reading of `now`. */
export function startClock({ now = () => new Date(), scale = 1 }: ClockOptions = {}): WorkplaceClock {
  if (!(scale > 0)) throw new RangeError(`Cannot start a clock as 'scale' must be positive: it is ${scale}`);
  const start = now().getTime();
  let advanced = 0;
  return {
    now: () => new Date(Math.round(start + (now().getTime() - start) * scale) + advanced),
    advance: (milliseconds) => {
      if (!(milliseconds >= 0)) {
        throw new RangeError(`Cannot advance the clock as time never goes back: ${milliseconds} ms`);
      }
      advanced += milliseconds;
    },
  };
}
