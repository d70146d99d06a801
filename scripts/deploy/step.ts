/**
 * The steps of a deployment: each says what it will do, does it so that doing it again changes nothing, and says what
 * it did.
 */
import { say, secondsSince } from "../postgres/say.ts";

export interface Step {
  /** Names the step: "migrations". */
  readonly title: string;
  /** What it will do, for `--dry-run` and for the person who watches. */
  readonly plan: string;
  /** Does it. The result says what was done. @throws {StepFailed} */
  run(): Promise<string>;
}

/** A step that could not be done. The message says what happened, what that leaves behind and what to do. */
export class StepFailed extends Error {
  override readonly name = "StepFailed";
}

/** Runs the steps in order and stops at the first that fails. True when all are done. */
export async function runSteps(
  steps: readonly Step[],
  redact: (text: string) => string,
  write: (line: string) => void = say,
): Promise<boolean> {
  for (const [at, step] of steps.entries()) {
    const startedAt = performance.now();
    write(`${at + 1}/${steps.length} ${step.title}: ${step.plan}`);
    try {
      write(`    ${redact(await step.run())} (${secondsSince(startedAt)})`);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      // What is no StepFailed is a defect of ours or of the machine; its stack is what helps.
      write(
        `    failed: ${redact(error instanceof StepFailed ? error.message : error.stack ?? error.message)}`,
      );
      write("");
      write(`Done:     ${titles(steps.slice(0, at))}`);
      write(`Not done: ${titles(steps.slice(at))}`);
      write("Every step can be repeated. Mend this one and run `deno task deploy` again.");
      return false;
    }
  }
  return true;
}

/** Prints what would be done. Touches nothing. */
export function printPlan(steps: readonly Step[], write: (line: string) => void = say): void {
  for (const [at, step] of steps.entries()) {
    write(`${at + 1}/${steps.length} ${step.title}: ${step.plan}`);
  }
  write("Nothing was changed: this was a dry run.");
}

/** Hides every secret that a tool's output might repeat. Values too short to be a secret stay readable. */
export function redactor(secrets: Iterable<string>): (text: string) => string {
  const hidden = [...new Set(secrets)].filter((secret) => secret.length >= 8)
    .sort((one, other) => other.length - one.length);
  return (text) => hidden.reduce((rest, secret) => rest.replaceAll(secret, "[hidden]"), text);
}

function titles(steps: readonly Step[]): string {
  return steps.length === 0 ? "nothing" : steps.map(({ title }) => title).join(", ");
}
