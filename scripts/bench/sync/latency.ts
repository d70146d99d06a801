/** Gives every call of a workplace its latency, and, for the run in sequence, one call at a time. */
import type { Workplace } from "../../local/workplace/workplace.ts";
import type { Latency } from "./floor.ts";
import type { PlatformTime } from "./scaled_time.ts";

/** Platform seconds of one call: what these APIs take from a data centre, rounded up. */
export const LATENCY: Latency = { slack: 0.15, gmail: 0.1, calendar: 0.1, notion: 0.3 };

export function addLatency(workplace: Workplace, time: PlatformTime, oneAtATime: boolean): void {
  const line = oneAtATime ? new Line() : undefined;
  const sleep = (seconds: number) =>
    new Promise<void>((resolve) => setTimeout(resolve, seconds * 1000 / time.scale));
  const always = (seconds: (method: string) => number) => ({
    call: 1,
    times: Infinity,
    before: async ({ method }: { method: string }) => {
      await line?.enter();
      await sleep(seconds(method));
    },
    after: () => line?.leave(),
  });
  workplace.slack.faults.at(always(() => LATENCY.slack));
  workplace.notion.faults.at(always(() => LATENCY.notion));
  workplace.google.faults.at(
    always((method) => method.startsWith("calendar") ? LATENCY.calendar : LATENCY.gmail),
  );
}

/** First come, first served. */
class Line {
  #last: Promise<void> = Promise.resolve();
  #leave: () => void = () => {};

  async enter(): Promise<void> {
    const before = this.#last;
    const own = Promise.withResolvers<void>();
    this.#last = own.promise;
    await before;
    this.#leave = own.resolve;
  }

  leave(): void {
    this.#leave();
  }
}
