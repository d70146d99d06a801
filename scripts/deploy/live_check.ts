/**
 * The last look: a deployed function refuses whoever it does not know. It proves that the function boots, that it found
 * its variables, and that no stranger can use it.
 */
import { z } from "zod";
import { howToBeRefused } from "./how_to_be_refused.ts";
import { StepFailed } from "./step.ts";

/** What a refusal of ours looks like; see `_shared/http/problem.ts`. */
const problem = z.object({ code: z.string(), message: z.string() });

export interface LiveCheckOptions {
  /** How often to ask; a fresh deployment takes some seconds to reach every place. */
  readonly attempts?: number;
  readonly wait?: (milliseconds: number) => Promise<void>;
}

/** Asks one function as a stranger. @throws {StepFailed} unless it answers 401 in our own words */
export async function expectRefusal(
  functionsUrl: string,
  name: string,
  { attempts = 6, wait = sleep }: LiveCheckOptions = {},
): Promise<void> {
  const { path, init, code } = howToBeRefused(name);
  const url = `${functionsUrl}/${name}${path}`;
  let answered = "";
  for (let attempt = 1; attempt <= attempts; attempt++) {
    if (attempt > 1) await wait(1000 * attempt);
    try {
      const response = await fetch(url, { ...init, signal: AbortSignal.timeout(30_000) });
      const text = await response.text();
      const { data } = problem.safeParse(parsed(text));
      if (response.status === 401 && data?.code === code) return;
      answered = `${response.status} ${
        data === undefined ? text.slice(0, 300) : `${data.code}: ${data.message}`
      }`;
      // Whoever lets a stranger in will not change its mind.
      if (response.ok) break;
    } catch (error) {
      answered = `nothing (${error instanceof Error ? error.message : error})`;
    }
  }
  throw new StepFailed(
    `${url} should refuse a stranger with 401 ${code}. It answered ${answered}\n` +
      "Everything was deployed; look at the function's logs in the dashboard.",
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
