/** `deno task dev`: keeps the local stack up and prints what a person needs to use it. */
import { readOperatorVariables } from "./local/operator_variables.ts";
import { PROJECT_ROOT } from "./local/project_root.ts";
import { removeRunFile, writeRunFile } from "./local/run_file.ts";
import { type Stack, startStack } from "./local/stack.ts";
import { stopSignals } from "./local/stop_signals.ts";

const DEMO_EMAIL = "demo@yarnnn.example";

if (import.meta.main) Deno.exit(await dev());

async function dev(): Promise<number> {
  const stop = stopSignals();
  const operator = await readOperatorVariables(PROJECT_ROOT);
  let stack: Stack;
  try {
    stack = await startStack({
      operator,
      databaseUrl: operator.DATABASE_URL || undefined,
      port: operator.STACK_PORT ? Number(operator.STACK_PORT) : undefined,
      seed: true,
      onLog: (line) => print(`[${line.function}] ${line.text}`),
      onFailure: (text) => print(`[stack] ${text}`),
    });
  } catch (error) {
    print(`The stack did not start: ${error instanceof Error ? error.message : error}`);
    return 1;
  }
  try {
    // A new password with every start: nothing that was printed once opens a later stack. A database that outlives
    // the stack keeps its people, so there the demo person is new each time.
    const email = stack.database.kind === "pglite" ? DEMO_EMAIL : DEMO_EMAIL.replace("@", `+${Date.now()}@`);
    const password = crypto.randomUUID();
    const { accessToken } = await stack.signUp(email, password);
    await writeRunFile({ pid: Deno.pid, url: stack.url, secretKey: stack.secretKey });
    print(banner(stack, email, password, accessToken));
    await untilAborted(stop.signal);
    print(`\n${stop.signal.reason instanceof Error ? stop.signal.reason.message : "Ended"}; closing.`);
    return 0;
  } finally {
    await removeRunFile(Deno.pid);
    await stack.close();
    stop.dispose();
  }
}

function banner(stack: Stack, email: string, password: string, accessToken: string): string {
  const database = stack.database.kind === "pglite" ? "PGlite, in memory" : "the Postgres of DATABASE_URL";
  const lines: [string, string | undefined][] = [
    ["REST", `${stack.url}/rest/v1`],
    ["Functions", stack.functionsUrl],
    ["Inbox", stack.mail?.inboxUrl ?? "none: mail goes out through Resend"],
    ["Slack workplace", stack.workplace?.url ?? "none: the real Slack is used"],
    ["Model", stack.model?.url ?? "the real Anthropic API"],
    ["Publishable key", stack.publishableKey],
    ["Demo user", `${email}, password ${password}`],
    ["Access token", accessToken],
    ["SQL", `deno task sql "select …"`],
  ];
  return [
    `\nThe stack is up (${database}). Ctrl-C ends it.\n`,
    ...lines.map(([name, value]) => `  ${name.padEnd(16)} ${value}`),
    "",
  ].join("\n");
}

function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}

function print(text: string): void {
  try {
    Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
  } catch {
    // Whoever read our output has gone; the signal that ends us is on its way.
  }
}
