/**
 * Three weeks of a person: everything that will change is new at the first sync, is synced pass by pass as on their tier,
 * and is answered, edited and deleted when it is 31 minutes, 1, 3, 9 and 20 days old.
 */
import { beginLife, type LifeOptions } from "./life.ts";
import { AGES } from "./platform_world.ts";
import { faultsOf, isClean } from "./verdict.ts";

export interface LongLife {
  /** Passes until a change at each age of {@link AGES} was found whole. */
  readonly passesToFind: readonly number[];
  readonly passes: number;
  readonly calls: number;
  readonly violations: readonly string[];
}

const BETWEEN_PASSES = 6 * 3_600_000;
/** Later than this after a change counts as not found. */
const mostPasses = 8;

export async function longLife(options: LifeOptions): Promise<LongLife> {
  await using life = await beginLife({ ...options, ages: AGES.map(() => 0) });
  const { time, world } = life;
  const violations: string[] = [];
  const passesToFind: number[] = [];
  let passes = 0;
  const pass = async () => {
    await life.pass();
    passes += 1;
    const verdict = await life.verdict();
    for (const { key, why } of verdict.falseDeletes) {
      violations.push(`taken for deleted and there: ${key} ${why}`);
    }
    return verdict;
  };
  await life.connect();
  await pass();
  const begun = time.passed;
  for (const [age, milliseconds] of AGES.entries()) {
    const due = begun + milliseconds;
    while (time.passed + BETWEEN_PASSES < due) {
      time.advance(BETWEEN_PASSES);
      await pass();
    }
    time.advance(Math.max(0, due - time.passed));
    world.change(age);
    for (let taken = 1;; taken++) {
      const verdict = await pass();
      if (isClean(verdict)) {
        passesToFind.push(taken);
        break;
      }
      if (taken === mostPasses) {
        const [{ kind, key, why } = { kind: "", key: "", why: "" }] = faultsOf(verdict);
        violations.push(
          `not found ${taken} passes after a change at ${milliseconds / 3_600_000} h: ${
            faultsOf(verdict).length
          } findings, e.g. ${kind} ${key} ${why}`,
        );
        break;
      }
      time.advance(BETWEEN_PASSES);
    }
  }
  return { passesToFind, passes, calls: world.journal.latest, violations };
}
