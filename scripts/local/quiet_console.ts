import { AsyncLocalStorage } from "node:async_hooks";

const captured = new AsyncLocalStorage<string[]>();
let watching = false;

/**
 * Runs `task` with what it writes to console.error kept instead of printed. @supabase/lite prints a stack trace for
 * every refusal it answers, an expected 403 of row level security included; the answer already says all of it.
 */
export async function withErrorsKept<T>(task: () => Promise<T>): Promise<{ result: T; errors: string[] }> {
  watchConsole();
  const errors: string[] = [];
  return { result: await captured.run(errors, task), errors };
}

function watchConsole(): void {
  if (watching) return;
  watching = true;
  const print = globalThis.console.error;
  const keepOrPrint = (...parts: unknown[]) => {
    const kept = captured.getStore();
    if (kept) {
      kept.push(
        parts.map((part) => part instanceof Error ? part.stack ?? part.message : String(part)).join(" "),
      );
    } else print(...parts);
  };
  Reflect.set(globalThis.console, "error", keepOrPrint);
}
