/** What the demo prints: one line a step with its time, a bar while a step takes longer than a second. */
// @ts-types="npm:@types/cli-progress@3.11.6"
import progress from "cli-progress";

export interface Show {
  /** Runs a step and prints its line when it is done. The step returns what its line says. */
  step(title: string, run: (bar: Bar) => Promise<string>): Promise<void>;
  line(text?: string): void;
  heading(text: string): void;
}

export interface Bar {
  /** How far the step is. Shown from the second second on, and only to a person's terminal. */
  at(done: number, total: number, detail: string): void;
}

const titleWidth = 22;

export function createShow(write: (text: string) => void, isTerminal: boolean): Show {
  const line = (text = "") => write(`${text}\n`);
  return {
    line,
    heading: (text) => line(`\n── ${text} ${"─".repeat(Math.max(0, 74 - text.length))}`),
    async step(title, run) {
      const startedAt = performance.now();
      const seconds = () => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`.padStart(7);
      let bar: progress.SingleBar | undefined;
      try {
        const said = await run({
          at(done, total, detail) {
            if (!isTerminal || performance.now() - startedAt < 1000) return;
            bar ??= startBar(title, total);
            bar.setTotal(total);
            bar.update(done, { detail });
          },
        });
        bar?.stop();
        line(`✓ ${title.padEnd(titleWidth)}${seconds()}  ${said}`);
      } catch (error) {
        bar?.stop();
        line(`✗ ${title.padEnd(titleWidth)}${seconds()}`);
        throw error;
      }
    },
  };
}

function startBar(title: string, total: number): progress.SingleBar {
  const bar = new progress.SingleBar({
    format: `  ${title.padEnd(titleWidth)} {bar} {value}/{total}  {detail}`,
    barsize: 28,
    clearOnComplete: true,
    hideCursor: true,
    stopOnComplete: false,
  }, progress.Presets.rect);
  bar.start(total, 0, { detail: "" });
  return bar;
}
